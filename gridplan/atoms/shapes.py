"""Footprints cut into pieces: slabs across their long axis, bent and courtyard buildings around even centres."""

from itertools import pairwise
from typing import Literal

import numpy as np
import shapely
from scipy.spatial import cKDTree

from gridplan.atoms.coverage import Floats, Geometries

Shape = Literal["courtyard", "bent", "slab", "tower"]

PIECE_M = 18.0
NARROWEST_M = 6.0
PIECE_HOUSEHOLDS = 6
PIECE_HOUSEHOLDS_MOST = 10
HOMES_A_FLOOR = 2
TOWER_HOMES_A_FLOOR = 10
SLAB_RATIO = 1.8
TOWER_FLOORS = 10
TOWER_M = 45.0
_ROUNDS = 25


def shape_class(footprint: shapely.Polygon, floors: int = 0) -> Shape:
    """What kind of building a footprint is, from its minimum rotated rectangle.

    ``courtyard``: holes are more than 5 % of the area inside the outline; ``bent``: it fills less than 70 % of the rectangle;
    ``slab``: the rectangle is at least 1.8 times as long as wide; ``tower``: the rest, and every building of 10 floors or more
    whose rectangle is at most 45 m long and less than 1.8 times as long as wide: wings around one core, however bent.

    Examples
    --------
    >>> shape_class(shapely.box(0, 0, 60, 12))
    'slab'
    >>> shape_class(shapely.box(0, 0, 25, 20))
    'tower'
    """
    outline = shapely.Polygon(footprint.exterior)
    _, length, width = long_axis(footprint)
    if floors >= TOWER_FLOORS and length <= TOWER_M and length < SLAB_RATIO * width:
        return "tower"
    if outline.area - footprint.area > 0.05 * outline.area:
        return "courtyard"
    if footprint.area < 0.7 * length * width:
        return "bent"
    return "slab" if length >= SLAB_RATIO * width else "tower"


def long_axis(footprint: shapely.Polygon) -> tuple[Floats, float, float]:
    """Unit vector along the minimum rotated rectangle (pointing east, or north), its length and its width in metres."""
    corner = shapely.get_coordinates(shapely.minimum_rotated_rectangle(footprint))
    sides = np.diff(corner[:3], axis=0)
    size = np.hypot(sides[:, 0], sides[:, 1])
    which = int(size[1] > size[0] + 1e-6)
    axis = sides[which] / size[which]
    axis = np.round(axis, 9)
    return (axis if tuple(axis) > (0.0, 0.0) else -axis), float(size[which]), float(size[1 - which])


