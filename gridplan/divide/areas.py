"""Levels above the community: zones of whole towns or communities, across administrative lines where the scheme says so."""

from dataclasses import dataclass, replace
from math import ceil, floor

import geopandas as gpd
import numpy as np
import pandas as pd

from gridplan.divide.asked import engine_rule
from gridplan.divide.search import Search
from gridplan.errors import RuleError
from gridplan.graph.adjacency import build_graph
from gridplan.graph.atom_graph import AtomGraph, Floats, Ints
from gridplan.partition import Partition, Rule, Verdict, partition
from gridplan.partition.groups import numbered
from gridplan.schemes import Level, Scheme

TRIES = 12
"""Searches at most with another target, until there are as many zones as the scheme wants."""


EVENER, EVENER_TIMES = 8.0, 2
"""How much more evenness weighs in the next search, and how often."""


@dataclass(frozen=True)
class Areas:
    """One level: the area (0..a-1) of each community, the area of the level above that each lies in (-1: none), verdicts by area.

    ``inside``: of each area the row of the community that it is all of, where the scheme makes one for each; else -1.
    """

    level: Level
    of_community: Ints
    above: Ints
    inside: Ints
    verdicts: dict[int, Verdict]


def divide_areas(communities: gpd.GeoDataFrame, scheme: Scheme, search: Search) -> list[Areas]:
    """The areas of each level above the grids, from the largest down.

    Parameters
    ----------
    communities : ``code``, ``parent``, ``households`` and land that shares vertices, in metres.
    scheme : its levels in ``areas``.
    search : weights, effort and seed; streets do not count here.

    Returns
    -------
    list of Areas
        Areas of a level lie inside those of the level before it, wherever that is made by a range or a number.

    Raises
    ------
    RuleError
        GP227 a level is made of towns, and a community has no town.
    """
    levels = scheme.of("areas")
    if not levels:
        return []
    graph = build_graph(communities, streets=None, barriers=None)
    above = np.zeros(len(communities), dtype=np.int64)
    known = False
    made = []
    for level in levels:
        rule = level.rule("urban")
        if rule.each == "community":
            own = np.arange(len(communities))
            made.append(Areas(level, own, np.full(len(own), -1, dtype=np.int64), own, {}))
            continue
        town = _towns(communities) if level.atoms == "town" else np.arange(len(communities))
        of, verdicts = _divide(graph, town, above, level, search)
        first = np.unique(of, return_index=True)[1]
        outer = above[first] if known else np.full(len(first), -1, dtype=np.int64)
        made.append(Areas(level, of, outer, np.full(len(first), -1, dtype=np.int64), verdicts))
        above, known = of, True
    return made


def _towns(communities: gpd.GeoDataFrame) -> Ints:
    missing = communities["parent"].isna().to_numpy()
    if missing.any():
        raise RuleError("GP227", count=int(missing.sum()), ids=", ".join(communities["code"][missing][:5]))
    return np.asarray(pd.factorize(communities["parent"], sort=True)[0], dtype=np.int64)


def _divide(graph: AtomGraph, thing: Ints, above: Ints, level: Level, search: Search) -> tuple[Ints, dict[int, Verdict]]:
    """The zone of each community, of whole things, inside each zone above; and verdicts."""
    asked = level.rule("urban")
    things = np.bincount(above[np.unique(thing, return_index=True)[1]])
    wanted = None if asked.count is None else _shares(np.bincount(above, graph.households).astype(np.int64), things, asked.count)
    of = np.full(len(graph), -1, dtype=np.int64)
    verdicts: dict[int, Verdict] = {}
    made = 0
    for number in range(int(above.max()) + 1):
        rows = np.flatnonzero(above == number)
        group = numbered(thing[rows])
        part = _merged(graph.subgraph(rows), group)
        count = None if wanted is None else int(wanted[number])
        rule = engine_rule(level, asked)
        if rule is not None or count is None:
            assert rule is not None, level.name
            answer = _search(part, rule, search)
        else:
            answer = _counted(part, count, float(asked.tolerance or 0.0), search)
        of[rows] = answer.zone[group] + made
        verdicts |= {zone + made: verdict for zone, verdict in answer.verdicts.items()}
        made += int(answer.zone.max()) + 1
    return of, verdicts


def _counted(graph: AtomGraph, count: int, tolerance: float, search: Search) -> Partition:
    """As many zones as are wanted, where some weight of evenness or some target leads to that many; else as near as one came."""
    mean = max(int(graph.households.sum()), 1) / count
    low, high = max(ceil(mean * (1 - tolerance)), 1), max(floor(mean * (1 + tolerance)), 1)
    best: Partition | None = None
    aim, less, more = mean, mean * (1 - tolerance), mean * (1 + tolerance)
    for number in range(TRIES):
        # Zones of equal size are as many as are wanted: evenness counts more and more, then the target moves.
        even = search.objective.evenness * EVENER ** min(number, EVENER_TIMES)
        objective = replace(search.objective, evenness=even)
        answer = _search(graph, Rule(low, high, min(max(round(aim), low), high)), replace(search, objective=objective))
        if best is None or _away(answer, count) < _away(best, count):
            best = answer
        made = int(answer.zone.max()) + 1
        if made == count or more - less < 1:
            break
        if number >= EVENER_TIMES:
            # Too many zones: larger ones.
            less, more = (aim, more) if made > count else (less, aim)
            aim = (less + more) / 2
    assert best is not None
    return best


def _away(answer: Partition, count: int) -> tuple[int, int]:
    return abs(int(answer.zone.max()) + 1 - count), len(answer.verdicts)


def _search(graph: AtomGraph, rule: Rule, search: Search) -> Partition:
    return partition(graph, rule, objective=search.objective, effort=search.effort, seed=search.seed)


def _shares(households: Floats | Ints, things: Ints, count: int) -> Ints:
    """How many of ``count`` zones each part gets: one at least, no more than it has ``things``, the rest by households.

    One after the other goes to the part with most households for each zone and half (Webster's method).
    """
    share = np.ones(len(households), dtype=np.int64)
    for _ in range(min(count, int(things.sum())) - len(share)):
        share[int(np.argmax(np.where(share < things, households / (share + 0.5), -1.0)))] += 1
    return share


def _merged(graph: AtomGraph, group: Ints) -> AtomGraph:
    """The graph with the atoms of each group joined to one."""
    count = int(group.max()) + 1
    a, b = group[graph.i], group[graph.j]
    inner = a == b
    pair, of = np.unique(np.minimum(a, b)[~inner] * count + np.maximum(a, b)[~inner], return_inverse=True)

    def add(values: Floats | Ints) -> Floats:
        return np.bincount(group, values, minlength=count).astype(np.float64)

    area = add(graph.area)
    x, y = add(graph.x * graph.area) / area, add(graph.y * graph.area) / area
    shift = (graph.x - x[group]) ** 2 + (graph.y - y[group]) ** 2
    return AtomGraph(
        households=add(graph.households).astype(np.int64),
        compound=np.full(count, -1, dtype=np.int64),
        area=area,
        x=x,
        y=y,
        polar=add(graph.polar + graph.area * shift),
        perimeter=add(graph.perimeter) - 2 * np.bincount(a[inner], graph.length[inner], minlength=count),
        i=pair // count,
        j=pair % count,
        length=np.bincount(of, graph.length[~inner], minlength=len(pair)).astype(np.float64),
        kind=np.zeros(len(pair), dtype=np.int64),
        street=np.bincount(of, graph.length[~inner], minlength=len(pair)).astype(np.float64),
    )
