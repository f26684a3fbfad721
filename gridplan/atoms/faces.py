"""Faces: the land between streets, barriers and the borders of communities."""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely

from gridplan.atoms.coverage import GRID_M, Geometries, Ints, node, run_starts

CUTTING = ("major", "minor")
"""Classes of street that cells end at; a path does not end them."""
REACH_M = 60.0


@dataclass(frozen=True)
class Faces:
    """``polygons``, the rows of their ``community`` and ``site`` (-1: none), and the ``barriers`` among their borders."""

    polygons: Geometries
    community: Ints
    barriers: Geometries
    site: Ints


def make_faces(
    communities: gpd.GeoDataFrame,
    streets: gpd.GeoDataFrame | None,
    barriers: gpd.GeoDataFrame | None,
    sites: Geometries | None = None,
) -> Faces:
    """The faces of all communities in one arrangement, so that neighbours share vertices across their border.

    Free ends of barriers are first joined to the nearest line within 60 m: a river that stops short of a bridge still
    separates. Lines outside the communities are left out.

    Parameters
    ----------
    communities : polygons in metres, clean and in the order that ``community`` refers to.
    streets, barriers : tables of the town, or None.
    sites : polygons of special sites, of which land in several goes to the first; their outlines are borders as well.
    """
    outlines = shapely.boundary(np.asarray(communities.geometry.array))
    kept = None if streets is None else streets[streets["class"].isin(CUTTING)]
    street_lines = _lines(kept, communities)
    barrier_lines = _lines(barriers, communities)
    barrier_lines = np.concatenate([barrier_lines, joints(barrier_lines, np.concatenate([outlines, street_lines]))])
    lines = np.concatenate([outlines, street_lines, barrier_lines])
    polygons = node(lines if sites is None else np.concatenate([lines, shapely.boundary(sites)]))
    community = covering(polygons, np.asarray(communities.geometry.array))
    inside = community >= 0
    polygons, community = polygons[inside], community[inside]
    site = np.full(len(polygons), -1, dtype=np.int64) if sites is None else covering(polygons, sites)
    return Faces(polygons=polygons, community=community, barriers=barrier_lines, site=site)


def covering(polygons: Geometries, owners: Geometries) -> Ints:
    """The first of the owners that holds an inner point of each polygon; -1 where none does."""
    inner = shapely.point_on_surface(polygons)
    row, owner = shapely.STRtree(owners).query(inner, predicate="within")
    result = np.full(len(polygons), len(owners), dtype=np.int64)
    np.minimum.at(result, row, owner)
    return np.where(result == len(owners), -1, result)


def _lines(table: gpd.GeoDataFrame | None, communities: gpd.GeoDataFrame) -> Geometries:
    """Lines (of polygons their outlines) near the communities, canonical: one order however the rows came."""
    if table is None or not len(table):
        return np.empty(0, dtype=object)
    shapes = shapely.force_2d(np.asarray(table.geometry.array))
    shapes = shapes[~(shapely.is_missing(shapes) | shapely.is_empty(shapes))]
    area = shapely.get_dimensions(shapes) == 2
    shapes[area] = shapely.boundary(shapely.make_valid(shapes[area], method="structure"))
    lines = shapely.get_parts(shapes)
    lines = shapely.set_precision(lines, GRID_M, mode="pointwise")
    lines = lines[shapely.is_valid(lines) & ~shapely.is_empty(lines)]
    near = shapely.STRtree(lines).query(np.asarray(communities.geometry.array), predicate="intersects")[1]
    lines = shapely.normalize(lines[np.unique(near)])
    ordered: Geometries = lines[np.argsort(shapely.to_wkb(lines), kind="stable")]
    return ordered


def joints(barriers: Geometries, others: Geometries) -> Geometries:
    """Short lines from each free end of a barrier to the nearest other line, where one is within 60 m."""
    if not len(barriers):
        return np.empty(0, dtype=object)
    chains = shapely.get_parts(shapely.line_merge(shapely.union_all(barriers, grid_size=GRID_M)))
    ends = np.concatenate([shapely.get_point(chains, 0), shapely.get_point(chains, -1)])
    own = np.tile(np.arange(len(chains)), 2)
    _, place, count = np.unique(shapely.get_coordinates(ends), axis=0, return_inverse=True, return_counts=True)
    free = count[place.ravel()] == 1
    ends, own = ends[free], own[free]
    lines = np.concatenate([chains, others])
    end, line = shapely.STRtree(lines).query(ends, predicate="dwithin", distance=REACH_M)
    other = line != own[end]
    end, line = end[other], line[other]
    distance = np.round(shapely.distance(ends[end], lines[line]), 3)
    order = np.lexsort((line, distance, end))
    first = order[run_starts(end[order])]
    short = first[distance[first] > 0]
    return np.asarray(shapely.shortest_line(ends[end[short]], lines[line[short]]), dtype=object)
