"""Units inside grids: floors of towers by themselves, flat pieces as connected zones."""

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import nan

import numpy as np
from numpy.typing import NDArray

from gridplan.graph.atom_graph import AtomGraph, Floats, Ints
from gridplan.messages import Plain
from gridplan.partition.floors import cut_floors
from gridplan.partition.groups import numbered, parts, soft_edges
from gridplan.partition.model import Effort, Objective, Rule, Units, Verdict
from gridplan.partition.regions import side_by_side
from gridplan.partition.rules import check_rule, check_search, excess
from gridplan.partition.solve import solve
from gridplan.progress import Progress, silent

MANY, WINDOWS_OF_MANY = 500, 100.0
"""Above so many grids each is searched with fewer windows a unit, unless these are set, and a fifth of the sets in proofs:
the objective is .2 % higher (45 grids of a simulated county), in a quarter of the time."""


@dataclass(frozen=True)
class _Unit:
    """One unit before it has a number: its grid, first piece and floor, its pieces or its sections, its verdict."""

    grid: int
    first: int
    floor: int
    pieces: Ints
    sections: Ints
    verdict: Verdict | None


def partition_units(
    pieces: AtomGraph,
    *,
    grid: Ints,
    stacked: NDArray[np.bool_],
    section_piece: Ints,
    section_households: Ints,
    rules: Sequence[Rule],
    objective: Objective | None = None,
    effort: Effort | None = None,
    seed: int = 0,
    progress: Progress = silent,
) -> Units:
    """The units of all grids: connected through flat pieces of their grid or whole floors of one stacked piece.

    Parameters
    ----------
    pieces : graph over the m pieces; an edge between pieces of different grids is not used.
    grid : grid of each piece, 0..g-1.
    stacked : whether the sections of a piece lie above one another.
    section_piece, section_households : of each of k sections, those of a stacked piece from the ground up.
    rules : the rule of the units of each grid.
    objective, effort : as for ``partition``.
    seed : with the grid number, the seed of every random choice.
    progress : told ``stage.units`` after each grid.

    Returns
    -------
    Units, numbered by grid, then by first piece and floor; see :class:`~gridplan.partition.model.Units`. In a verdict the
    fact ``atom`` is a row of ``pieces``.

    Raises
    ------
    RuleError
        GP220 a rule makes no sense; GP221 negative households; GP222-GP224 a seed, weight or count that cannot be used.

    Notes
    -----
    Pieces without households are joined to the neighbour with the longest shared border first. Grids are solved side by side,
    which changes nothing but the time: under 0.1 s for most, and up to about half a second where proving the optimum is
    tried to the end (``effort.exact_sets``); a quarter of that in towns of over 500 grids, which are searched less.
    """
    for rule in dict.fromkeys(rules):
        check_rule(rule, pieces)
    objective, effort = objective or Objective(), effort or Effort()
    check_search(objective, effort, seed)
    threads = effort.threads or os.cpu_count() or 1
    effort = replace(_of_each(effort, len(rules)), threads=1)
    stack_of = np.arange(len(pieces), dtype=np.int64)
    floors: dict[int, list[int]] = {}
    for section, piece in enumerate(section_piece.tolist()):
        floors.setdefault(piece, []).append(section)
    order = np.argsort(grid, kind="stable")
    runs = np.split(order, np.flatnonzero(np.diff(grid[order])) + 1) if len(order) else []

    def work(rows: Ints) -> tuple[list[_Unit], float, float]:
        number = int(grid[rows[0]])
        rule = rules[number]
        found: list[_Unit] = []
        for piece in rows[stacked[rows]].tolist():
            sections = np.array(floors.get(piece, []), dtype=np.int64)
            found.extend(_stack(number, piece, sections, section_households, rule))
        # Each grid writes to its own rows.
        _join_land(pieces, rows, stacked, rule, stack_of)
        flat = rows[~stacked[rows] & (stack_of[rows] == rows)]
        if not len(flat):
            return found, 0.0, 0.0
        units, cost, bound = _flat(pieces, flat, number, rule, objective, effort, seed)
        return found + units, cost, bound

    found: list[_Unit] = []
    reached = np.zeros((2, len(rules)))
    for done, (units, cost, bound) in enumerate(side_by_side(work, runs, threads), start=1):
        found.extend(units)
        reached[:, grid[runs[done - 1][0]]] = cost, bound
        progress("stage.units", done, len(runs))
    return _numbered(found, len(pieces), section_piece, stack_of, reached)


