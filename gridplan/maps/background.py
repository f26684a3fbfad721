"""What lies under a plan: streets, rail, water and walls of the town, as compact lines, and the buildings."""

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

from gridplan import crs
from gridplan.maps.packed import Rings
from gridplan.maps.topology import Ints, rounded
from gridplan.sources.town import Town

#: How far beyond the plan the background goes, as a share of the plan's width and height.
MARGIN = 0.06

#: Kinds of background in the order in which they are drawn.
KINDS = ("river", "path", "minor", "major", "rail", "wall")

Bounds = tuple[float, float, float, float]
Shapes = npt.NDArray[np.object_]


def background(town: Town | None, bounds: Bounds, origin: tuple[int, int]) -> dict[str, list[Rings]]:
    """Lines and areas by kind (``line rail``, ``area river``), cut to a little more than ``bounds``; none without a town.

    Each row is a list of rings, or of one line, in 1e-6 degrees from ``origin``.
    """
    drawn: dict[str, list[Rings]] = {f"{sort} {kind}": [] for kind in KINDS for sort in ("line", "area")}
    if town is None:
        return drawn
    for table, column in ((town.streets, "class"), (town.barriers, "kind")):
        if table is None or table.empty:
            continue
        lonlat = crs.to_lonlat(table)
        for kind in KINDS:
            for shape in _clipped(lonlat[lonlat[column] == kind], bounds):
                areal = shape.geom_type == "Polygon"
                lines = shapely.get_rings(shape) if areal else [shape]
                drawn[f"{'area' if areal else 'line'} {kind}"].append([_placed(line, origin) for line in lines])
    return drawn


def _clipped(table: gpd.GeoDataFrame, bounds: Bounds) -> list[shapely.Geometry]:
    west, south, east, north = bounds
    wide, high = (east - west) * MARGIN, (north - south) * MARGIN
    shapes = table.geometry.to_numpy()
    shapes = shapes[shapely.is_valid(shapes) & ~shapely.is_empty(shapes)]
    cut = shapely.clip_by_rect(shapes, west - wide, south - high, east + wide, north + high)
    parts = shapely.get_parts(cut)
    kept = np.isin(shapely.get_type_id(parts), [1, 3]) & ~shapely.is_empty(parts)
    return list(parts[kept])


def _placed(line: shapely.Geometry, origin: tuple[int, int]) -> Ints:
    return rounded(shapely.get_coordinates(line)) - np.array(origin, dtype=np.int64)


def building_rings(shapes: Shapes, origin: tuple[int, int]) -> list[Rings]:
    """The rings of every part of each building without their closing points, a point as a ring of one point."""
    lines = np.array([shape.boundary if shape.geom_type != "Point" else shape for shape in shapes], dtype=object)
    parts, rows = shapely.get_parts(lines, return_index=True)
    made: list[list[Ints]] = [[] for _ in shapes]
    for part, row in zip(parts, rows.tolist(), strict=True):
        points = _placed(part, origin)
        made[row].append(points[:-1] if len(points) > 1 else points)
    return list(made)
