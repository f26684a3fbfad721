"""The one arrangement of lines that all cells come from, so that neighbours share every vertex."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Geometries = NDArray[Any]  # of shapely geometries, which have no dtype of their own

GRID_M = 0.001
"""Every coordinate is a whole number of millimetres."""


@dataclass(frozen=True)
class Tiles:
    """The smallest polygons of an arrangement and the borders between them.

    ``polygons``: n polygons without overlap, every vertex of one that lies on another being a vertex of that one too.
    ``first``, ``second``: rows of the tiles on either side of m borders, first < second, each pair once, ordered.
    ``length``: metres of each border. ``border``, ``middle`` and ``segment_m``: the border that each of the s shared segments
    belongs to, its middle (x, y) and its metres.
    """

    polygons: Geometries
    first: Ints
    second: Ints
    length: Floats
    border: Ints
    middle: Floats
    segment_m: Floats

    def __len__(self) -> int:
        return len(self.polygons)


def node(lines: Geometries) -> Geometries:
    """Polygons between the lines, after all lines are noded with each other on a grid of 1 mm.

    Snap rounding (Hobby 1999, doi:10.1016/S0925-7721(99)00021-8) by GEOS: no two lines meet but at a vertex of both.
    Dangling lines bound nothing and vanish. Cost is about linear in the vertices, some 10 microseconds each.
    """
    noded = shapely.union_all(lines, grid_size=GRID_M)
    parts: Geometries = shapely.get_parts(shapely.polygonize(shapely.get_parts(noded)))
    return parts


def tiles(polygons: Geometries) -> Tiles:
    """The tiles with the borders that they share, found by equal segments."""
    first, second, middle, length = shared_segments(polygons)
    count = max(len(polygons), 1)
    pair, row = np.unique(first * count + second, return_inverse=True)
    total = np.bincount(row, weights=length, minlength=len(pair)).astype(np.float64)
    return Tiles(polygons, pair // count, pair % count, total, border=row, middle=middle, segment_m=length)


def shared_segments(polygons: Geometries) -> tuple[Ints, Ints, Floats, Floats]:
    """Segments that two polygons share: first and second polygon (first < second), middle (x, y), length in metres.

    Exact: coordinates are compared as whole millimetres. A polygon that has a vertex where its neighbour has
    none does not share that segment.
    """
    rings, owner = shapely.get_rings(polygons, return_index=True)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    if not len(xy):
        return np.empty(0, np.int64), np.empty(0, np.int64), np.empty((0, 2)), np.empty(0)
    key = np.rint(xy / GRID_M).astype(np.int64)
    key -= key.min(axis=0)
    _, vertex = np.unique(key[:, 0] * (key[:, 1].max() + 1) + key[:, 1], return_inverse=True)
    start = np.flatnonzero((ring[1:] == ring[:-1]) & (vertex[1:] != vertex[:-1]))
    low = np.minimum(vertex[start], vertex[start + 1])
    high = np.maximum(vertex[start], vertex[start + 1])
    segment = low * (vertex.max() + 1) + high
    order = np.argsort(segment, kind="stable")
    same = np.flatnonzero(segment[order][1:] == segment[order][:-1])
    one, other = start[order[same]], start[order[same + 1]]
    a, b = owner[ring[one]], owner[ring[other]]
    between = a != b
    one, a, b = one[between], a[between], b[between]
    return (
        np.minimum(a, b).astype(np.int64),
        np.maximum(a, b).astype(np.int64),
        (xy[one] + xy[one + 1]) / 2,
        np.hypot(*(xy[one + 1] - xy[one]).T),
    )


def run_starts(ordered: Ints) -> Ints:
    """Where each run of equal values starts.

    Examples
    --------
    >>> run_starts(np.array([4, 4, 7, 7, 9])).tolist()
    [0, 2, 4]
    """
    return np.flatnonzero(np.diff(ordered, prepend=ordered[:1] - 1))


def components(count: int, first: Ints, second: Ints) -> Ints:
    """The number of the connected component of each of ``count`` nodes, by smallest node."""
    graph = coo_array((np.ones(len(first), dtype=np.int8), (first, second)), shape=(count, count))
    found = connected_components(graph, directed=False)[1]
    _, position, inverse = np.unique(found, return_index=True, return_inverse=True)
    rank = np.argsort(np.argsort(position))
    return np.asarray(rank[inverse], dtype=np.int64)


def settle(mosaic: Tiles, label: Ints, region: Ints, weight: Floats) -> tuple[Ints, Ints]:
    """Labels such that the tiles of each label are connected, and the tiles that had to change.

    Of the parts of a label, the one of most ``weight`` (of each tile) stays. Each other part goes to the label in the same
    region with which it shares most of its border (the smallest label among equals). A part that has no such neighbour gets
    a new label.
    """
    label = label.copy()
    moved = np.zeros(len(label), dtype=bool)
    while True:
        same = label[mosaic.first] == label[mosaic.second]
        part = components(len(label), mosaic.first[same], mosaic.second[same])
        home = _heaviest_part(part, label, weight)
        stray = ~home[part]
        if not stray.any():
            return label, np.flatnonzero(moved)
        target = _longest_border(mosaic, label, part, stray, region)
        if not target:
            fresh = label.max() + 1
            for number in np.unique(part[stray]):
                label[part == number] = fresh
                fresh += 1
            moved |= stray
            continue
        change = np.full(part.max() + 1, -1, dtype=np.int64)
        change[list(target.keys())] = list(target.values())
        goes = change[part] >= 0
        label[goes] = change[part[goes]]
        moved |= goes


def _heaviest_part(part: Ints, label: Ints, weight: Floats) -> NDArray[np.bool_]:
    """Whether each part is the heaviest of its label (the first among equals)."""
    count = int(part.max()) + 1
    size = np.bincount(part, weights=weight, minlength=count)
    owner = np.zeros(count, dtype=np.int64)
    owner[part] = label
    order = np.lexsort((np.arange(count), -size, owner))
    home = np.zeros(count, dtype=bool)
    home[order[run_starts(owner[order])]] = True
    return home


def _longest_border(mosaic: Tiles, label: Ints, part: Ints, stray: NDArray[np.bool_], region: Ints) -> dict[int, int]:
    """For each stray part with a settled neighbour in its region, the label of the longest border."""
    one = np.r_[mosaic.first, mosaic.second]
    other = np.r_[mosaic.second, mosaic.first]
    length = np.r_[mosaic.length, mosaic.length]
    open_ = stray[one] & ~stray[other] & (region[one] == region[other])
    if not open_.any():
        return {}
    width = int(label.max()) + 1
    pair, row = np.unique(part[one[open_]] * width + label[other[open_]], return_inverse=True)
    total = np.round(np.bincount(row, weights=length[open_]), 3)
    source, target = pair // width, pair % width
    order = np.lexsort((target, -total, source))
    chosen = order[run_starts(source[order])]
    return dict(zip(source[chosen].tolist(), target[chosen].tolist(), strict=True))


def dissolve(polygons: Geometries, label: Ints, count: int) -> Geometries:
    """The union of the polygons of each label 0..count-1, normalised; every shared vertex is kept. None where empty.

    The polygons are to be a coverage; a label in two parts gives a MultiPolygon.
    """
    order = np.argsort(label, kind="stable")
    ends = np.searchsorted(label[order], np.arange(count + 1))
    result = np.full(count, None, dtype=object)
    size = np.diff(ends)
    single = np.flatnonzero(size == 1)
    result[single] = polygons[order[ends[single]]]
    for number in np.flatnonzero(size > 1):
        union = shapely.coverage_union_all(polygons[order[ends[number] : ends[number + 1]]])
        result[number] = union if union.geom_type == "Polygon" or len(union.geoms) > 1 else union.geoms[0]
    normal: Geometries = shapely.normalize(result)
    return normal
