"""Borders as edge weights that know roads and compounds, in the arrays that graph partitioners read."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gridplan.graph.atom_graph import LANE, MAJOR, AtomGraph, Ints

DECIMETRES = 10


@dataclass(frozen=True)
class Metre:
    """What a metre of border weighs inside a compound that fits a zone, across a lane, and across a major road, river or rail.

    Elsewhere it weighs 1, inside larger compounds too: they must be cut.
    """

    inside: float = 2.0
    lane: float = 1.0
    major: float = 0.1


@dataclass(frozen=True)
class Csr:
    """The neighbours of atom n are ``neighbour[start[n]:start[n + 1]]``; ``weight``: of each border, a whole number >= 1."""

    start: Ints
    neighbour: Ints
    weight: Ints


def weighted(graph: AtomGraph, metre: Metre, *, high: int) -> Csr:
    """The graph with the weight of each border, in tenths of a metre; zones hold ``high`` households at most."""
    ends = np.concatenate([graph.i, graph.j])
    order = np.argsort(ends, kind="stable")
    factor = np.where(graph.kind >= MAJOR, metre.major, np.where(graph.kind == LANE, metre.lane, 1.0))
    factor = np.where(_inside(graph, high), factor * metre.inside, factor)
    weight = np.maximum(1, np.round(DECIMETRES * graph.length * factor)).astype(np.int64)
    return Csr(
        start=np.concatenate([[0], np.cumsum(np.bincount(ends, minlength=len(graph)))]).astype(np.int64),
        neighbour=np.concatenate([graph.j, graph.i])[order],
        weight=np.concatenate([weight, weight])[order],
    )


def _inside(graph: AtomGraph, high: int) -> NDArray[np.bool_]:
    """Whether each edge lies inside a compound of at most ``high`` households."""
    # Atoms without a compound are counted as one more, which fits nothing.
    fits = np.bincount(graph.compound + 1, graph.households) <= high
    fits[0] = False
    one, other = graph.compound[graph.i], graph.compound[graph.j]
    return np.asarray((one == other) & fits[one + 1])
