"""Why a grid looks as it does: what it costs by each wish, which rules hold it, what is wrong with it and what would mend it."""

from collections.abc import Iterator

import numpy as np

from gridplan.graph.atom_graph import MAJOR
from gridplan.messages import Fact, text
from gridplan.partition.measures import cost_of
from gridplan.partition.model import Objective
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
    crossed = within & (graph.kind >= MAJOR)
    outer = float(graph.length[border].sum())
    off = float(np.maximum(graph.length - graph.street, 0.0)[border].sum())
    share = round(100 * (1 - off / outer)) if outer else 100
    yield _said("street", metres=round(outer), share=share)
    if crossed.any():
        yield _said("crossing", metres=round(float(graph.length[crossed].sum())))
    yield _said("shape", compactness=f"{grid.compactness:.2f}")
    cut = _cut_compounds(drawing, grid)
    if cut:
        yield _said("compounds", count=len(cut), households=sum(cut))
    rule = drawing.ground.grid_rule(grid.community)
    if rule is not None and not grid.special:
        cost = cost_of(graph, rule, Objective())
        relative = max(grid.households, 1) / rule.target
        shape = cost.compactness * max(1 / max(grid.compactness, 1e-3) - 1, 0.0) * relative
        yield _said(
            "cost",
            crossing=f"{cost.crossing * float(graph.length[crossed].sum()):.2f}",
            street=f"{cost.off_street * off:.2f}",
            shape=f"{shape:.2f}",
            evenness=f"{cost.evenness * (max(relative, 1 / relative) - 1) ** 2:.2f}",
            compounds=f"{cost.split * len(cut):.2f}",
        )


def _cut_compounds(drawing: Drawing, grid: GridZone) -> list[int]:
    """Households here of each compound that lies in other grids as well."""
    graph, of_cell = drawing.ground.cells, drawing.of_cell.array()
    own: dict[int, int] = {}
    for cell in grid.cells:
        if graph.compound[cell] >= 0 and graph.households[cell]:
            own[int(graph.compound[cell])] = own.get(int(graph.compound[cell]), 0) + int(graph.households[cell])
    elsewhere = set(graph.compound[(of_cell != grid.number) & (graph.households > 0)].tolist())
    return [households for compound, households in sorted(own.items()) if compound in elsewhere]


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
