"""The graph as the kernels read it: atoms joined to nodes, neighbours in rows, costs in one unit."""

from math import inf
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gridplan.graph.atom_graph import MAJOR, AtomGraph, Floats, Ints
from gridplan.partition.groups import fitting_compounds, soft_edges
from gridplan.partition.measures import Cost
from gridplan.partition.model import People, Rule


class Land(NamedTuple):
    """Frozen arrays of n nodes and, for each, its neighbours.

    Of a node: ``households``, ``area`` (m2), ``perimeter`` (m), ``own`` (cost that it brings into any zone, were it alone there:
    crossings inside it and its off-street border), ``compound`` (number of a compound that fits and lies on several nodes, -1
    else), ``x`` and ``y`` (centroid, m), ``more`` (n x 0, 1 or 4: people, and the moments of where households live: the sums of
    x, y and x^2 + y^2 over them).
    The neighbours of node v are ``near[start[v]:start[v + 1]]``, ascending, and beside each ``length`` (m of shared border),
    ``pair`` (cost that the two bring into a zone that holds both) and ``open`` (whether a zone may cross there).
    """

    start: Ints
    near: Ints
    length: Floats
    pair: Floats
    open: NDArray[np.bool_]
    households: Ints
    area: Floats
    perimeter: Floats
    own: Floats
    compound: Ints
    x: Floats
    y: Floats
    more: Floats


class Price(NamedTuple):
    """What a zone costs beside its ``own`` and ``pair``: weights, the range, and the ``scale`` of what being out of it costs.

    ``more``: how many of the further sums count. ``fewest`` to ``most`` people, each that is too few or too many worth ``ratio``
    households; ``service``: weight of the mean square distance of households from their middle.
    """

    compactness: float
    evenness: float
    split: float
    target: float
    low: int
    high: int
    scale: float
    more: int
    fewest: float
    most: float
    ratio: float
    service: float


def price_of(cost: Cost, rule: Rule) -> Price:
    """The price by which kernels reckon ``cost``."""
    scale = max(1.0, cost.compactness, cost.evenness, cost.split)
    # Of one type each: kernels are compiled by type.
    weights = float(cost.compactness), float(cost.evenness), float(cost.split)
    people = rule.population or People(0, 0)
    more = 4 if cost.service > 0 else 1 if rule.population else 0
    ratio = (rule.low + rule.high) / max(people.low + people.high, 1)
    limits = float(people.low), float(people.high) if rule.population else inf
    return Price(
        *weights,
        float(rule.target),
        int(rule.low),
        int(rule.high),
        float(scale),
        more,
        *limits,
        float(ratio),
        float(cost.service),
    )


def make_land(graph: AtomGraph, rule: Rule, cost: Cost, group: Ints) -> Land:
    """Nodes from ``group``: the node of each atom, numbered by smallest atom."""
    count = int(group.max()) + 1 if len(group) else 0
    crossing = np.where(graph.kind >= MAJOR, graph.length, 0.0) * cost.crossing
    off = np.maximum(graph.length - graph.street, 0.0) * cost.off_street
    a, b = group[graph.i], group[graph.j]
    inner = a == b
    outer = ~inner
    low, high = np.minimum(a, b)[outer], np.maximum(a, b)[outer]
    key, row = np.unique(low * max(count, 1) + high, return_inverse=True)

    def of_pair(values: Floats) -> Floats:
        return np.bincount(row, values[outer], minlength=len(key)).astype(np.float64)

    ends = np.concatenate([key // max(count, 1), key % max(count, 1)])
    others = np.concatenate([key % max(count, 1), key // max(count, 1)])
    order = np.argsort(ends * max(count, 1) + others, kind="stable")
    links = order % max(len(key), 1)
    area = _sum(group, graph.area, count)
    own = _sum(a[inner], crossing[inner], count) + _sum(a[outer], off[outer], count) + _sum(b[outer], off[outer], count)
    # Where there is no area, atoms count alike, so that points lie where they are.
    weight = np.where(area[group] > 0, graph.area, 1.0)
    weights = np.maximum(_sum(group, weight, count), 1e-9)
    return Land(
        start=np.concatenate([[0], np.cumsum(np.bincount(ends, minlength=count))]).astype(np.int64),
        near=others[order],
        length=of_pair(graph.length)[links],
        pair=(of_pair(crossing) - 2 * of_pair(off))[links],
        open=(of_pair(soft_edges(graph, rule).astype(np.float64)) > 0)[links],
        households=np.bincount(group, graph.households, minlength=count).astype(np.int64),
        area=area,
        perimeter=_sum(group, graph.perimeter, count) - 2 * _sum(a[inner], graph.length[inner], count),
        own=own,
        compound=_tracked(graph, rule, group, count),
        x=_sum(group, graph.x * weight, count) / weights,
        y=_sum(group, graph.y * weight, count) / weights,
        more=_more(graph, rule, cost, group, count),
    )


def _more(graph: AtomGraph, rule: Rule, cost: Cost, group: Ints, count: int) -> Floats:
    """The further sums that the rule and the weights ask for."""
    if cost.service <= 0 and rule.population is None:
        return np.zeros((count, 0))
    people = np.zeros(len(graph)) if graph.population is None else graph.population.astype(np.float64)
    columns = [_sum(group, people, count)]
    if cost.service > 0:
        # Near 0, so that squares keep their digits.
        x, y = graph.x - graph.x.mean(), graph.y - graph.y.mean()
        spread = np.divide(graph.polar, graph.area, out=np.zeros(len(graph)), where=graph.area > 0)
        columns += [_sum(group, moment * graph.households, count) for moment in (x, y, x * x + y * y + spread)]
    return np.ascontiguousarray(np.stack(columns, axis=1))


def capped(land: Land, price: Price, most: int) -> Land:
    """The land as the kernels need it: a node above ``most`` households, or the people of ``price``, fills a zone by itself."""
    more = land.more.copy()
    more[:, :1] = np.minimum(more[:, :1], price.most)
    return land._replace(households=np.minimum(land.households, most), more=more)


def _sum(group: Ints, values: Floats, count: int) -> Floats:
    return np.bincount(group, values, minlength=count).astype(np.float64)


def _tracked(graph: AtomGraph, rule: Rule, group: Ints, count: int) -> Ints:
    """The compound of each node whose compound fits and has households on several nodes, numbered from 0."""
    tracked = np.full(count, -1, dtype=np.int64)
    counted = fitting_compounds(graph, rule)
    pairs = np.unique(np.stack([graph.compound[counted], group[counted]]), axis=1)
    names, size = np.unique(pairs[0], return_counts=True)
    several = np.isin(pairs[0], names[size > 1])
    tracked[pairs[1][several]] = np.searchsorted(names[size > 1], pairs[0][several])
    return tracked
