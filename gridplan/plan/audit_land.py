"""Checks of land: valid, connected, tiling, sharing vertices, measured truly."""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import CRS
from pyproj.exceptions import CRSError

from gridplan import crs
from gridplan.plan.check import Check, check
from gridplan.plan.model import Plan

Shapes = NDArray[np.object_]

TILING = 1e-6
"""Largest gap or overlap, as a share of the parent's area."""

STATED = 1e-4
"""Largest error of a stated area (as a share) or compactness: coordinates are rounded to 0.1 mm."""


def land_checks(plan: Plan) -> tuple[Check, ...]:
    """The checks that look at geometry."""
    metres = metre_crs(plan)
    lands = _lands(plan.units)
    grids, communities = _by_code(plan.grids), _by_code(plan.communities)
    community_of = plan.units["grid"].map(plan.grids.drop_duplicates("code").set_index("code")["community"])
    groups = [(plan.grids, plan.grids["community"]), (lands, community_of[lands.index])]
    return (
        _valid(plan),
        _connected(plan),
        _tiling("grids_tile", communities, plan.grids, plan.grids["community"], metres),
        _tiling("units_tile", grids, lands, lands["grid"], metres),
        _shared_vertices(groups),
        _measures(plan, metres),
        _buildings(plan, grids),
    )


def metre_crs(plan: Plan) -> CRS:
    """The CRS that ``meta`` names, where it names one in metres; else the UTM zone of the place."""
    stated = plan.meta["value"][plan.meta["key"] == "crs"]
    try:
        found = CRS(stated.iloc[0]) if len(stated) else None
    except CRSError:
        found = None
    if found is None or found.is_geographic:
        return crs.local_crs(plan.communities)
    return found


def _lands(units: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """The units with each land once: of those that share the very same land in a tower, the first."""
    stacked = units[units["stacked"]]
    again = stacked.index[(stacked["grid"] + "/" + stacked.geometry.to_wkb(hex=True)).duplicated()]
    return units.drop(index=again)


def _by_code(table: gpd.GeoDataFrame) -> gpd.GeoSeries:
    return table.drop_duplicates("code").set_index("code").geometry


def _valid(plan: Plan) -> Check:
    wrong: list[str] = []
    for table in (plan.areas, plan.communities, plan.grids, plan.units):
        shapes = np.asarray(table.geometry.array)
        wrong += list(table["code"][shapely.is_empty(shapes) | ~shapely.is_valid(shapes)])
    return check("valid", wrong)


def _connected(plan: Plan) -> Check:
    """Each grid and unit is one polygon, whose inside holds together; excused by a finding with a proof."""
    proved = plan.findings[plan.findings["proof"]]
    excused = set(zip(proved["level"], proved["zone"], strict=True))
    apart: list[tuple[str, str]] = []
    for level, table in (("grid", plan.grids), ("unit", plan.units)):
        codes = table["code"][shapely.get_num_geometries(np.asarray(table.geometry.array)) != 1]
        apart += [(level, code) for code in codes]
    return check("connected", [zone[1] for zone in apart if zone not in excused])


def _tiling(key: str, parents: gpd.GeoSeries, children: gpd.GeoDataFrame, of: pd.Series, metres: CRS) -> Check:
    """Children cover their parent without gap and without overlap."""
    rows = {str(name): positions for name, positions in children.groupby(of.to_numpy()).indices.items()}
    shapes = np.asarray(children.geometry.array)
    empty = np.zeros(0, dtype=np.int64)
    wrong, worst = [], 0.0
    for code, parent in parents.items():
        error = tiling_error(parent, shapes[rows.get(str(code), empty)], metres, crs_of=children.crs)
        worst = max(worst, error)
        if error >= TILING:
            wrong.append(code)
    return check(key, wrong, f"{worst:.1e}")


def tiling_error(parent: shapely.Geometry, children: Shapes, metres: CRS, *, crs_of: CRS) -> float:
    """Area of gaps, strays and overlaps as a share of the parent's; 1 where there are no children."""
    if not len(children):
        return 1.0
    # Where the land is in order, which is nearly always, vertices alone show it, without any overlay.
    if shapely.coverage_is_valid(children) and shapely.equals_identical(
        shapely.normalize(shapely.coverage_union_all(children)), shapely.normalize(_as_collected(parent))
    ):
        return 0.0
    measured = np.asarray(gpd.GeoSeries([parent, *children], crs=crs_of).to_crs(metres).array)
    measured = shapely.make_valid(measured)
    whole, union = measured[0], shapely.union_all(measured[1:])
    gap = float(shapely.symmetric_difference(whole, union).area)
    overlap = float(shapely.area(measured[1:]).sum() - union.area)
    return max(gap, overlap) / whole.area if whole.area else 1.0


def _as_collected(shape: shapely.Geometry) -> shapely.Geometry:
    """A polygon as the union of a coverage writes it: alone, and not as a collection of one."""
    parts = shapely.get_parts(shape)
    return parts[0] if len(parts) == 1 else shape


def _shared_vertices(groups: list[tuple[gpd.GeoDataFrame, pd.Series]]) -> Check:
    """Neighbours in a community have the same vertices along the border they share."""
    wrong: list[str] = []
    for table, of in groups:
        shapes = np.asarray(table.geometry.array)
        codes = table["code"].to_numpy()
        for rows in table.groupby(of.to_numpy()).indices.values():
            if not shapely.coverage_is_valid(shapes[rows]):
                edges = shapely.coverage_invalid_edges(shapes[rows])
                wrong += list(codes[rows][~shapely.is_empty(edges)])
    return check("shared_vertices", wrong)


def _measures(plan: Plan, metres: CRS) -> Check:
    """Stated area and compactness of areas and grids are those of their land."""
    wrong, worst = [], 0.0
    for table in (plan.areas, plan.grids):
        shapes = crs.to_crs(table, metres).geometry
        area, length = shapes.area.to_numpy(), shapes.length.to_numpy()
        share = np.abs(table["area_m2"].to_numpy() - area) / area
        polsby = np.abs(table["compactness"].to_numpy() - 4 * np.pi * area / length**2)
        error = np.maximum(share, polsby)
        wrong += list(table["code"][~(error < STATED)])
        worst = max(worst, float(error.max(initial=0)))
    return check("measures", wrong, f"{worst:.1e}")


def _buildings(plan: Plan, grids: gpd.GeoSeries) -> Check:
    """Each building touches the land of its grid."""
    known = plan.buildings[plan.buildings["grid"].isin(grids.index)]
    land = np.asarray(grids.loc[known["grid"]].array)
    apart = ~shapely.intersects(land, np.asarray(known.geometry.array))
    return check("buildings", known["id"][apart])
