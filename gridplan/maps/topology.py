"""Polygons that share lines, written once a line: small pages, and lines between neighbours that cannot tear."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeVar

import numpy as np
import shapely

from gridplan.maps.polylines import Bools, Ints, Lines, Shapes, joined, places, starts_of, sums, whole_points

_T = TypeVar("_T")


@dataclass(frozen=True, eq=False)
class Zones:
    """Rows of polygons of rings of references to lines.

    Attributes
    ----------
    rows : where in ``polygons`` each row begins, and where the last one ends; ``polygons`` and ``rings`` likewise.
    arcs : ``n >= 0`` is line ``n`` as it is kept, ``-1 - n`` the same backwards.
    """

    rows: Ints
    polygons: Ints
    rings: Ints
    arcs: Ints

    def __len__(self) -> int:
        return len(self.rows) - 1

    def nested(self) -> list[list[list[list[int]]]]:
        """The same as lists: rows of polygons of rings of references."""
        return _split(_split(_split(self.arcs.tolist(), self.rings), self.polygons), self.rows)


def _split(values: list[_T], starts: Ints) -> list[list[_T]]:
    ends = starts.tolist()
    return [values[start:end] for start, end in pairwise(ends)]


@dataclass(frozen=True, eq=False)
class Topology:
    """Lines, and layers of zones made of them.

    x and y count from ``origin``, a corner of the whole, in 1e-6 degrees. Lines are numbered in the order of their first use.
    """

    origin: tuple[int, int]
    arcs: Lines
    layers: dict[str, Zones]


def make_topology(layers: dict[str, Sequence[shapely.Geometry]]) -> Topology:
    """The layers of polygons (lon/lat) with each shared line kept once.

    Parameters
    ----------
    layers : polygons or multipolygons by the name of their layer.

    Notes
    -----
    Rings are cut where three or more lines meet. Vertices that are the same after rounding to 1e-6 degrees are one. What takes
    longest is to sort the vertices.
    """
    shapes = [_polygons(each) for each in layers.values()]
    rings = joined([whole_points(lines, closing=False) for *_, lines in shapes])
    origin = rings.points.min(axis=0) if len(rings) else np.zeros(2, dtype=np.int64)
    points = rings.points - origin
    # One number a point sorts ten times faster than rows of two; 360 degrees are less than 2 ** 29.
    keys, vertex = np.unique(points[:, 0] << 32 | points[:, 1], return_inverse=True)
    spots = np.stack([keys >> 32, keys & 0xFFFFFFFF], axis=1)
    path, pieces, of_ring = _pieces(vertex, rings.starts, _nodes(vertex, rings.starts, len(spots)))
    kept, arcs, references = _arcs(path, pieces)
    made: dict[str, Zones] = {}
    ring, piece = 0, 0
    for name, (rows, polygons, lines) in zip(layers, shapes, strict=True):
        counts = of_ring[ring : ring + len(lines)]
        size = int(counts.sum())
        made[name] = Zones(rows, polygons, starts_of(counts), references[piece : piece + size])
        ring, piece = ring + len(lines), piece + size
    return Topology((int(origin[0]), int(origin[1])), Lines(spots[kept], arcs), made)


def _polygons(shapes: Sequence[shapely.Geometry]) -> tuple[Ints, Ints, Shapes]:
    """Where the polygons of each row begin, where the rings of each polygon begin, and the rings."""
    parts, rows = shapely.get_parts(np.asarray(shapes, dtype=object), return_index=True)
    lines, part_of = shapely.get_rings(parts, return_index=True)
    row_sizes, part_sizes = np.bincount(rows, minlength=len(shapes)), np.bincount(part_of, minlength=len(parts))
    return starts_of(row_sizes), starts_of(part_sizes), lines


def _nodes(vertex: Ints, starts: Ints, count: int) -> Bools:
    """Which vertices have other neighbours in one ring than in another."""
    before, after = np.roll(vertex, 1), np.roll(vertex, -1)
    if len(vertex):
        first, last = starts[:-1], starts[1:] - 1
        before[first], after[last] = vertex[last], vertex[first]
    low, high = np.minimum(before, after), np.maximum(before, after)
    node = np.zeros(count, dtype=bool)
    for side in (low, high):
        least, most = np.full(count, count, dtype=np.int64), np.full(count, -1, dtype=np.int64)
        np.minimum.at(least, vertex, side)
        np.maximum.at(most, vertex, side)
        node |= least != most
    return node


def _pieces(vertex: Ints, starts: Ints, node: Bools) -> tuple[Ints, Ints, Ints]:
    """The rings cut at their nodes, or at their lowest vertex where they have none.

    Gives the vertices of all rings, each from a cut round to itself; first and last place in them of each piece; and how many
    pieces each ring has.
    """
    sizes = np.diff(starts)
    if not len(sizes):
        return vertex, np.zeros((0, 2), dtype=np.int64), sizes
    ring = np.repeat(np.arange(len(sizes)), sizes)
    cut = node[vertex]
    without = np.flatnonzero(sums(cut.astype(np.int64), starts) == 0)
    if len(without):
        lowest = np.lexsort((np.arange(len(vertex)), vertex, ring))[starts[:-1]]
        cut[lowest[without]] = True
    cuts = np.flatnonzero(cut)
    first = cuts[np.searchsorted(cuts, starts[:-1])] - starts[:-1]
    closed = starts_of(sizes + 1)
    owner = np.repeat(np.arange(len(sizes)), sizes + 1)
    step = np.arange(int(closed[-1])) - closed[owner]
    at = starts[owner] + (first[owner] + step) % sizes[owner]
    ends = cut[at]
    stops = np.flatnonzero(ends)
    within = owner[stops[:-1]] == owner[stops[1:]]
    pieces = np.stack([stops[:-1][within], stops[1:][within]], axis=1)
    return vertex[at], pieces, np.bincount(owner[pieces[:, 0]], minlength=len(sizes))


def _arcs(path: Ints, pieces: Ints) -> tuple[Ints, Ints, Ints]:
    """The different pieces, whatever their direction: their vertices, where each begins, and for each piece its reference.

    A line starts at the end from which its vertices come first. Between two nodes a path is told by its first step, since
    no other way leads on from a vertex that is no node.
    """
    first, last = pieces[:, 0], pieces[:, 1]
    turned = np.zeros(len(pieces), dtype=bool)
    alike, step = np.arange(len(pieces)), 0
    while len(alike):
        one, other = path[first[alike] + step], path[last[alike] - step]
        turned[alike] = one > other
        step += 1
        alike = alike[(one == other) & (2 * step <= last[alike] - first[alike])]
    start, way = np.where(turned, last, first), np.where(turned, -1, 1)
    _, shown, which = np.unique(path[start] << 32 | path[start + way], return_index=True, return_inverse=True)
    order = np.argsort(shown)
    rank = np.empty(len(shown), dtype=np.int64)
    rank[order] = np.arange(len(shown))
    kept, number = shown[order], rank[which]
    # Every second part of these spans is a piece; what lies between two of them is passed over.
    spans = np.stack([first[kept], last[kept] + 1], axis=1).ravel()
    vertices = path[places(spans, 2 * np.arange(len(kept)), turned[kept])]
    return vertices, starts_of(last[kept] + 1 - first[kept]), np.where(turned, ~number, number)


def touching(zones: Zones) -> list[list[int]]:
    """For each row of a layer the rows, ascending, that it shares a line with.

    Unlike :func:`gridplan.cartography.style.neighbours` it sees only lines that have the same points in both, as those of a plan
    have, and so takes no geometry.
    """
    number = np.where(zones.arcs < 0, ~zones.arcs, zones.arcs)
    sizes = np.diff(zones.rings[zones.polygons[zones.rows]])
    row = np.repeat(np.arange(len(zones)), sizes)
    order = np.argsort(number, kind="stable")
    number, row = number[order], row[order]
    found = []
    # A line is of two rows, or of more where a row lies within another.
    for apart in range(1, int(np.bincount(number).max(initial=0)) if len(number) else 0):
        same = number[apart:] == number[:-apart]
        found.append(np.stack([row[:-apart][same], row[apart:][same]], axis=1))
    pairs = np.concatenate([np.zeros((0, 2), dtype=np.int64), *found, *(pair[:, ::-1] for pair in found)])
    pairs = np.unique(pairs[pairs[:, 0] != pairs[:, 1]], axis=0)
    return _split(pairs[:, 1].tolist(), np.searchsorted(pairs[:, 0], np.arange(len(zones) + 1)))
