"""What is found of the zones of a drawing: proofs by arithmetic, which hold however lines are drawn; the rest is open."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from gridplan.graph.atom_graph import Ints
from gridplan.partition.bounds import COUNTED, by_arithmetic
from gridplan.partition.by_hand import drawn_so, drawn_so_by_people
from gridplan.partition.model import Rule, Verdict
from gridplan.partition.nested import stack_verdict
from gridplan.partition.people import people_verdict
from gridplan.partition.rules import excess
from gridplan.plan import layers
from gridplan.plan.redraw.ground import Ground, connected
from gridplan.plan.redraw.zones import Found, GridZone, Plot, UnitZone


def judge_grids(ground: Ground, grids: Iterable[GridZone], land: Ints, fresh: frozenset[int]) -> dict[int, tuple[Found, ...]]:
    """What is found of the grids of one community that are out of range, by number; those of the rest is nothing.

    Parameters
    ----------
    grids : all grids of the community.
    land : number of the connected land of each cell, special grids left out.
    fresh : numbers of the grids that were changed; what was proved of the others holds on.
    """
    found: dict[int, tuple[Found, ...]] = {}
    counted: set[int] = set()
    bad = [grid for grid in grids if not grid.special and _out(ground, grid)]
    kept = [grid for grid in bad if grid.number not in fresh and grid.found]
    for grid in kept:
        found[grid.number] = grid.found
        counted |= {int(land[grid.cells[0]])} if any(one.code in COUNTED for one in grid.found) else set()
    left = [grid for grid in bad if grid.number not in found]
    for grid in sorted(left, key=lambda grid: (-_excess(ground, grid), grid.number)):
        where = int(land[grid.cells[0]])
        verdict = _grid_verdict(ground, grid, land, counted=where in counted)
        counted |= {where} if verdict.code in COUNTED else set()
        found[grid.number] = (_told(verdict, ground.cell_ids, None),)
    return found


def judge_units(ground: Ground, grid: GridZone, plots: tuple[Plot, ...], *, kept: bool) -> tuple[Plot, ...]:
    """The plots of a grid with what is found of their units; ``kept``: what was proved of a unit before still is."""
    rule = ground.unit_rule(grid.community)
    if rule is None:
        return plots
    flat = [piece for plot in plots if plot.tower < 0 for piece in plot.pieces]
    part_of = {piece: number for number, part in enumerate(connected(sorted(flat), ground.near_pieces)) for piece in part}
    total = [0] * (max(part_of.values(), default=-1) + 1)
    for piece, number in part_of.items():
        total[number] += int(ground.pieces.households[piece])
    judged = []
    counted: set[int] = set()
    for plot in plots:
        units = tuple(
            replace(unit, found=())
            if not excess(rule, unit.households)
            else unit
            if kept and unit.found and all(one.proof for one in unit.found)
            else _judged(ground, grid, plot, unit, rule, part_of, total, counted)
            for unit in plot.units
        )
        judged.append(plot if units == plot.units else replace(plot, units=units))
    return tuple(judged)


def _judged(
    ground: Ground,
    grid: GridZone,
    plot: Plot,
    unit: UnitZone,
    rule: Rule,
    part_of: Mapping[int, int],
    total: Sequence[int],
    counted: set[int],
) -> UnitZone:
    """The unit with what is found of it."""
    if grid.special and unit.households == 0:
        return replace(unit, found=())
    if plot.tower >= 0:
        floors = ground.section_households[np.array(ground.sections_of_piece[plot.tower], dtype=np.int64)]
        verdict = stack_verdict(unit.households, floors, rule, plot.tower)
    else:
        where = part_of[plot.pieces[0]]
        rows = np.array(plot.pieces, dtype=np.int64)
        made = by_arithmetic(ground.pieces, rows, rule, unit.households, total[where], where in counted)
        verdict = made or drawn_so(unit.households, rule)
        counted |= {where} if verdict.code == "GP203" else set()
    return replace(unit, found=(_told(verdict, ground.piece_ids, grid.code),))


def _grid_verdict(ground: Ground, grid: GridZone, land: Ints, *, counted: bool) -> Verdict:
    rule = ground.grid_rule(grid.community)
    assert rule is not None, "a grid without a range is never out of it"
    cells = np.array(grid.cells, dtype=np.int64)
    around = np.flatnonzero(land == land[cells[0]])
    verdict = None
    if excess(rule, grid.households):
        total = int(ground.cells.households[around].sum())
        verdict = by_arithmetic(ground.cells, cells, rule, grid.households, total, counted)
    verdict = verdict or people_verdict(ground.cells, cells, rule, around, counted=counted)
    if verdict is not None or excess(rule, grid.households):
        return verdict or drawn_so(grid.households, rule)
    return drawn_so_by_people(grid.people or 0, rule)


def _out(ground: Ground, grid: GridZone) -> bool:
    rule = ground.grid_rule(grid.community)
    if rule is None:
        return False
    people = rule.population
    crowded = people is not None and grid.people is not None and not people.low <= grid.people <= people.high
    return bool(excess(rule, grid.households)) or crowded


def _excess(ground: Ground, grid: GridZone) -> int:
    rule = ground.grid_rule(grid.community)
    return 0 if rule is None else excess(rule, grid.households)


def _told(verdict: Verdict, ids: Sequence[str], grid: str | None) -> Found:
    return Found(**layers.told(verdict, ids, grid))
