"""Operations that the partition engine does: a grid cut into several, grids balanced anew, units cut anew."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np

from gridplan.errors import RuleError
from gridplan.graph.atom_graph import AtomGraph, Ints
from gridplan.partition import Rule, Units, Verdict, partition, partition_units, units_of_cells
from gridplan.plan.layers import told
from gridplan.plan.redraw.assign import assigned
from gridplan.plan.redraw.drawing import Drawing, with_grids
from gridplan.plan.redraw.ground import Ground, connected
from gridplan.plan.redraw.zones import Found, GridZone, Plot, make_grid, make_unit


def split_into(drawing: Drawing, grid: int, count: int) -> Drawing:
    """The grid is cut into so many by the engine, as even as its atoms allow.

    Raises
    ------
    RuleError
        GP242 it cannot be; and as ``assigned``.
    """
    zone = drawing.grids[grid]
    if not 2 <= count <= len(zone.cells):
        raise RuleError("GP242", grid=zone.code, count=count, atoms=len(zone.cells))
    rows = np.array(zone.cells, dtype=np.int64)
    total = zone.households
    # Only this number of zones has a legal division by such a range.
    low, high = max(total // (count + 1) + 1, 1), max(-(-total // (count - 1)) - 1, 1)
    target = max(total // count, 1)
    answer = partition(
        _part(drawing, rows),
        Rule(low=min(low, target), high=max(high, target), target=target),
        objective=drawing.ground.objective,
    )
    found = [rows[answer.zone == number].tolist() for number in range(int(answer.zone.max()) + 1)]
    if len(found) != count:
        raise RuleError("GP242", grid=zone.code, count=count, atoms=len(zone.cells))
    largest = max(found, key=lambda cells: int(drawing.ground.cells.households[cells].sum()))
    rest = [cells for cells in found if cells is not largest]
    return assigned(drawing, {grid: largest} | {drawing.next_number + place: cells for place, cells in enumerate(rest)})


def rebalanced(drawing: Drawing, grids: Sequence[int], *, seed: int = 0) -> Drawing:
    """The land of these grids cut anew by the engine, by the rule of its community; each zone follows the grid it has most of.

    Raises
    ------
    RuleError
        GP240 the grids are of several communities or touch nowhere; and as ``assigned``.
    """
    chosen = [drawing.grids[number] for number in sorted(set(grids))]
    ground = drawing.ground
    cells = sorted(cell for grid in chosen for cell in grid.cells)
    if len({grid.community for grid in chosen}) > 1 or len(connected(cells, ground.near_cells, drawing.shut)) > 1:
        raise RuleError("GP240", grids=", ".join(grid.code for grid in chosen))
    return _anew(drawing, chosen, seed)


def all_rebalanced(drawing: Drawing, *, seed: int = 0) -> Drawing:
    """The land of every community cut anew so, but for its locked and special grids."""
    free = [grid for number, grid in sorted(drawing.grids.items()) if number not in drawing.locked and not grid.special]
    for community in sorted({grid.community for grid in free}):
        drawing = _anew(drawing, [grid for grid in free if grid.community == community], seed)
    return drawing


def _anew(drawing: Drawing, chosen: Sequence[GridZone], seed: int) -> Drawing:
    """The land of these grids, of one community, cut anew; as it is where the community has no range."""
    ground = drawing.ground
    rule = ground.grid_rule(chosen[0].community)
    if rule is None:
        return drawing
    rows = np.array(sorted(cell for grid in chosen for cell in grid.cells), dtype=np.int64)
    answer = partition(_part(drawing, rows), rule, objective=ground.objective, seed=seed)
    return assigned(
        drawing, followed(drawing, [rows[answer.zone == number].tolist() for number in range(int(answer.zone.max()) + 1)])
    )


def followed(drawing: Drawing, zones: Sequence[Sequence[int]]) -> dict[int, Sequence[int]]:
    """By number of a grid the zone that has most of its households, each at most one; the other zones have new numbers."""
    households = drawing.ground.cells.households
    shared: dict[tuple[int, int], tuple[int, int]] = {}
    for place, cells in enumerate(zones):
        for cell in cells:
            key = (drawing.of_cell[cell], place)
            had, count = shared.get(key, (0, 0))
            shared[key] = (had + int(households[cell]), count + 1)
    answer: dict[int, Sequence[int]] = {number: () for number, _ in shared}
    placed: set[int] = set()
    for number, place in sorted(shared, key=lambda key: (-shared[key][0], -shared[key][1], key)):
        if not answer[number] and place not in placed:
            answer[number] = zones[place]
            placed.add(place)
    fresh = [place for place in range(len(zones)) if place not in placed]
    return answer | {drawing.next_number + at: zones[place] for at, place in enumerate(fresh)}


def recut(drawing: Drawing, grids: Iterable[int], *, seed: int = 0) -> Drawing:
    """The units of these grids cut anew by the engine; those that come out as they were keep all."""
    made = [_recut(drawing, drawing.grids[number], seed) for number in sorted(set(grids))]
    changed = [grid for grid in made if grid.plots != drawing.grids[grid.number].plots]
    return with_grids(drawing, changed) if changed else drawing


def untidy(drawing: Drawing) -> list[int]:
    """The numbers of the grids that have units which were left out of range by hand."""
    return [
        number
        for number, grid in sorted(drawing.grids.items())
        if number not in drawing.locked and any(found.code == "GP217" for unit in grid.units for found in unit.found)
    ]


def _recut(drawing: Drawing, grid: GridZone, seed: int) -> GridZone:
    ground = drawing.ground
    rule = ground.unit_rule(grid.community)
    pieces = sorted(piece for plot in grid.plots for piece in plot.pieces)
    rows = np.array(pieces, dtype=np.int64)
    place = {piece: at for at, piece in enumerate(pieces)}
    floor = ground.floors
    sections = sorted(
        (section for piece in pieces for section in ground.sections_of_piece[piece]),
        key=lambda section: (place[int(ground.piece_of_section[section])], int(floor[section]), section),
    )
    section_piece = np.array([place[int(ground.piece_of_section[section])] for section in sections], dtype=np.int64)
    graph = ground.pieces.subgraph(rows)
    zero = np.zeros(len(rows), dtype=np.int64)
    if rule is None:
        units = units_of_cells(graph, grid=zero, cell=ground.cell_of_piece[rows], section_piece=section_piece)
    else:
        units = partition_units(
            graph,
            grid=zero,
            stacked=ground.stacked[rows],
            section_piece=section_piece,
            section_households=ground.section_households[np.array(sections, dtype=np.int64)],
            rules=[rule],
            objective=ground.objective,
            seed=seed,
        )
    plots = _plots(ground, grid, pieces, sections, units)
    return make_grid(ground, grid.number, grid.cells, plots, like=grid, found=grid.found)


def _plots(ground: Ground, grid: GridZone, pieces: Sequence[int], sections: Sequence[int], units: Units) -> tuple[Plot, ...]:
    """The plots that the engine's units are; one that was there before is that one."""
    before = {plot.pieces: plot for plot in grid.plots}
    land: dict[int, list[int]] = {}
    for at, piece in enumerate(pieces):
        # A tower and what joins it are one land.
        own = int(units.of_piece[at])
        land.setdefault(own if own >= 0 else -1 - int(units.stack_of[at]), []).append(piece)
    of_unit: dict[int, list[int]] = {}
    for at, section in enumerate(sections):
        of_unit.setdefault(int(units.of_section[at]), []).append(section)
    unit_of_tower: dict[int, list[int]] = {}
    place = {piece: at for at, piece in enumerate(pieces)}
    for at, section in enumerate(sections):
        tower = int(units.stack_of[place[int(ground.piece_of_section[section])]])
        if ground.stacked[pieces[tower]]:
            known = unit_of_tower.setdefault(tower, [])
            if int(units.of_section[at]) not in known:
                known.append(int(units.of_section[at]))
    plots = []
    for key, rows in land.items():
        tower = -1 - key if key < 0 else -1
        numbers = [key] if key >= 0 else sorted(unit_of_tower[tower])
        made = tuple(
            make_unit(ground, of_unit.get(number, ()), rows, found=_found(ground, grid, pieces, units.verdicts.get(number)))
            for number in numbers
        )
        plot = Plot(tuple(rows), pieces[tower] if tower >= 0 else -1, made)
        was = before.get(plot.pieces)
        same = was is not None and [unit.sections for unit in was.units] == [unit.sections for unit in plot.units]
        # What is as it was keeps its code, with what was proved of it this time.
        plots.append(_proved(was, plot) if was is not None and same else plot)
    return tuple(sorted(plots, key=lambda plot: plot.pieces[0]))


def _proved(was: Plot, now: Plot) -> Plot:
    """A plot as it was, with the proofs of the same plot made anew."""
    pairs = list(zip(was.units, now.units, strict=True))
    if all(not new.found or old.found == new.found for old, new in pairs):
        return was
    return replace(was, units=tuple(replace(old, found=new.found or old.found) for old, new in pairs))


def _found(ground: Ground, grid: GridZone, pieces: Sequence[int], verdict: Verdict | None) -> tuple[Found, ...]:
    """What the engine proved of a unit; what it left open is said anew."""
    if verdict is None or not verdict.proof:
        return ()
    facts = verdict.facts | ({"atom": pieces[int(verdict.facts["atom"])]} if "atom" in verdict.facts else {})
    return (Found(**told(replace(verdict, facts=facts), ground.piece_ids, grid.code)),)


def _part(drawing: Drawing, rows: Ints) -> AtomGraph:
    """The graph of some cells without the borders that no grid may cross."""
    graph = drawing.ground.cells.subgraph(rows)
    if not drawing.shut:
        return graph
    pairs = zip(rows[graph.i].tolist(), rows[graph.j].tolist(), strict=True)
    return graph.without(np.array([pair in drawing.shut for pair in pairs], dtype=np.bool_))
