"""Land cut into cells round sites, so that neighbours share their vertices, and the borders between them."""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
Geometries = NDArray[np.object_]

#: Coordinates are whole millimetres, so that equal corners are equal numbers.
GRID_M = 0.001


@dataclass(frozen=True)
class Borders:
    """Pieces of border between cells: ``i`` < ``j``, and both ``ends`` (n x 4: x, y, x, y; metres).

    Ordered by (i, j). ``rim`` holds the segments that one cell alone has, with its row.
    """

    i: Ints
    j: Ints
    ends: Floats
    rim: Ints
    rim_ends: Floats

    def lengths(self) -> Floats:
        """Metres of each piece."""
        length: Floats = np.hypot(self.ends[:, 2] - self.ends[:, 0], self.ends[:, 3] - self.ends[:, 1])
        return length

    def where(self, label: Ints) -> "Borders":
        """The borders between cells of one label; -1 is none."""
        kept = (label[self.i] == label[self.j]) & (label[self.i] >= 0)
        return Borders(self.i[kept], self.j[kept], self.ends[kept], self.rim, self.rim_ends)


def cells_round(sites: Floats, home: Ints, outlines: Geometries) -> Geometries:
    """The part of its outline nearest to each site, one polygon a site, together a coverage of the outlines.

    Where a bend of the outline cuts a cell in pieces, the pieces away from the site go to the neighbour of the longest border.

    Parameters
    ----------
    sites : points inside the outlines (n x 2, m), all different.
    home : the row of the outline that each site lies in.
    outlines : polygons (m) on whole millimetres that overlap nowhere.

    References
    ----------
    Voronoi cells: F. Aurenhammer (1991), Voronoi diagrams - a survey, https://doi.org/10.1145/116873.116880
    """
    whole = shapely.multipolygons(shapely.get_parts(outlines))
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.multipoints(sites), extend_to=whole, ordered=True))
    lines = np.concatenate([shapely.get_exterior_ring(cells), shapely.boundary(outlines)])
    noded = shapely.union_all(lines, grid_size=GRID_M)
    faces = shapely.get_parts(shapely.polygonize([noded]))
    inner = shapely.point_on_surface(faces)
    land = np.full(len(faces), -1, dtype=np.int64)
    outline, face = shapely.STRtree(inner).query(outlines, predicate="contains")
    land[face] = outline
    faces, inner, land = faces[land >= 0], inner[land >= 0], land[land >= 0]
    owner = np.full(len(faces), -1, dtype=np.int64)
    face, cell = shapely.STRtree(cells).query(inner, predicate="within")
    owner[face] = cell
    site, holds = shapely.STRtree(faces).query(shapely.points(sites), predicate="intersects")
    main = np.zeros(len(faces), dtype=bool)
    main[holds[(owner[holds] == site) & (land[holds] == home[site])]] = True
    owner[~main] = -1
    owner = adopted(owner, borders_of(faces).where(land))
    return dissolve(faces, owner, len(sites))


def dissolve(cells: Geometries, label: Ints, count: int) -> Geometries:
    """The union of the cells of each label 0 .. count - 1; each label has cells."""
    order = np.argsort(label, kind="stable")
    start = np.searchsorted(label[order], np.arange(count + 1))
    result = np.empty(count, dtype=object)
    for row in range(count):
        own = cells[order[start[row] : start[row + 1]]]
        result[row] = own[0] if len(own) == 1 else shapely.coverage_union_all(own)
    united: Geometries = shapely.normalize(result)
    return united


def borders_of(cells: Geometries) -> Borders:
    """The borders of a coverage whose neighbours share vertices on whole millimetres."""
    parts, row_of_part = shapely.get_parts(cells, return_index=True)
    rings, part_of_ring = shapely.get_rings(parts, return_index=True)
    points, ring = shapely.get_coordinates(rings, return_index=True)
    whole = np.round(points / GRID_M).astype(np.int64)
    inner = ring[1:] == ring[:-1]
    a, b = whole[:-1][inner], whole[1:][inner]
    owner = row_of_part[part_of_ring[ring[:-1][inner]]].astype(np.int64)
    swap = (a[:, 0] > b[:, 0]) | ((a[:, 0] == b[:, 0]) & (a[:, 1] > b[:, 1]))
    ends = np.where(swap[:, None], np.concatenate([b, a], axis=1), np.concatenate([a, b], axis=1))
    order = np.lexsort((owner, ends[:, 3], ends[:, 2], ends[:, 1], ends[:, 0]))
    ends, owner = ends[order], owner[order]
    same = (ends[1:] == ends[:-1]).all(axis=1)
    first = np.flatnonzero(same)
    single = ~(np.r_[same, False] | np.r_[False, same])
    i, j = owner[first], owner[first + 1]
    by_pair = np.lexsort((first, j, i))
    return Borders(
        i=i[by_pair],
        j=j[by_pair],
        ends=ends[first[by_pair]] * GRID_M,
        rim=owner[single],
        rim_ends=ends[single] * GRID_M,
    )


def adopted(label: Ints, borders: Borders, *, allowed: Flags | None = None) -> Ints:
    """The labels, with those below 0 (of ``allowed`` rows) taken from the neighbour of the longest border, ring after ring."""
    label = label.copy()
    may = np.ones(len(label), dtype=bool) if allowed is None else allowed
    one, other = np.r_[borders.i, borders.j], np.r_[borders.j, borders.i]
    length = np.round(np.tile(borders.lengths(), 2), 3)
    pair, of = np.unique(one * len(label) + other, return_inverse=True)
    total = np.round(np.bincount(of, length), 3)
    one, other = pair // len(label), pair % len(label)
    while True:
        asks = np.flatnonzero((label[one] < 0) & may[one] & (label[other] >= 0))
        if not len(asks):
            return label
        order = asks[np.lexsort((other[asks], -total[asks], one[asks]))]
        first = order[np.r_[True, one[order][1:] != one[order][:-1]]]
        label[one[first]] = label[other[first]]


def neighbours_of(borders: Borders, count: int) -> list[list[int]]:
    """The rows beside each row, ascending."""
    pair = np.unique(np.r_[borders.i * count + borders.j, borders.j * count + borders.i])
    start = np.searchsorted(pair // count, np.arange(count + 1))
    beside = (pair % count).tolist()
    return [beside[start[row] : start[row + 1]] for row in range(count)]
