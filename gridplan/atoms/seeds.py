"""Seeds: which face each building stands in, which buildings share land, and the pieces they are cut into."""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from gridplan.atoms.coverage import Geometries, Ints, components, run_starts
from gridplan.atoms.faces import Faces
from gridplan.atoms.floors import floors_of, spread
from gridplan.atoms.shapes import cut

SAME_LAND = 0.5


@dataclass(frozen=True)
class Seeds:
    """What land is divided among.

    ``shape`` (footprint or piece of one, or point), ``face``, ``cell`` (group of buildings) of each of s seeds, in order of cell;
    ``host`` (row of the building that the cell is drawn around) of each cell; ``cell_of_building``;
    ``households`` of each seed: its part of the host's households. ``lived_in``: whether each cell's buildings have any.
    """

    shape: Geometries
    face: Ints
    cell: Ints
    households: Ints
    host: Ints
    cell_of_building: Ints
    lived_in: NDArray[np.bool_]


def make_seeds(buildings: gpd.GeoDataFrame, community: Ints, faces: Faces, unit_high: int) -> Seeds:
    """The seeds of clean buildings.

    Buildings of which half or more lies on the footprint of another, and points on a footprint or on each other, share the land
    of the largest, where they stand on the part of it that its cell is drawn around; else they have land of their own. Its
    footprint, where it holds more than ``unit_high`` households and the others none, is cut into pieces; a footprint in
    several faces seeds the one that holds most of it. Of a footprint in several parts the largest decides.
    """
    shapes = np.asarray(buildings.geometry.array)
    households = buildings["households"].to_numpy()
    entrances = buildings["entrances"].to_numpy(dtype=np.float64, na_value=0).astype(np.int64)
    levels = buildings["levels"].to_numpy(dtype=np.float64, na_value=np.nan)
    area = np.round(shapely.area(shapes), 3)
    group, host, face, ground = _groups(shapes, community, faces)
    total = np.bincount(group, weights=households, minlength=len(host)).astype(np.int64)
    rows = []
    for cell in range(len(host)):
        building = int(host[cell])
        own = int(households[building])
        shape = ground[cell]
        if own <= unit_high or total[cell] != own:
            rows.append((cell, np.array([shape], dtype=object), np.array([own])))
            continue
        floors, _ = floors_of(own, float(area[building]), float(levels[building]))
        pieces = cut(shape, own, entrances=int(entrances[building]), floors=floors)
        rows.append((cell, pieces, spread(own, shapely.area(pieces)) if len(pieces) > 1 else np.array([own])))
    size = [len(pieces) for _, pieces, _ in rows]
    cell_of = np.repeat(np.arange(len(host)), size)
    return Seeds(
        shape=np.concatenate([pieces for _, pieces, _ in rows]) if rows else np.empty(0, dtype=object),
        face=face[cell_of],
        cell=cell_of,
        households=np.concatenate([counts for _, _, counts in rows]) if rows else np.empty(0, dtype=np.int64),
        host=host,
        cell_of_building=group,
        lived_in=total > 0,
    )


def _groups(shapes: Geometries, community: Ints, faces: Faces) -> tuple[Ints, Ints, Ints, Geometries]:
    """The group of each building, and of each group its host, the face of that and the footprint that it has there.

    A guest that does not stand on the largest part of that footprint, as on the far side of a street that the host spans, leaves
    the group; those that leave are grouped anew, until none leaves.
    """
    main = largest_part(shapes)
    area = np.round(shapely.area(main), 3)
    solid = area > 0
    one, other = _same_land(main, community)
    ever = np.zeros(len(shapes), dtype=bool)
    while True:
        group = components(len(shapes), one, other)
        order = np.lexsort((np.arange(len(shapes)), -area, group))
        host = order[run_starts(group[order])]
        face = _face_of(main[host], community[host], faces)
        ground = np.full(len(host), None, dtype=object)
        ground[:] = [_within(shapes[row], faces.polygons[lying]) for row, lying in zip(host, face, strict=True)]
        core = largest_part(ground)[group]
        leaves = ~shapely.intersects(core, main)
        leaves |= solid & shapely.touches(core, main)
        leaves[host] = False
        if not leaves.any():
            return group, host, face, _without_others(ground, shapes[ever])
        ever |= leaves
        both = leaves[one] & leaves[other]
        stays = np.flatnonzero(~leaves)
        one, other = np.r_[one[both], stays], np.r_[other[both], host[group[stays]]]


