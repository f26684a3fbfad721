"""Special sites (专属网格): land of schools, hospitals, parks, ... that is cut out so that it can be grids of its own."""

from collections.abc import Collection
from dataclasses import dataclass, replace

import geopandas as gpd
import numpy as np
import shapely

from gridplan.atoms.clean import areal
from gridplan.atoms.coverage import GRID_M, Geometries, Ints, components, run_starts, tiles
from gridplan.atoms.slivers import SLIVER_M, width_m
from gridplan.contracts import SITE_KINDS
from gridplan.errors import GeometryError
from gridplan.report import Report

STAGE = "sites"
_NOTICED_M2 = 1.0
_ALONG = 0.25


@dataclass(frozen=True)
class Sites:
    """The special sites that count: ``ids`` and ``shapes`` (without overlap), ``point_ids`` and ``points``; what was done."""

    ids: Geometries
    shapes: Geometries
    point_ids: Geometries
    points: Geometries
    report: Report


def clean_sites(table: gpd.GeoDataFrame | None, kinds: Collection[str]) -> Sites:
    """The sites of these kinds, valid, on a grid of 1 mm and without overlap: land in several goes to the largest.

    Parameters
    ----------
    table : ``special_sites`` of the town contract, in metres, or None.
    kinds : kinds that count as special; the other rows are passed over.

    Raises
    ------
    GeometryError
        GP320 a kind that there is not.
    """
    strange = sorted(set(kinds) - set(SITE_KINDS))
    if strange:
        raise GeometryError("GP320", kinds=", ".join(strange), known=", ".join(SITE_KINDS))
    if table is None or not table["kind"].isin(kinds).any():
        none = np.empty(0, dtype=object)
        return Sites(none, none, none, none, Report.empty())
    frame = table[table["kind"].isin(kinds)].sort_values("id", kind="stable")
    ids, raw = frame["id"].to_numpy(dtype=object), np.asarray(frame.geometry.array)
    point = shapely.get_type_id(raw) == shapely.GeometryType.POINT
    report = Report.of(STAGE, "report.site_repaired", ids[~shapely.is_valid(raw)])
    points = shapely.set_precision(shapely.force_2d(raw[point]), GRID_M)
    shapes, area_ids = areal(raw[~point]), ids[~point]
    order = np.lexsort((np.arange(len(shapes)), -np.round(shapely.area(shapes), 3)))
    shapes, area_ids, said = _apart(shapes[order], area_ids[order])
    return Sites(area_ids, shapes, ids[point], points, report + said)


def _apart(shapes: Geometries, ids: Geometries) -> tuple[Geometries, Geometries, Report]:
    """The shapes without what an earlier one covers, and those of which something is left."""
    shapes = shapes.copy()
    report = Report.empty()
    one, other = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    for row in np.unique(one[other < one]):
        for winner in np.sort(other[(one == row) & (other < row)]):
            before = float(shapely.area(shapes[row]))
            shapes[row] = areal(shapely.difference(shapes[[row]], shapes[winner], grid_size=GRID_M))[0]
            lost = before - float(shapely.area(shapes[row]))
            if lost > _NOTICED_M2:
                report += Report.of(STAGE, "report.site_overlap", [ids[row]], [f"{lost:.0f} m2 -> {ids[winner]}"])
    kept = shapely.area(shapes) > _NOTICED_M2
    report += Report.of(STAGE, "report.site_without_land", ids[~kept])
    return shapes[kept], ids[kept], report


