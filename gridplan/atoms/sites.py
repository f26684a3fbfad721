"""Special sites (专属网格): land of schools, hospitals, parks, ... that is cut out so that it can be grids of its own."""

from collections.abc import Collection
from dataclasses import dataclass

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
NOTICED_M2 = 1.0


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
            if lost > NOTICED_M2:
                report += Report.of(STAGE, "report.site_overlap", [ids[row]], [f"{lost:.0f} m2 -> {ids[winner]}"])
    kept = shapely.area(shapes) > NOTICED_M2
    report += Report.of(STAGE, "report.site_without_land", ids[~kept])
    return shapes[kept], ids[kept], report


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
    rows = np.flatnonzero(back & (area > NOTICED_M2))
    notes = [f"{area[row]:.0f} m2 {codes[community[start[row]]]}" for row in rows]
    report += Report.of(STAGE, "report.site_sliver", sites.ids[owner[rows]], notes)
    return np.where(back[part], -1, inside), report
