"""Atoms in groups: connected parts, compounds that fit a zone, and how groups are numbered."""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from gridplan.graph.atom_graph import AtomGraph, Ints
from gridplan.partition.model import Rule


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
    """Which atoms have households and belong to a compound that a zone can hold, on several such atoms."""
    lived = (graph.compound >= 0) & (graph.households > 0)
    _, group = np.unique(graph.compound, return_inverse=True)
    size = np.bincount(group, lived)
    return np.asarray(lived & _fits(graph, group, rule) & (size[group] > 1))


def whole_compounds(graph: AtomGraph, rule: Rule) -> Ints:
    """A group for each connected part of a compound that a zone can hold, and for every other atom."""
    _, group = np.unique(graph.compound, return_inverse=True)
    fits = (graph.compound >= 0) & _fits(graph, group, rule)
    same = soft_edges(graph, rule) & fits[graph.i] & (graph.compound[graph.i] == graph.compound[graph.j])
    return parts(len(graph), graph.i[same], graph.j[same])


def _fits(graph: AtomGraph, group: Ints, rule: Rule) -> NDArray[np.bool_]:
    """Whether the ``group`` of each atom holds no more households and people than a zone may."""
    fits = np.bincount(group, graph.households)[group] <= rule.high
    if rule.population is not None and graph.population is not None:
        fits &= np.bincount(group, graph.population)[group] <= rule.population.high
    return np.asarray(fits)
