"""The one way by which lines change: atoms are given to grids; the planner's rules are checked first, all else follows."""

from collections.abc import Iterable, Mapping, Sequence

from gridplan.errors import RuleError
from gridplan.plan.redraw.drawing import Constraint, Drawing, with_grids
from gridplan.plan.redraw.ground import connected
from gridplan.plan.redraw.regroup import regroup
from gridplan.plan.redraw.zones import GridZone, make_grid

SHOWN = 5


def assigned(drawing: Drawing, cells: Mapping[int, Iterable[int]], *, special: Mapping[int, bool] | None = None) -> Drawing:
    """The drawing in which each grid of these numbers has just these cells.

    Parameters
    ----------
    cells : by number of the grid, those that there are and new ones; an empty one ends. Together they have the cells that
        those which are there had before.
    special : grids that are special from now on, or not any more.

    Raises
    ------
    RuleError
        GP232 a locked grid, GP233 a grid in parts, GP234 a special grid, GP235 atoms of two communities, GP236 and GP237
        atoms that must, or may not, be in one grid. Nothing is changed then.
    """
    turned = dict(special or {})
    wanted = {number: tuple(sorted(rows)) for number, rows in sorted(cells.items())}
    changed = {
        number: rows for number, rows in wanted.items() if number not in drawing.grids or drawing.grids[number].cells != rows
    }
    for number in sorted({*changed, *turned}):
        _check_kept(drawing, number, turned)
    for number, rows in changed.items():
        if rows:
            _check_whole(drawing, number, rows)
    _check_links(drawing, changed)
    made = [
        _made(drawing, number, rows, turned) for number, rows in {**changed, **{n: wanted[n] for n in turned}}.items() if rows
    ]
    gone = [number for number, rows in changed.items() if not rows]
    return with_grids(drawing, made, gone, same_land=not turned) if made or gone else drawing


def _made(drawing: Drawing, number: int, rows: Sequence[int], turned: Mapping[int, bool]) -> GridZone:
    was = drawing.grids.get(number)
    ground = drawing.ground
    community = int(ground.community[rows[0]])
    plots = was.plots if was is not None and was.cells == rows else regroup(ground, rows, drawing.holding(rows), community)
    return make_grid(ground, number, rows, plots, like=was, special=turned.get(number))


def _check_kept(drawing: Drawing, number: int, turned: Mapping[int, bool]) -> None:
    grid = drawing.grids.get(number)
    if grid is None:
        return
    if number in drawing.locked:
        raise RuleError("GP232", grid=grid.code)
    if grid.special and number not in turned:
        raise RuleError("GP234", grid=grid.code, of=grid.thing or grid.name or grid.code)


def _check_whole(drawing: Drawing, number: int, rows: Sequence[int]) -> None:
    ground = drawing.ground
    own = [int(ground.community[row]) for row in rows]
    if len(set(own)) > 1:
        home = own[0] if number not in drawing.grids else drawing.grids[number].community
        other = next(community for community in own if community != home)
        raise RuleError("GP235", community=ground.communities[other], other=ground.communities[home])
    parts = connected(rows, ground.near_cells, drawing.shut)
    if len(parts) > 1:
        grid = drawing.grids.get(number)
        shown = "; ".join(names(drawing, part) for part in sorted(parts, key=len)[:2])
        raise RuleError("GP233", grid="(new)" if grid is None else grid.code, count=len(parts), parts=shown)


def _check_links(drawing: Drawing, changed: Mapping[int, Sequence[int]]) -> None:
    """That atoms which must be in one grid are, and those which may not are not."""
    if not drawing.constraints:
        return
    now = {row: number for number, rows in changed.items() for row in rows}
    for constraint in drawing.constraints:
        if constraint.atoms and any(row in now for row in constraint.atoms):
            check_link(drawing, constraint, [now.get(row, drawing.of_cell[row]) for row in constraint.atoms])


def check_link(drawing: Drawing, constraint: Constraint, grids: Sequence[int]) -> None:
    """Nothing, where a constraint holds for the grids that its atoms are to be in.

    Raises
    ------
    RuleError
        GP236, GP237 it does not.
    """
    apart, twice = len(set(grids)) > 1, len(set(grids)) < len(grids)
    if constraint.kind == "must_link" and apart:
        raise RuleError("GP236", atoms=names(drawing, constraint.atoms), number=constraint.number)
    if constraint.kind == "cannot_link" and twice:
        raise RuleError("GP237", atoms=names(drawing, constraint.atoms), number=constraint.number)


def names(drawing: Drawing, rows: Sequence[int]) -> str:
    """The ids of some atoms, for a message."""
    more = "" if len(rows) <= SHOWN else f" … (+{len(rows) - SHOWN})"
    return ", ".join(drawing.ground.cell_ids[row] for row in rows[:SHOWN]) + more
