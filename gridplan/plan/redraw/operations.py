"""The operations that a drawing is changed by: what is moved, merged, split, locked, linked, named, counted anew."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from gridplan.errors import RuleError
from gridplan.graph.atom_graph import Ints
from gridplan.messages import Phrase
from gridplan.plan.redraw.assign import assigned, check_link, names
from gridplan.plan.redraw.drawing import Constraint, Drawing, altered, with_grids
from gridplan.plan.redraw.ground import connected
from gridplan.plan.redraw.lines import Line, crossed, sides
from gridplan.plan.redraw.zones import GridZone, Plot, make_grid, make_unit


def move(drawing: Drawing, atoms: Sequence[int], to: int | None) -> Drawing:
    """The atoms go to the grid ``to``; None: to a new one. What of them is there already stays.

    Raises
    ------
    RuleError
        GP238 nothing would be left of a grid; and as ``assigned``.
    """
    target = drawing.next_number if to is None else to
    cells: dict[int, set[int]] = {target: set() if to is None else set(drawing.grids[to].cells)}
    for row in atoms:
        number = drawing.of_cell[row]
        if number != target:
            cells.setdefault(number, set(drawing.grids[number].cells)).discard(row)
            cells[target].add(row)
    for number, left in cells.items():
        if not left:
            raise RuleError("GP238", grid=drawing.grids[number].code)
    return assigned(drawing, cells)


def assign(drawing: Drawing, target: Mapping[int, int]) -> Drawing:
    """Each atom goes to the grid of its number; grids that lose all their atoms end. For many changes at once, as from a file."""
    cells: dict[int, set[int]] = {}
    for row, number in target.items():
        here = drawing.of_cell[row]
        if here == number:
            continue
        for grid in (here, number):
            if grid not in cells:
                cells[grid] = set(drawing.grids[grid].cells) if grid in drawing.grids else set()
        cells[here].discard(row)
        cells[number].add(row)
    return assigned(drawing, cells)


def merge(drawing: Drawing, grids: Sequence[int]) -> Drawing:
    """The grids are one: that of the one with most households, which keeps its code where the rule of succession says so.

    Raises
    ------
    RuleError
        GP240 they do not touch; and as ``assigned``.
    """
    chosen = [drawing.grids[number] for number in sorted(set(grids))]
    if len(chosen) < 2:
        raise RuleError("GP239", operation="merge", why=f"grids: {len(chosen)} < 2")
    rows = [cell for grid in chosen for cell in grid.cells]
    alike = len({grid.community for grid in chosen}) == 1
    if alike and len(connected(rows, drawing.ground.near_cells, drawing.shut)) > 1:
        raise RuleError("GP240", grids=", ".join(grid.code for grid in chosen))
    head = max(chosen, key=lambda grid: (grid.households, -grid.number))
    return assigned(drawing, {grid.number: rows if grid is head else () for grid in chosen})


def split_by_line(drawing: Drawing, grid: int, line: Line) -> Drawing:
    """The grid is cut in two along a line (lon/lat); what the line cuts off from both sides joins the side that it touches.

    Raises
    ------
    RuleError
        GP241 all atoms lie on one side; and as ``assigned``.
    """
    zone = drawing.grids[grid]
    near = drawing.ground.near_cells
    both = [connected(side, near, drawing.shut) for side in sides(drawing.ground, zone.cells, line)]
    if not all(both):
        raise RuleError("GP241", grid=zone.code)
    left, right = (set(_largest(parts)) for parts in both)
    loose = sorted(set(zone.cells) - left - right)
    while loose:
        # The grid holds together, so that in each round something touches one of the sides.
        for row in loose:
            host = next((side for side in (left, right) if any(other in side for other, _ in near[row])), None)
            if host is not None:
                host.add(row)
        loose = [row for row in loose if row not in left and row not in right]
    return assigned(drawing, {grid: left, drawing.next_number: right})


def _largest(parts: Sequence[Sequence[int]]) -> Sequence[int]:
    return max(parts, key=lambda part: (len(part), -part[0]))


def lock(drawing: Drawing, grids: Sequence[int]) -> Drawing:
    """The grids keep their land."""
    return altered(drawing, locked=drawing.locked | set(grids))


def unlock(drawing: Drawing, grids: Sequence[int]) -> Drawing:
    """The grids may change again."""
    return altered(drawing, locked=drawing.locked - set(grids))


def link(drawing: Drawing, kind: str, atoms: Sequence[int], note: str | None) -> Drawing:
    """From now on the atoms must be (``must_link``), or may not be two of them (``cannot_link``), in one grid.

    Raises
    ------
    RuleError
        GP244 they are not now, or are.
    """
    made = Constraint(_next(drawing), kind, atoms=tuple(sorted(set(atoms))), note=note)
    grids = [drawing.of_cell[row] for row in made.atoms]
    try:
        check_link(drawing, made, grids)
    except RuleError as error:
        codes = ", ".join(sorted({drawing.grids[number].code for number in grids}))
        raise RuleError(
            "GP244", atoms=names(drawing, made.atoms), grids=codes, kind=Phrase(f"redraw.constraint.{kind}")
        ) from error
    return altered(drawing, constraints=(*drawing.constraints, made))


def cannot_cross(drawing: Drawing, line: Line, note: str | None) -> Drawing:
    """From now on no grid holds together across the line (lon/lat).

    Raises
    ------
    RuleError
        GP233 a grid would be in parts.
    """
    made = Constraint(
        _next(drawing),
        "cannot_cross",
        line=tuple(line),
        shut=crossed(drawing.ground.cells, drawing.ground.metres, line),
        note=note,
    )
    after = altered(drawing, constraints=(*drawing.constraints, made))
    for grid in drawing.holding(sorted({row for pair in made.shut for row in pair})):
        parts = connected(grid.cells, drawing.ground.near_cells, after.shut)
        if len(parts) > 1:
            shown = "; ".join(names(drawing, part) for part in sorted(parts, key=len)[:2])
            raise RuleError("GP233", grid=grid.code, count=len(parts), parts=shown)
    return after


def release(drawing: Drawing, number: int) -> Drawing:
    """The constraint of that number holds no more.

    Raises
    ------
    RuleError
        GP231 there is none.
    """
    left = tuple(constraint for constraint in drawing.constraints if constraint.number != number)
    if len(left) == len(drawing.constraints):
        known = ", ".join(str(constraint.number) for constraint in left) or "-"
        raise RuleError("GP231", what=Phrase("redraw.what.constraint"), code=str(number), known=known)
    return altered(drawing, constraints=left)


def special(drawing: Drawing, atoms: Sequence[int], name: str) -> Drawing:
    """The atoms are a special grid of that name: the grid that they are all of, or a new one.

    Raises
    ------
    RuleError
        As ``assigned``.
    """
    rows = set(atoms)
    here = drawing.holding(rows)
    own = here[0] if len(here) == 1 and set(here[0].cells) == rows else None
    number = drawing.next_number if own is None else own.number
    cells = {grid.number: set(grid.cells) - rows for grid in here} | {number: rows}
    after = assigned(drawing, cells, special={number: True})
    return named(after, number, name)


def ordinary(drawing: Drawing, grid: int) -> Drawing:
    """The special grid is one like the others, with a range."""
    return assigned(drawing, {grid: drawing.grids[grid].cells}, special={grid: False})


def named(drawing: Drawing, grid: int, name: str) -> Drawing:
    """The grid is called so."""
    grids = {**drawing.grids, grid: replace(drawing.grids[grid], name=name)}
    return altered(drawing, grids=grids)


def staffed(drawing: Drawing, grid: int, post: str, person: str, *, off: bool) -> Drawing:
    """The person (id of the register of staff) has this post in the grid, or has it no more.

    Raises
    ------
    RuleError
        GP231 nobody of that id has the post.
    """
    row = (grid, post, person)
    if off and row not in drawing.staff:
        known = ", ".join(f"{name} ({held})" for number, held, name in drawing.staff if number == grid) or "-"
        raise RuleError("GP231", what=Phrase("redraw.what.staff"), code=f"{person} ({post})"[:80], known=known)
    left = tuple(one for one in drawing.staff if one != row)
    return altered(drawing, staff=left if off else tuple(sorted((*left, row))))


def recounted(drawing: Drawing, households: Mapping[str, int]) -> Drawing:
    """Other households of some buildings, shared out over their sections as those of before were.

    Raises
    ------
    RuleError
        GP245 a building is not in the plan; GP246 no number of households.
    """
    ground = drawing.ground
    counts = ground.section_households.copy()
    rows_of = ground.sections_of_building
    unknown = [name for name in households if name not in rows_of]
    if unknown:
        raise RuleError("GP245", count=len(unknown), ids=", ".join(unknown[:5]))
    for name, number in households.items():
        if isinstance(number, bool) or not isinstance(number, int) or not 0 <= number < 10**6:
            raise RuleError("GP246", building=name, households=str(number)[:40])
        rows = rows_of[name]
        counts[rows] = _shared(number, ground.section_households[rows])
    changed = np.flatnonzero(counts != ground.section_households)
    if not len(changed):
        return drawing
    after = replace(drawing, ground=ground.recounted(counts))
    touched = drawing.holding(sorted(set(ground.cell_of_piece[ground.piece_of_section[changed]].tolist())))
    made = [_counted(after, grid, set(changed.tolist())) for grid in touched]
    return with_grids(after, made, same_land=False)


def _counted(drawing: Drawing, grid: GridZone, sections: set[int]) -> GridZone:
    """The grid with its units summed up anew."""
    plots: list[Plot] = []
    for plot in grid.plots:
        if sections.isdisjoint(section for unit in plot.units for section in unit.sections):
            plots.append(plot)
        else:
            units = tuple(make_unit(drawing.ground, unit.sections, plot.pieces, code=unit.code) for unit in plot.units)
            plots.append(replace(plot, units=units))
    return make_grid(drawing.ground, grid.number, grid.cells, tuple(plots), like=grid)


def _shared(total: int, before: Ints) -> Ints:
    """``total`` in whole households, in proportion to those of before; alike where there were none. Largest remainders first."""
    weight = before.astype(np.float64) if before.sum() else np.ones(len(before))
    exact = total * weight / weight.sum()
    counts: Ints = np.floor(exact).astype(np.int64)
    rest = np.argsort(-(exact - counts), kind="stable")[: total - int(counts.sum())]
    counts[rest] += 1
    return counts


def _next(drawing: Drawing) -> int:
    return max((constraint.number for constraint in drawing.constraints), default=0) + 1