def piece_count(length_m: float, households: int, entrances: int = 0, floors: int = 0) -> int:
    """How many pieces a building ``length_m`` long is cut into.

    One an entrance, or one each 18 m where entrances are not known. Where these would hold more than 10 households, more:
    about 6 households each, a whole number of pieces an entrance, but none narrower than 6 m. From 10 floors up a piece
    has two homes a floor at least, as a stair has (一梯两户): a high building is divided by its floors rather than into slivers.

    Examples
    --------
    >>> piece_count(60.0, 24, 3), piece_count(60.0, 60, 3), piece_count(60.0, 200), piece_count(82.0, 224, floors=18)
    (3, 9, 9, 5)
    """
    stairs = households // (HOMES_A_FLOOR * floors) if floors >= TOWER_FLOORS else households
    count = entrances if entrances else min(round(length_m / PIECE_M), stairs)
    count = max(1, min(count, int(length_m // NARROWEST_M), households))
    if households <= PIECE_HOUSEHOLDS_MOST * count:
        return count
    wanted = round(households / count / PIECE_HOUSEHOLDS)
    possible = min(int(length_m / count // NARROWEST_M), stairs // count)
    return count * max(1, min(wanted, possible))


def cut(footprint: shapely.Geometry, households: int, *, entrances: int = 0, floors: int = 0) -> Geometries:
    """The pieces of a footprint in order along it (or by place), which together are the footprint.

    Towers stay whole: they are divided by floors, unless a floor has more than 10 homes, as a city block without a court has.
    Of a footprint in several parts the largest is cut, and each other part goes with the nearest piece.

    Parameters
    ----------
    footprint : Polygon or MultiPolygon in metres.
    households : of the building.
    entrances : how many it has; 0 where not known.
    floors : above ground; 0 where not known.
    """
    whole = np.array([footprint], dtype=object)
    if footprint.geom_type == "Point":
        return whole
    if footprint.geom_type == "MultiPolygon":
        parts = sorted(footprint.geoms, key=lambda part: -round(part.area, 3))
        pieces = cut(parts[0], households, entrances=entrances, floors=floors)
        for part in parts[1:]:
            nearest = int(np.argmin(np.round(shapely.distance(part, pieces), 3)))
            pieces[nearest] = shapely.multipolygons([*shapely.get_parts(pieces[nearest]), part])
        return pieces
    kind = shape_class(footprint, floors)
    if kind == "tower" and households <= TOWER_HOMES_A_FLOOR * max(floors, 1):
        return whole
    if kind == "slab":
        axis, length, _ = long_axis(footprint)
        count = piece_count(length, households, entrances, floors)
        return _strips(footprint, axis, count) if count > 1 else whole
    count = piece_count(footprint.length / 2, households, entrances, floors)
    return _around(footprint, count) if count > 1 else whole


def _strips(footprint: shapely.Polygon, axis: Floats, count: int) -> Geometries:
    """Strips of equal length across ``axis``; a strip in several parts is mended."""
    along = shapely.get_coordinates(footprint) @ axis
    across = shapely.get_coordinates(footprint) @ np.array([-axis[1], axis[0]])
    edges = np.linspace(along.min(), along.max(), count + 1)
    edges[0] -= 1.0
    edges[-1] += 1.0
    side = np.array([across.min() - 1, across.max() + 1])
    frame = np.array([axis, [-axis[1], axis[0]]])
    corners = np.array([[(a, side[0]), (b, side[0]), (b, side[1]), (a, side[1])] for a, b in pairwise(edges)])
    return _mended(shapely.intersection(footprint, shapely.polygons(corners @ frame)))


def _around(footprint: shapely.Polygon, count: int) -> Geometries:
    """Parts of the footprint nearest to each of ``count`` even centres (Lloyd 1982, doi:10.1109/TIT.1982.1056489)."""
    spacing = np.sqrt(footprint.area / (count * 40))
    west, south, east, north = footprint.bounds
    x, y = np.meshgrid(np.arange(west + spacing / 2, east, spacing), np.arange(south + spacing / 2, north, spacing))
    lattice = np.column_stack([x.ravel(), y.ravel()])
    lattice = lattice[shapely.contains_xy(footprint, lattice[:, 0], lattice[:, 1])]
    if len(lattice) <= count:
        return np.array([footprint], dtype=object)
    centres = _lloyd(lattice, count)
    cells = shapely.get_parts(
        shapely.voronoi_polygons(shapely.multipoints(centres), extend_to=shapely.box(west, south, east, north).buffer(1))
    )
    order = np.lexsort(np.round(shapely.get_coordinates(shapely.centroid(cells)), 3).T)
    return _mended(shapely.intersection(footprint, cells[order]))


def _lloyd(points: Floats, count: int) -> Floats:
    """Even centres of the points: each next one farthest from the others, then moved to the mean of its points."""
    chosen = [int(np.lexsort((points[:, 1], points[:, 0]))[0])]
    gap = np.hypot(*(points - points[chosen[0]]).T)
    for _ in range(count - 1):
        chosen.append(int(np.argmax(np.round(gap, 6))))
        gap = np.minimum(gap, np.hypot(*(points - points[chosen[-1]]).T))
    centres = points[chosen]
    for _ in range(_ROUNDS):
        owner = cKDTree(centres).query(points)[1]
        size = np.bincount(owner, minlength=count)
        if not size.all():
            break
        moved = np.column_stack([np.bincount(owner, weights=points[:, axis], minlength=count) / size for axis in (0, 1)])
        if np.abs(moved - centres).max() < 0.01:
            break
        centres = moved
    return np.round(centres, 3)


def _mended(pieces: Geometries) -> Geometries:
    """Each piece one Polygon: its largest part, the other parts joined to the piece they share most border with."""
    kept, loose = [], []
    for piece in pieces:
        parts = [part for part in shapely.get_parts(piece) if part.geom_type == "Polygon"]
        parts.sort(key=lambda part: -round(part.area, 3))
        kept += parts[:1]
        loose += parts[1:]
    for part in loose:
        border = np.round(shapely.length(shapely.intersection(part, np.array(kept, dtype=object))), 3)
        best = int(np.argmax(border))
        joined = shapely.union(kept[best], part)
        kept[best] = joined if joined.geom_type == "Polygon" else kept[best]
    return np.array(kept, dtype=object)
