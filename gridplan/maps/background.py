"""What lies under a plan: streets, rail, water and walls of the town, as compact lines, and the buildings."""

import geopandas as gpd
import numpy as np
import shapely

from gridplan import crs
from gridplan.maps.polylines import Ints, Lines, Rows, Shapes, starts_of, whole_points
from gridplan.sources.town import Town

#: How far beyond the plan the background goes, as a share of the plan's width and height.
MARGIN = 0.06

#: Kinds of background in the order in which they are drawn.
KINDS = ("river", "path", "minor", "major", "rail", "wall")

Bounds = tuple[float, float, float, float]


def background(town: Town | None, bounds: Bounds, origin: tuple[int, int]) -> dict[str, Rows]:
    """Lines and areas by kind (``line rail``, ``area river``), cut to a little more than ``bounds``; none without a town.

    Each row is the rings of an area, or one line, in 1e-6 degrees from ``origin``.
    """
    found: dict[str, list[Shapes]] = {kind: [] for kind in KINDS}
    for table, column in () if town is None else ((town.streets, "class"), (town.barriers, "kind")):
        if table is None or table.empty:
            continue
        lonlat = crs.to_lonlat(table)
        for kind in KINDS:
            found[kind].append(_clipped(lonlat[lonlat[column] == kind], bounds))
    drawn: dict[str, Rows] = {}
    for kind, tables in found.items():
        shapes = np.concatenate([np.zeros(0, dtype=object), *tables])
        areal = shapely.get_dimensions(shapes) == 2
        rings, row = shapely.get_rings(shapes[areal], return_index=True)
        lines = shapes[~areal]
        drawn[f"line {kind}"] = _placed(lines, np.ones(len(lines), dtype=np.int64), origin, closing=True)
        drawn[f"area {kind}"] = _placed(rings, np.bincount(row, minlength=int(areal.sum())), origin, closing=True)
    return drawn


def _clipped(table: gpd.GeoDataFrame, bounds: Bounds) -> Shapes:
    west, south, east, north = bounds
    wide, high = (east - west) * MARGIN, (north - south) * MARGIN
    shapes = table.geometry.to_numpy()
    shapes = shapes[shapely.is_valid(shapes) & ~shapely.is_empty(shapes)]
    cut = shapely.clip_by_rect(shapes, west - wide, south - high, east + wide, north + high)
    parts = shapely.get_parts(cut)
    kept: Shapes = parts[np.isin(shapely.get_type_id(parts), [1, 3]) & ~shapely.is_empty(parts)]
    return kept


def _placed(lines: Shapes, rows: Ints, origin: tuple[int, int], *, closing: bool) -> Rows:
    """Rows of so many lines each, which ``lines`` has one after the other."""
    made = whole_points(lines, closing=closing)
    return Rows(starts_of(rows), Lines(made.points - np.array(origin, dtype=np.int64), made.starts))


def building_rings(shapes: Shapes, origin: tuple[int, int]) -> Rows:
    """The rings of every part of each building without their closing points, a point as a ring of one point."""
    lines = np.where(shapely.get_dimensions(shapes) == 0, shapes, shapely.boundary(shapes))
    parts, rows = shapely.get_parts(lines, return_index=True)
    return _placed(parts, np.bincount(rows, minlength=len(shapes)), origin, closing=False)
