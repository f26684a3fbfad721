"""The grids of all communities: what stands for itself first, the rest cut by the ranges."""

from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from gridplan.atoms import Atoms
from gridplan.divide.asked import engine_rule, with_growth, with_lines
from gridplan.divide.search import Search
from gridplan.graph.atom_graph import AtomGraph, Ints
from gridplan.partition import Partition, Rule, Verdict, partition
from gridplan.partition.groups import parts
from gridplan.partition.regions import cores, side_by_side
from gridplan.partition.standing import STRAY, Standing, grown, site_zones, village_zones, whole_zones
from gridplan.schemes import Level
from gridplan.schemes import Rule as Asked

SITE_M2 = 500.0
"""A part of a special site smaller than this, where no one lives, is ordinary land."""


@dataclass(frozen=True)
class Grids:
    """The grid (0..g-1) of each cell; by grid: verdicts, whether it is special, what it stands for; the answers of the engine.

    ``codes`` and ``names``: those that some grids have already, by grid.
    """

    of_cell: Ints
    verdicts: dict[int, Verdict]
    special: NDArray[np.bool_]
    of: list[str | None]
    answers: list[Partition]
    codes: dict[int, str] = field(default_factory=dict)
    names: dict[int, str] = field(default_factory=dict)


@dataclass(frozen=True)
class _Task:
    """One community: its cells, the rule asked of it and of the engine, and the growth that counts."""

    rows: Ints
    kind: str
    asked: Asked
    rule: Rule | None
    growth: float


@dataclass(frozen=True)
class _Done:
    """The zone of each cell of a community; by zone: whether it is special, the number of the thing it stands for (-1: none)."""

    zone: Ints
    special: NDArray[np.bool_]
    thing: Ints
    verdicts: dict[int, Verdict]
    answer: Partition | None


def divide_grids(atoms: Atoms, cells: AtomGraph, level: Level, search: Search) -> Grids:
    """The grids of all communities, searched side by side.

    Parameters
    ----------
    atoms : with ``communities``; ``cells`` with ``community``, ``compound``, and ``site`` and ``village`` where there are any.
    cells : the graph over ``atoms.cells``, with their population where the level counts people.
    level : the level of the grids.
    search : weights, effort, seed and progress.

    Returns
    -------
    Grids, numbered by community in the order of ``atoms.communities``.

    Notes
    -----
    Special sites come first, then what the rule says ``each`` of is a grid, then the engine on what is left.
    """
    community = atoms.cells["community"].to_numpy()
    graph = with_lines(cells, level)
    site, site_names = _numbers(atoms, "site")
    tasks = [_task(row, community, level) for row in atoms.communities.itertuples()]
    threads = search.effort.threads or cores()
    # Several communities are searched side by side, a single one region by region.
    effort = search.effort if len(tasks) == 1 else replace(search.effort, threads=1)
    things = things_of(atoms)
    none = np.full(len(cells), -1, dtype=np.int64)

    def work(task: _Task) -> _Done:
        thing = things[task.asked.each][0] if task.asked.each else none
        return _divide(graph.subgraph(task.rows), task, site[task.rows], thing[task.rows], replace(search, effort=effort))

    search.progress("stage.grids", 0, len(tasks))
    of_cell = np.full(len(cells), -1, dtype=np.int64)
    verdicts: dict[int, Verdict] = {}
    special: list[bool] = []
    of: list[str | None] = []
    answers = []
    for done, (task, found) in enumerate(zip(tasks, side_by_side(work, tasks, threads), strict=True), start=1):
        made = len(special)
        of_cell[task.rows] = found.zone + made
        verdicts |= {zone + made: in_town(verdict, task.rows) for zone, verdict in found.verdicts.items()}
        names = things[task.asked.each][1] if task.asked.each else []
        for is_special, thing in zip(found.special.tolist(), found.thing.tolist(), strict=True):
            special.append(is_special)
            of.append(None if thing < 0 else site_names[thing] if is_special else names[thing])
        answers += [] if found.answer is None else [found.answer]
        search.progress("stage.grids", done, len(tasks))
    return Grids(of_cell, verdicts, np.array(special, dtype=bool), of, answers)


def things_of(atoms: Atoms) -> dict[str, tuple[Ints, list[str]]]:
    """By what a scheme may want a grid for ``each`` of: the number of the one that each cell is of (-1: none), and their ids."""
    return {
        "compound": _numbers(atoms, "compound"),
        # What a layer or column says comes before what was found.
        "village": _numbers(atoms, "compound", "village"),
        "building": (np.arange(len(atoms.cells)), [str(name) for name in atoms.cells["id"]]),
        "community": _numbers(atoms, "community"),
    }


def _task(row: object, community: NDArray[np.object_], level: Level) -> _Task:
    code, kind, growth = (getattr(row, name, None) for name in ("code", "kind", "growth"))
    asked = level.rule(str(kind))
    known = asked.growth and growth is not None and not pd.isna(growth)
    return _Task(
        np.flatnonzero(community == code), str(kind), asked, engine_rule(level, asked), float(str(growth)) if known else 0.0
    )


