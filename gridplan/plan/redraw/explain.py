"""Why a grid looks as it does: what it costs by each wish, which rules hold it, what is wrong with it and what would mend it."""

from collections.abc import Iterator

import numpy as np

from gridplan.graph.atom_graph import MAJOR, Ints
from gridplan.messages import Fact, text
from gridplan.partition.groups import fitting_compounds
from gridplan.partition.measures import terms_of_zones
from gridplan.partition.model import Rule
from gridplan.partition.rules import excess
from gridplan.plan.redraw.drawing import Constraint, Drawing
from gridplan.plan.redraw.zones import GridZone

Line = dict[str, str]
"""A sentence in English and Chinese."""

MOST_NEIGHBOURS = 6


def explained(drawing: Drawing, grid: GridZone) -> dict[str, object]:
    """The code of the grid and ``lines``: sentences in both languages."""
    return {"grid": grid.code, "lines": list(_lines(drawing, grid))}


def _lines(drawing: Drawing, grid: GridZone) -> Iterator[Line]:
    ground = drawing.ground
    rule = None if grid.special else ground.grid_rule(grid.community)
    if grid.special:
        yield _said("special", households=grid.households)
    elif rule is None:
        yield _said("no_range", households=grid.households)
    else:
        yield _said("range", households=grid.households, low=rule.low, high=rule.high, target=rule.target)
    if grid.number in drawing.locked:
        yield _said("locked")
    for constraint in drawing.constraints:
        if _holds_here(constraint, grid):
            atoms = ", ".join(ground.cell_ids[row] for row in constraint.atoms[:5])
            yield _said(f"constraint.{constraint.kind}", number=constraint.number, atoms=atoms)
    for found in grid.found:
        yield {"en": found.message, "zh": found.message_zh}
        if found.waiver and found.waiver_zh:
            yield {"en": found.waiver, "zh": found.waiver_zh}
    yield from _wishes(drawing, grid)
    yield from _neighbours(drawing, grid)


def _wishes(drawing: Drawing, grid: GridZone) -> Iterator[Line]:
    """What each wish of the engine costs here."""
    graph = drawing.ground.cells
    inside = np.zeros(len(graph), dtype=np.bool_)
    inside[list(grid.cells)] = True
    within, border = inside[graph.i] & inside[graph.j], inside[graph.i] != inside[graph.j]
    crossed = float(graph.length[within & (graph.kind >= MAJOR)].sum())
    outer = float(graph.length[border].sum())
    off = float(np.maximum(graph.length - graph.street, 0.0)[border].sum())
    yield _said("street", metres=round(outer), share=round(100 * (1 - off / outer)) if outer else 100)
    if crossed:
        yield _said("crossing", metres=round(crossed))
    yield _said("shape", compactness=f"{grid.compactness:.2f}")
    rule = drawing.ground.grid_rule(grid.community)
    if rule is not None and not grid.special:
        yield from _compounds(drawing, grid, rule)
        yield _costs(drawing, grid, rule)


def _compounds(drawing: Drawing, grid: GridZone, rule: Rule) -> Iterator[Line]:
    """The compounds that lie here in part: those that one grid could hold, and those that none could."""
    rows, numbers = _ordinary(drawing, grid.community)
    graph = drawing.ground.cells.subgraph(rows)
    mine = numbers == grid.number
    fits = fitting_compounds(graph, rule)
    lived = (graph.compound >= 0) & (graph.households > 0)
    for key, these in (("compounds", lived & fits), ("compounds.large", lived & ~fits)):
        cut = these & mine & np.isin(graph.compound, graph.compound[these & ~mine])
        count = len(np.unique(graph.compound[cut]))
        if count:
            yield _said(key, count=count, households=int(graph.households[cut].sum()))


def _costs(drawing: Drawing, grid: GridZone, rule: Rule) -> Line:
    """The terms of the objective that are this grid's, beside what a grid of its community costs in the mean."""
    rows, numbers = _ordinary(drawing, grid.community)
    grids, zone = np.unique(numbers, return_inverse=True)
    found = terms_of_zones(drawing.ground.cells.subgraph(rows), zone.astype(np.int64), rule, drawing.ground.objective)
    own = int(np.searchsorted(grids, grid.number))
    cost = {name: float(values[own]) for name, values in found.items()}
    total = sum(values.sum() for values in found.values())
    facts = {name: f"{value:.2f}" for name, value in cost.items()}
    return _said("cost", total=f"{sum(cost.values()):.2f}", mean=f"{total / len(grids):.2f}", **facts)


def _ordinary(drawing: Drawing, community: int) -> tuple[Ints, Ints]:
    """The rows of the atoms of a community that are in no special grid, and the number of the grid of each."""
    numbers = drawing.of_cell.array()
    special = [number for number, grid in drawing.grids.items() if grid.special]
    rows = np.flatnonzero((drawing.ground.community == community) & ~np.isin(numbers, special))
    return rows, numbers[rows]


def _neighbours(drawing: Drawing, grid: GridZone) -> Iterator[Line]:
    """The grids beside it, by length of border, and what they could take or give."""
    of_cell = drawing.of_cell
    inside = set(grid.cells)
    beside: dict[int, float] = {}
    for cell in grid.cells:
        for other, length in drawing.ground.borders_of_cell[cell]:
            if other not in inside:
                beside[of_cell[other]] = beside.get(of_cell[other], 0.0) + length
    for number in sorted(beside, key=lambda number: (-beside[number], number))[:MOST_NEIGHBOURS]:
        zone = drawing.grids[number]
        rule = None if zone.special else drawing.ground.grid_rule(zone.community)
        facts: dict[str, Fact] = {"grid": zone.code, "metres": round(beside[number]), "households": zone.households}
        closed = rule is None or zone.community != grid.community or number in drawing.locked
        if closed or rule is None:
            yield _said("beside.closed", **facts)
        elif excess(rule, zone.households):
            yield _said("beside.out", **facts)
        else:
            yield _said("beside.open", **facts, room=rule.high - zone.households, spare=zone.households - rule.low)


def _holds_here(constraint: Constraint, grid: GridZone) -> bool:
    rows = {*constraint.atoms, *(row for pair in constraint.shut for row in pair)}
    return not rows.isdisjoint(grid.cells)


def _said(key: str, **facts: Fact) -> Line:
    return {"en": text(f"explain.{key}", "en", **facts), "zh": text(f"explain.{key}", "zh", **facts)}
