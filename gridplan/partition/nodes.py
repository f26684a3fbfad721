"""The graph as the search sees it: atoms joined to nodes, in plain lists that Python reads fast."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from gridplan.graph.atom_graph import MAJOR, AtomGraph, Floats, Ints
from gridplan.partition.model import Rule

Link = tuple[int, float, float, float, bool]
"""Neighbour, metres of border, of it across a major road or barrier, of it along no street, and whether a zone may cross."""


@dataclass(frozen=True)
class Nodes:
    """Nodes made of one or several atoms, ordered by smallest atom.

    ``atoms`` of each node; sums of their ``households`` and ``area``; ``perimeter`` of the union (m); ``crossing`` (m of
    border across major roads or barriers inside the node); ``shares``: of each compound that fits a zone but is not
    one whole node, the share of its atoms in this node; ``links`` to neighbours, ascending; ``near``: the neighbours a zone may
    reach without crossing a hard edge.
    """

    atoms: list[list[int]]
    households: list[int]
    area: list[float]
    perimeter: list[float]
    crossing: list[float]
    shares: list[tuple[tuple[int, float], ...]]
    links: list[list[Link]]
    near: list[list[int]]

    def __len__(self) -> int:
        return len(self.atoms)


def soft_edges(graph: AtomGraph, rule: Rule) -> NDArray[np.bool_]:
    """Which edges a zone may cross."""
    return ~np.isin(graph.kind, np.array(rule.hard_kinds, dtype=np.int64))


def parts(count: int, i: Ints, j: Ints) -> Ints:
    """The connected component of each of ``count`` atoms, numbered by smallest atom."""
    matrix = coo_matrix((np.ones(len(i), dtype=np.int8), (i, j)), shape=(count, count))
    return numbered(connected_components(matrix, directed=False)[1].astype(np.int64))


def numbered(label: Ints) -> Ints:
    """The same grouping with groups numbered 0.. by their first member."""
    _, first, inverse = np.unique(label, return_index=True, return_inverse=True)
    rank = np.empty(len(first), dtype=np.int64)
    rank[np.argsort(first, kind="stable")] = np.arange(len(first))
    return np.asarray(rank[inverse.reshape(-1)], dtype=np.int64)


def fitting_compounds(graph: AtomGraph, rule: Rule) -> NDArray[np.bool_]:
    """Which atoms belong to a compound of several atoms and at most ``high`` households."""
    inside = graph.compound >= 0
    _, group = np.unique(graph.compound, return_inverse=True)
    total = np.bincount(group, graph.households)
    size = np.bincount(group)
    return np.asarray(inside & (total[group] <= rule.high) & (size[group] > 1))


def whole_compounds(graph: AtomGraph, rule: Rule) -> Ints:
    """A node for each connected part of a compound that fits, and for every other atom."""
    fits = fitting_compounds(graph, rule)
    same = soft_edges(graph, rule) & fits[graph.i] & (graph.compound[graph.i] == graph.compound[graph.j])
    return parts(len(graph), graph.i[same], graph.j[same])


def make_nodes(graph: AtomGraph, rule: Rule, group: Ints) -> Nodes:
    """Nodes from ``group``: the node of each atom, numbered by smallest atom."""
    count = int(group.max()) + 1 if len(group) else 0
    kind_crossing = np.where(graph.kind >= MAJOR, graph.length, 0.0)
    off = np.maximum(graph.length - graph.street, 0.0)
    a, b = group[graph.i], group[graph.j]
    inner = a == b
    perimeter = _sum(group, graph.perimeter, count) - 2 * _sum(a[inner], graph.length[inner], count)
    order = np.argsort(group, kind="stable")
    members = np.split(order, np.cumsum(np.bincount(group, minlength=count))[:-1]) if count else []
    links, near = _links(graph, rule, group, count, kind_crossing, off)
    return Nodes(
        atoms=[[int(atom) for atom in node] for node in members],
        households=[int(value) for value in np.bincount(group, graph.households, minlength=count)],
        area=_sum(group, graph.area, count).tolist(),
        perimeter=perimeter.tolist(),
        crossing=_sum(a[inner], kind_crossing[inner], count).tolist(),
        shares=_shares(graph, rule, group, count),
        links=links,
        near=near,
    )


def _sum(group: Ints, values: Floats, count: int) -> Floats:
    return np.asarray(np.bincount(group, values, minlength=count), dtype=np.float64)


def _links(
    graph: AtomGraph, rule: Rule, group: Ints, count: int, crossing: Floats, off: Floats
) -> tuple[list[list[Link]], list[list[int]]]:
    a, b = group[graph.i], group[graph.j]
    outer = a != b
    low, high = np.minimum(a, b)[outer], np.maximum(a, b)[outer]
    key, pair = np.unique(low * max(count, 1) + high, return_inverse=True)
    size = len(key)
    length = _sum(pair, graph.length[outer], size).tolist()
    cross = _sum(pair, crossing[outer], size).tolist()
    plain = _sum(pair, off[outer], size).tolist()
    is_open = (np.bincount(pair, soft_edges(graph, rule)[outer], minlength=size) > 0).tolist()
    links: list[list[Link]] = [[] for _ in range(count)]
    near: list[list[int]] = [[] for _ in range(count)]
    for row, (u, v) in enumerate(zip((key // max(count, 1)).tolist(), (key % max(count, 1)).tolist(), strict=True)):
        links[u].append((v, length[row], cross[row], plain[row], is_open[row]))
        links[v].append((u, length[row], cross[row], plain[row], is_open[row]))
        if is_open[row]:
            near[u].append(v)
            near[v].append(u)
    for node in range(count):
        links[node].sort()
        near[node].sort()
    return links, near


def _shares(graph: AtomGraph, rule: Rule, group: Ints, count: int) -> list[tuple[tuple[int, float], ...]]:
    shares: list[tuple[tuple[int, float], ...]] = [() for _ in range(count)]
    fits = fitting_compounds(graph, rule)
    if not fits.any():
        return shares
    names, inverse = np.unique(graph.compound[fits], return_inverse=True)
    size = np.bincount(inverse)
    key, atoms = np.unique(group[fits] * len(names) + inverse, return_counts=True)
    for node, name, inside in zip((key // len(names)).tolist(), (key % len(names)).tolist(), atoms.tolist(), strict=True):
        if inside < size[name]:
            shares[node] = (*shares[node], (int(name), inside / int(size[name])))
    return shares