def _numbers(atoms: Atoms, *columns: str) -> tuple[Ints, list[str]]:
    """The number of each cell's value in the first column that has one (-1: none has), and the values in order."""
    values = pd.Series(None, index=atoms.cells.index, dtype="str")
    for column in columns:
        if column in atoms.cells:
            values = values.where(values.notna(), atoms.cells[column])
    codes, names = pd.factorize(values, sort=True)
    return codes.astype(np.int64), [str(name) for name in names]


def _divide(graph: AtomGraph, task: _Task, site: Ints, thing: Ints, search: Search) -> _Done:
    """The zones of one community."""
    sites = site_zones(graph, site, least_area_m2=SITE_M2)
    rest = np.flatnonzero(sites.zone < 0)
    zone, count = sites.zone.copy(), len(sites.thing)
    inner = graph.subgraph(rest)
    standing, territory = _standing(inner, task, thing[rest])
    own = standing.zone >= 0
    zone[rest[own]] = standing.zone[own] + count
    thing_of = np.concatenate([sites.thing, standing.thing])
    answer, verdicts = None, {}
    left = np.flatnonzero(~own)
    if len(left) and task.rule is not None:
        part = inner.subgraph(left)
        land = territory[left]
        part = part.without(np.asarray(land[part.i] != land[part.j]))
        answer = _searched(part, task.rule, task.growth, search)
        zone[rest[left]] = answer.zone + len(thing_of)
        rows = rest[left]
        verdicts = {number + len(thing_of): in_town(verdict, rows) for number, verdict in answer.verdicts.items()}
        whole = _villages(part, answer.zone, thing[rows]) if task.asked.each == "village" else np.full(_count(answer.zone), -1)
        thing_of = np.concatenate([thing_of, whole])
    elif len(left):
        # Nothing beside it, and no range: land in no zone is one.
        both = ~own[inner.i] & ~own[inner.j]
        zone[rest[left]] = parts(len(inner), inner.i[both], inner.j[both])[left]
        zone[rest[left]] = np.unique(zone[rest[left]], return_inverse=True)[1] + len(thing_of)
        thing_of = np.concatenate([thing_of, np.full(_count(zone) - len(thing_of), -1)])
    return _Done(zone, np.arange(len(thing_of)) < count, thing_of, verdicts, answer)


def _searched(graph: AtomGraph, rule: Rule, growth: float, search: Search) -> Partition:
    """The engine's zones with room for growth; without it where that leaves a zone out of range."""

    def search_by(asked: Rule) -> Partition:
        return partition(graph, asked, objective=search.objective, effort=search.effort, seed=search.seed)

    roomy = with_growth(rule, growth, int(graph.households.sum()))
    answer = search_by(roomy)
    return search_by(rule) if answer.verdicts and roomy != rule else answer


def _standing(graph: AtomGraph, task: _Task, thing: Ints) -> tuple[Standing, Ints]:
    """The zones that stand for something, and for the rest the number of the land that zones may not leave."""
    none = np.full(len(graph), -1, dtype=np.int64)
    if task.asked.each is None or not len(graph):
        return Standing(none, none[:0]), np.zeros(len(graph), dtype=np.int64)
    if task.asked.each == "village" and task.rule is not None:
        return village_zones(graph, thing, low=task.rule.low, high=task.rule.high)
    standing = whole_zones(graph, thing)
    free = standing.zone < 0
    both = free[graph.i] & free[graph.j]
    land = parts(len(graph), graph.i[both], graph.j[both])
    households = np.bincount(land, graph.households * free)[land]
    enough = free & (households >= task.rule.low) if task.rule is not None else np.zeros(len(graph), dtype=bool)
    return grown(graph, standing, among=free & ~enough), np.where(enough, land, -1)


def _villages(graph: AtomGraph, zone: Ints, village: Ints) -> Ints:
    """The village that each zone stands for: the largest that has nearly all its households there; -1 where none has."""
    count = _count(zone)
    answer = np.full(count, -1, dtype=np.int64)
    known = village >= 0
    if not known.any():
        return answer
    most = np.zeros(count)
    here = np.bincount(village[known], graph.households[known])
    pairs = np.zeros((count, len(here)))
    np.add.at(pairs, (zone[known], village[known]), graph.households[known])
    for number, name in np.argwhere(pairs > (1 - STRAY) * np.maximum(here, 1)).tolist():
        if pairs[number, name] > most[number]:
            answer[number], most[number] = name, pairs[number, name]
    return answer


def _count(zone: Ints) -> int:
    return int(zone.max(initial=-1)) + 1


def in_town(verdict: Verdict, rows: Ints) -> Verdict:
    """The verdict with the row of its atom among all cells, not among those of its part (``rows``)."""
    if "atom" not in verdict.facts:
        return verdict
    return replace(verdict, facts=verdict.facts | {"atom": int(rows[int(verdict.facts["atom"])])})
