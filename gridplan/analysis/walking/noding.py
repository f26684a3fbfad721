"""Lines cut to edges at the vertices that they share."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely

from gridplan.graph.atom_graph import Floats, Ints
from gridplan.plan.land import Shapes

#: Vertices this near are one, metres: less than any survey tells apart, more than projecting the same point twice does.
SAME_M = 0.001


@dataclass(frozen=True)
class Insertions:
    """Vertices that lines get besides their own: the row of the line, metres along it, and where the vertex is."""

    line: Ints
    along: Floats
    xy: Floats


@dataclass(frozen=True)
class Edges:
    """Nodes at ``xy``; edges from node ``start`` to node ``end`` along ``lines``."""

    xy: Floats
    start: Ints
    end: Ints
    lines: Shapes


@dataclass(frozen=True)
class _Vertices:
    """Vertices in the order of the lines: where, of which line, of which place (the same for those that are one)."""

    xy: Floats
    line: Ints
    place: Ints

    def ends(self) -> np.ndarray:
        """Which are the first or the last of their line."""
        changes = np.flatnonzero(np.diff(self.line)) + 1
        marks = np.zeros(len(self.line), bool)
        marks[0] = marks[-1] = True
        marks[changes] = marks[changes - 1] = True
        return marks

    def uses(self) -> Ints:
        """How often the place of each vertex is a vertex of any line."""
        return np.bincount(self.place)[self.place]


def none_inserted() -> Insertions:
    """No vertices."""
    return Insertions(np.zeros(0, np.int64), np.zeros(0), np.zeros((0, 2)))


def edges_of(lines: Shapes, inserted: Insertions) -> Edges:
    """The edges of ``lines`` (simple, in metres): cut where they end, where a vertex is one of another line or comes twice.

    Lines that cross without a common vertex, as a bridge does, are not cut.
    """
    vertices = _vertices(lines, inserted)
    is_node = vertices.ends() | (vertices.uses() > 1)
    node = np.flatnonzero(is_node)
    first, last = node[:-1], node[1:]
    same_line = vertices.line[first] == vertices.line[last]
    first, last = first[same_line], last[same_line]
    used = np.zeros(int(vertices.place.max()) + 1, bool)
    used[vertices.place[node]] = True
    number = (np.cumsum(used) - 1)[vertices.place]
    xy = np.zeros((int(used.sum()), 2))
    xy[number[node[::-1]]] = vertices.xy[node[::-1]]
    sizes = last - first + 1
    edge = np.repeat(np.arange(len(first)), sizes)
    at = np.arange(len(edge)) - np.repeat(np.cumsum(sizes) - sizes, sizes) + np.repeat(first, sizes)
    shapes = np.asarray(shapely.linestrings(vertices.xy[at], indices=edge), dtype=object)
    return Edges(xy, number[first], number[last], shapes)


def loose_ends(lines: Shapes) -> tuple[Ints, Floats]:
    """The ends of lines that are no vertex of any other line: row of the line, and where."""
    vertices = _vertices(lines, none_inserted())
    loose = np.flatnonzero(vertices.ends() & (vertices.uses() == 1))
    return vertices.line[loose], vertices.xy[loose]


def _vertices(lines: Shapes, inserted: Insertions) -> _Vertices:
    xy, line = shapely.get_coordinates(lines, return_index=True)
    if len(inserted.line):
        step = np.hypot(*np.diff(xy, axis=0, prepend=xy[:1]).T)
        whole = np.cumsum(step)
        first = np.searchsorted(line, np.arange(len(lines)))
        along = whole - whole[first[line]]
        every = np.r_[along, inserted.along]
        is_new = np.r_[np.zeros(len(line), np.int8), np.ones(len(inserted.line), np.int8)]
        line = np.r_[line, inserted.line]
        order = np.lexsort((is_new, every, line))
        xy, line = np.r_[xy, inserted.xy][order], line[order]
    place = _places(xy)
    repeated = np.r_[False, (line[1:] == line[:-1]) & (place[1:] == place[:-1])]
    return _Vertices(xy[~repeated], line[~repeated], place[~repeated])


def _places(xy: Floats) -> Ints:
    """A number for each vertex, the same for vertices in one cell of a lattice of ``SAME_M``."""
    cell = np.round((xy - xy.min(axis=0)) / SAME_M).astype(np.int64)
    key = cell[:, 0] * (int(cell[:, 1].max()) + 1) + cell[:, 1]
    return np.asarray(pd.factorize(key)[0], dtype=np.int64)
