"""Shortest walks between places on a network, from places to all others at once or one by one."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from gridplan.analysis.walking.network import WalkingNetwork
from gridplan.analysis.walking.noding import SAME_M
from gridplan.analysis.walking.snapping import Snapped
from gridplan.graph.atom_graph import Floats, Ints

#: Distances are told to the millimetre, so that what is 300 m away is so whatever CRS it came in.
DECIMALS = 3
#: Places searched from together, where each has a row of distances of its own: bounds the memory to so many numbers.
_MOST_NUMBERS = 20_000_000


@dataclass(frozen=True)
class Walks:
    """Pairs of a source and a target with the metres between them, by source and then by target."""

    source: Ints
    target: Ints
    metres: Floats


class Routes:
    """Shortest walks from ``sources`` to ``targets``, both put on ``network`` (edges >= 0).

    Each edge is cut at the sources on it, so that a walk along one edge is exact and all others as well. The metres straight to
    the street count at both ends.

    Notes
    -----
    Dijkstra's search (doi:10.1007/BF01386390) of SciPy, from all sources at once: 0.15 s for half a million nodes.
    """

    def __init__(self, network: WalkingNetwork, sources: Snapped, targets: Snapped) -> None:
        nodes, count = len(network.x), len(sources.edge)
        order = np.lexsort((sources.along, sources.edge))
        edge, along = sources.edge[order], sources.along[order]
        cut = nodes + order
        first = np.r_[True, np.diff(edge) != 0][:count]
        last = np.r_[np.diff(edge) != 0, True][-count:] if count else first
        before = np.where(first, network.start[edge], np.roll(cut, 1))
        whole = np.ones(len(network.start), bool)
        whole[edge] = False
        # Rows of the matrix: the nodes, the places of the sources on the street, the sources themselves.
        one = np.r_[network.start[whole], before, cut[last]]
        other = np.r_[network.end[whole], cut, network.end[edge[last]]]
        metres = np.r_[network.length[whole], along - np.where(first, 0.0, np.roll(along, 1))]
        metres = np.r_[metres, network.length[edge[last]] - along[last]]
        self._matrix = _matrix(one, other, metres, nodes + count, sources.away)
        self._first_source = nodes + count
        of_edge = network.component[network.start]
        self._shared = np.isin(of_edge[sources.edge], of_edge[targets.edge])
        self._between(network, edge, along, cut, targets)

    def _between(self, network: WalkingNetwork, edge: Ints, along: Floats, cut: Ints, targets: Snapped) -> None:
        """The two places next to each target on its street, and the metres to them, those to the street included."""
        count = len(edge)
        is_target = np.r_[np.zeros(count, np.int8), np.ones(len(targets.edge), np.int8)]
        order = np.lexsort((is_target, np.r_[along, targets.along], np.r_[edge, targets.edge]))
        passed = np.cumsum(is_target[order] == 0)
        before = np.empty(len(targets.edge), np.int64)
        mine = order >= count
        before[order[mine] - count] = passed[mine] - 1
        padded_edge = np.r_[edge, -1]
        has_left, has_right = padded_edge[before] == targets.edge, padded_edge[before + 1] == targets.edge
        has_left &= before >= 0
        padded_cut, padded_along = np.r_[cut, 0], np.r_[along, 0.0]
        self._left = np.where(has_left, padded_cut[before], network.start[targets.edge])
        self._right = np.where(has_right, padded_cut[before + 1], network.end[targets.edge])
        to_left = targets.along - np.where(has_left, padded_along[before], 0.0)
        to_right = np.where(has_right, padded_along[before + 1], network.length[targets.edge]) - targets.along
        self._to_left, self._to_right = to_left + targets.away, to_right + targets.away

    def shared(self) -> NDArray[np.bool_]:
        """Which sources are joined to any target by streets."""
        return self._shared

    def nearest(self, rows: Ints, *, limit_m: float = np.inf) -> tuple[Floats, Ints]:
        """For each target the metres to the nearest of the sources of ``rows``, and which (inf and -1: none within the limit)."""
        metres, _, origin = dijkstra(
            self._matrix, indices=self._first_source + rows, min_only=True, return_predecessors=True, limit=limit_m + SAME_M
        )
        left, right = metres[self._left] + self._to_left, metres[self._right] + self._to_right
        found = np.round(np.minimum(left, right), DECIMALS)
        who = np.where(left <= right, origin[self._left], origin[self._right]).astype(np.int64) - self._first_source
        beyond = ~(found <= limit_m) | ~np.isfinite(found)
        return np.where(beyond, np.inf, found), np.where(beyond, -1, who)

    def each(self, rows: Ints, *, limit_m: float) -> Iterator[Walks]:
        """The walks of at most ``limit_m`` from each source of ``rows`` to each target, some sources at a time."""
        at_once = max(1, _MOST_NUMBERS // max(self._matrix.shape[0], 2 * len(self._left)))
        for begin in range(0, len(rows), at_once):
            some = rows[begin : begin + at_once]
            metres = dijkstra(self._matrix, indices=self._first_source + some, limit=limit_m + SAME_M)
            found = np.minimum(metres[:, self._left] + self._to_left, metres[:, self._right] + self._to_right)
            np.round(found, DECIMALS, out=found)
            source, target = np.nonzero(found <= limit_m)
            yield Walks(some[source], target.astype(np.int64), found[source, target])


def _matrix(one: Ints, other: Ints, metres: Floats, count: int, away: Floats) -> csr_array:
    """The lengths from row to column: both ways between the first ``count``; from each source to its place on the street."""
    rows, columns = np.r_[one, other], np.r_[other, one]
    order = np.argsort(rows * count + columns, kind="stable")
    rows, columns, lengths = rows[order], columns[order], np.r_[metres, metres][order]
    # Of several edges between two nodes the shortest is walked.
    fresh = np.r_[True, (np.diff(rows) != 0) | (np.diff(columns) != 0)][: len(rows)]
    lengths = np.minimum.reduceat(lengths, np.flatnonzero(fresh)) if len(rows) else lengths
    rows, columns = rows[fresh], columns[fresh]
    sources = len(away)
    starts = np.r_[np.searchsorted(rows, np.arange(count)), len(rows) + np.arange(sources + 1)]
    places = np.arange(count - sources, count)
    parts = np.r_[lengths, away], np.r_[columns, places].astype(np.int32), starts.astype(np.int32)
    return csr_array(parts, shape=(count + sources, count + sources))