def _same_land(main: Geometries, community: Ints) -> tuple[Ints, Ints]:
    """Pairs of buildings in one community of which half of the smaller, or the point, lies on the other."""
    inner = shapely.point_on_surface(main)
    one, other = shapely.STRtree(main).query(inner, predicate="intersects")
    pair = (one != other) & (community[one] == community[other])
    one, other = one[pair], other[pair]
    area = shapely.area(main)
    flat = area[one] == 0
    # An inner point is only a first sieve: what counts is the share of the smaller footprint on the other.
    share = np.ones(len(one))
    smaller = np.minimum(area[one], area[other])
    solid = ~flat & (smaller > 0)
    share[solid] = shapely.area(shapely.intersection(main[one[solid]], main[other[solid]])) / smaller[solid]
    near = share >= SAME_LAND
    return one[near].astype(np.int64), other[near].astype(np.int64)


def largest_part(shapes: Geometries) -> Geometries:
    """The largest polygon of each shape in several parts (the first among equals), the shape where it is one."""
    result = shapes.copy()
    for row in np.flatnonzero(shapely.get_num_geometries(shapes) > 1):
        parts = shapely.get_parts(shapes[row])
        result[row] = parts[int(np.argmax(np.round(shapely.area(parts), 3)))]
    return result


def _without_others(ground: Geometries, others: Geometries) -> Geometries:
    """The footprints without the smaller parts on which one of the ``others`` stands that has land of its own."""
    result = ground.copy()
    tree = shapely.STRtree(others)
    main = largest_part(ground)
    for row in np.flatnonzero(shapely.get_num_geometries(ground) > 1):
        parts = shapely.get_parts(ground[row])
        taken = np.isin(np.arange(len(parts)), tree.query(parts, predicate="intersects")[0]) & (parts != main[row])
        if taken.any():
            kept = parts[~taken]
            result[row] = kept[0] if len(kept) == 1 else shapely.multipolygons(kept)
    return result


def _face_of(shapes: Geometries, community: Ints, faces: Faces) -> Ints:
    """The face that holds most of each shape, in its community (the first among equals)."""
    row, face = shapely.STRtree(faces.polygons).query(shapes, predicate="intersects")
    own = community[row] == faces.community[face]
    row, face = row[own], face[own]
    alone = np.bincount(row, minlength=len(shapes))[row] == 1
    share = np.ones(len(row))
    share[~alone] = np.round(shapely.area(shapely.intersection(shapes[row[~alone]], faces.polygons[face[~alone]])), 3)
    order = np.lexsort((face, -share, row))
    first = order[run_starts(row[order])]
    result = np.full(len(shapes), -1, dtype=np.int64)
    result[row[first]] = face[first]
    for lost in np.flatnonzero(result < 0):
        # The millimetre grid can move a border past a point that lay on it.
        candidates = np.flatnonzero(faces.community == community[lost])
        away = np.round(shapely.distance(shapes[lost], faces.polygons[candidates]), 3)
        result[lost] = candidates[int(np.argmin(away))]
    return result


def _within(shape: shapely.Geometry, face: shapely.Polygon) -> shapely.Geometry:
    """The part of a footprint in its face; the footprint where that is no area."""
    if shape.geom_type == "Point" or shapely.covers(face, shape):
        return shape
    part = shapely.intersection(shape, face)
    areas = [piece for piece in shapely.get_parts(part) if piece.geom_type == "Polygon" and piece.area > 0.01]
    if not areas:
        return shapely.point_on_surface(shape)
    return areas[0] if len(areas) == 1 else shapely.MultiPolygon(areas)