def grown(sites: Sites, faces: Geometries, homes: Geometries) -> Sites:
    """The sites with the strips narrower than 8 m between them and the edge of the face they lie in.

    A street is a line in its middle, and a fence stands beside it: the strip between would be an arm of the neighbours' land.
    Strips on which homes stand stay ordinary land.

    Parameters
    ----------
    sites : clean ones.
    faces : the land between streets, barriers and borders, as it is without the sites.
    homes : points inside the buildings with households.
    """
    if not len(sites.shapes):
        return sites
    site, face = shapely.STRtree(faces).query(sites.shapes, predicate="intersects")
    inside = shapely.area(shapely.intersection(sites.shapes[site], faces[face])) > _NOTICED_M2
    site, face = site[inside], face[inside]
    touched = np.unique(face)
    rest = shapely.difference(faces[touched], shapely.union_all(sites.shapes), grid_size=GRID_M)
    half = SLIVER_M / 2
    wide = shapely.buffer(shapely.buffer(rest, -half, join_style="mitre", mitre_limit=2), half, join_style="mitre", mitre_limit=2)
    strips, of = shapely.get_parts(areal(shapely.difference(rest, wide, grid_size=GRID_M)), return_index=True)
    kept = shapely.area(strips) > _NOTICED_M2
    strips, of = strips[kept], of[kept]
    lived_in = np.unique(shapely.STRtree(strips).query(homes, predicate="intersects")[1])
    strip, near = shapely.STRtree(sites.shapes).query(strips, predicate="dwithin", distance=2 * GRID_M)
    fence = shapely.buffer(sites.shapes, 2 * GRID_M)
    shared = shapely.length(shapely.intersection(shapely.boundary(strips[strip]), fence[near]))
    shared = np.round(shared / shapely.length(strips[strip]), 3)
    order = np.lexsort((near, -shared, strip))
    first = order[run_starts(strip[order])]
    first = first[(shared[first] >= _ALONG) & ~np.isin(strip[first], lived_in)]
    shapes = sites.shapes.copy()
    for row in np.unique(near[first]):
        added = strips[strip[first[near[first] == row]]]
        shapes[row] = areal(np.array([shapely.union_all([shapes[row], *added], grid_size=GRID_M)]))[0]
    gained = shapely.area(shapes) - shapely.area(sites.shapes)
    more = np.flatnonzero(gained > _NOTICED_M2)
    report = Report.of(STAGE, "report.site_strip", sites.ids[more], [f"{gained[row]:.0f} m2" for row in more])
    return replace(sites, shapes=shapes, report=sites.report + report)


def site_of_faces(sites: Sites, polygons: Geometries, community: Ints, inside: Ints, codes: Geometries) -> tuple[Ints, Report]:
    """The site of each face, -1 for none: without parts beyond a community's border that are narrower than 8 m.

    Parameters
    ----------
    sites : clean ones.
    polygons, community : the faces, noded with the outlines of the sites, and the row of the community of each.
    inside : the row of the site that holds an inner point of each face, -1 for none.
    codes : of the communities.
    """
    lost = np.setdiff1d(np.arange(len(sites.ids)), inside)
    report = Report.of(STAGE, "report.site_outside", sites.ids[lost])
    if not (inside >= 0).any():
        return inside, report
    mosaic = tiles(polygons)
    label = np.where(inside >= 0, inside * len(codes) + community, len(sites.ids) * len(codes))
    same = label[mosaic.first] == label[mosaic.second]
    part = components(len(polygons), mosaic.first[same], mosaic.second[same])
    area = np.round(np.bincount(part, weights=shapely.area(polygons)), 3)
    _, start = np.unique(part, return_index=True)
    owner = inside[start]
    order = np.lexsort((np.arange(len(area)), -area, owner))
    main = np.zeros(len(area), dtype=bool)
    main[order[run_starts(owner[order])]] = True
    back = (owner >= 0) & ~main & (width_m(mosaic, part) < SLIVER_M)
    rows = np.flatnonzero(back & (area > _NOTICED_M2))
    notes = [f"{area[row]:.0f} m2 {codes[community[start[row]]]}" for row in rows]
    report += Report.of(STAGE, "report.site_sliver", sites.ids[owner[rows]], notes)
    return np.where(back[part], -1, inside), report