def _of_each(effort: Effort, grids: int) -> Effort:
    """The effort for each of so many grids."""
    if grids <= MANY or effort.windows is not None:
        return effort
    return replace(effort, windows=WINDOWS_OF_MANY, exact_sets=effort.exact_sets // 5)


def units_of_cells(pieces: AtomGraph, *, grid: Ints, cell: Ints, section_piece: Ints) -> Units:
    """A unit for each cell with households, to which the land of its grid where no one lives is joined.

    Parameters
    ----------
    pieces : graph over the m pieces.
    grid, cell : of each piece.
    section_piece : of each section.

    Returns
    -------
    Units, numbered by grid and first piece, without verdicts: a building is no range.
    """
    same = grid[pieces.i] != grid[pieces.j]
    graph = pieces.without(np.asarray(same))
    inside = cell[graph.i] == cell[graph.j]
    whole = parts(len(graph), graph.i[inside], graph.j[inside])
    # Cells as atoms: what join_empty joins are cells where no one lives.
    lived = np.bincount(whole, graph.households)[whole]
    group = join_empty(replace(graph, households=lived), Rule(1, 10**9, 1), whole)
    order = np.lexsort((np.arange(len(group)), grid))
    rank = numbered(group[order])
    of_piece = np.empty(len(group), dtype=np.int64)
    of_piece[order] = rank
    count = int(grid.max(initial=-1)) + 1
    stack_of = np.arange(len(group), dtype=np.int64)
    return Units(of_piece, of_piece[section_piece], stack_of, {}, np.zeros(count), np.zeros(count))


def _stack(grid: int, piece: int, sections: Ints, households: Ints, rule: Rule) -> list[_Unit]:
    """The units of a stacked piece."""
    none = np.zeros(0, dtype=np.int64)
    cut = np.array(cut_floors(households[sections].tolist(), rule), dtype=np.int64)
    units = []
    for number in range(int(cut.max()) + 1 if len(cut) else 0):
        own = sections[cut == number]
        size = int(households[own].sum())
        verdict = stack_verdict(size, households[sections], rule, piece) if excess(rule, size) else None
        units.append(_Unit(grid, piece, number, none, own, verdict))
    return units


def stack_verdict(size: int, households: Ints, rule: Rule, piece: int) -> Verdict:
    """Why a unit of ``size`` households on a tower is out of range: its floors (``households`` of each) are cut optimally."""
    facts: dict[str, Plain] = {"households": size, "low": rule.low, "high": rule.high}
    facts |= {"atom": piece, "total": int(households.sum()), "count": len(households), "largest": int(households.max())}
    limit = float(rule.low if size < rule.low else rule.high)
    return Verdict("GP210" if facts["total"] == 0 else "GP209", float(size), limit, proof=True, facts=facts)


def _join_land(pieces: AtomGraph, rows: Ints, stacked: NDArray[np.bool_], rule: Rule, stack_of: Ints) -> None:
    """Give flat land where no one lives, and that touches stacked pieces, to the one with the longest shared border."""
    graph = pieces.subgraph(rows)
    up = stacked[rows]
    soft = soft_edges(graph, rule)
    flat = soft & ~up[graph.i] & ~up[graph.j]
    land = parts(len(graph), graph.i[flat], graph.j[flat])
    lived = np.bincount(land, graph.households * ~up, minlength=len(graph)) > 0
    border: dict[int, dict[int, float]] = {}
    for edge in np.flatnonzero(soft & (up[graph.i] != up[graph.j])).tolist():
        i, j = int(graph.i[edge]), int(graph.j[edge])
        low, tower = (j, i) if up[i] else (i, j)
        if not lived[land[low]]:
            near = border.setdefault(int(land[low]), {})
            near[tower] = near.get(tower, 0.0) + float(graph.length[edge])
    for number, near in sorted(border.items()):
        tower = min(near, key=lambda row: (-near[row], row))
        stack_of[rows[(land == number) & ~up]] = rows[tower]


def _flat(
    pieces: AtomGraph, rows: Ints, grid: int, rule: Rule, objective: Objective, effort: Effort, seed: int
) -> tuple[list[_Unit], float, float]:
    """The units of the flat pieces of a grid, what they cost, and what they must cost at least (nan: not known)."""
    graph = pieces.subgraph(rows)
    answer = solve(graph, rule, join_empty(graph, rule), objective=objective, effort=effort, seed=(seed, grid))
    none = np.zeros(0, dtype=np.int64)
    units = []
    for number in range(int(answer.zone.max()) + 1):
        own = rows[answer.zone == number]
        verdict = answer.verdicts.get(number)
        if verdict is not None and "atom" in verdict.facts:
            verdict = replace(verdict, facts=verdict.facts | {"atom": int(rows[int(verdict.facts["atom"])])})
        units.append(_Unit(grid, int(own[0]), 0, own, none, verdict))
    return units, answer.objective, nan if answer.bound is None else answer.bound


def join_empty(graph: AtomGraph, rule: Rule, whole: Ints | None = None) -> Ints:
    """The group of each atom: atoms without households joined to the neighbour with the longest border, in rounds.

    ``whole``: what each inhabited atom is part of to begin with; itself where None.

    In each round every empty atom beside an inhabited group joins it; land that no inhabited group reaches stays apart.
    """
    soft = np.flatnonzero(soft_edges(graph, rule))
    near: list[list[tuple[float, int]]] = [[] for _ in range(len(graph))]
    for edge in soft.tolist():
        i, j, length = int(graph.i[edge]), int(graph.j[edge]), float(graph.length[edge])
        near[i].append((length, j))
        near[j].append((length, i))
    own = range(len(graph)) if whole is None else whole.tolist()
    head = [group if households > 0 else -1 for group, households in zip(own, graph.households.tolist(), strict=True)]
    waiting = [atom for atom in range(len(graph)) if head[atom] < 0]
    while waiting:
        joined = {}
        for atom in waiting:
            border: dict[int, float] = {}
            for length, other in near[atom]:
                if head[other] >= 0:
                    border[head[other]] = border.get(head[other], 0.0) + length
            if border:
                joined[atom] = min(border, key=lambda group: (-border[group], group))
        if not joined:
            break
        for atom, group in joined.items():
            head[atom] = group
        waiting = [atom for atom in waiting if head[atom] < 0]
    label = [group if group >= 0 else len(graph) + atom for atom, group in enumerate(head)]
    return numbered(np.array(label, dtype=np.int64))


def _numbered(found: list[_Unit], count: int, section_piece: Ints, stack_of: Ints, reached: Floats) -> Units:
    """The units in order, as arrays."""
    of_piece = np.full(count, -1, dtype=np.int64)
    of_section = np.full(len(section_piece), -1, dtype=np.int64)
    verdicts = {}
    for number, unit in enumerate(sorted(found, key=lambda unit: (unit.grid, unit.first, unit.floor))):
        of_piece[unit.pieces] = number
        of_section[unit.sections] = number
        if unit.verdict is not None:
            verdicts[number] = unit.verdict
    of_section = np.where(of_section < 0, of_piece[section_piece], of_section)
    # A building without households whose land joins a tower goes with the tower's lowest floors.
    lowest = np.full(count, len(found), dtype=np.int64)
    placed = of_section >= 0
    np.minimum.at(lowest, section_piece[placed], of_section[placed])
    of_section = np.where(placed, of_section, lowest[stack_of[section_piece]])
    return Units(of_piece, of_section, stack_of, verdicts, reached[0], reached[1])
