"""The graph as the kernels read it: atoms joined to nodes, neighbours in rows, costs in one unit."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gridplan.graph.atom_graph import MAJOR, AtomGraph, Floats, Ints
from gridplan.partition.groups import fitting_compounds, soft_edges
from gridplan.partition.measures import Cost
from gridplan.partition.model import Rule


class Land(NamedTuple):
    """Frozen arrays of n nodes and, for each, its neighbours.

    Of a node: ``households``, ``area`` (m2), ``perimeter`` (m), ``own`` (cost that it brings into any zone, were it alone there:
    crossings inside it and its off-street border), ``compound`` (number of a compound that fits and lies on several nodes, -1
    else), ``x`` and ``y`` (centroid, m).
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


class Price(NamedTuple):
    """What a zone costs beside its ``own`` and ``pair``: weights, the range, and the ``scale`` of what being out of it costs."""

    compactness: float
    evenness: float
    split: float
    target: float
    low: int
    high: int
    scale: float


def price_of(cost: Cost, rule: Rule) -> Price:
    """The price by which kernels reckon ``cost``."""
    scale = max(1.0, cost.compactness, cost.evenness, cost.split)
    # Of one type each: kernels are compiled by type.
    weights = float(cost.compactness), float(cost.evenness), float(cost.split)
    return Price(*weights, float(rule.target), int(rule.low), int(rule.high), float(scale))


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
    )


def capped(land: Land, most: int) -> Land:
    """The land as the kernels need it: a node above the range fills a zone by itself."""
    return land._replace(households=np.minimum(land.households, most))


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
