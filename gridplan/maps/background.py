"""What lies under a plan: streets, rail, water and walls of the town, as compact lines, and the buildings."""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from gridplan import crs
from gridplan.maps.topology import PER_DEGREE, deltas, rounded
from gridplan.sources.town import Town

#: How far beyond the plan the background goes, as a share of the plan's width and height.
MARGIN = 0.06

#: Kinds of background in the order in which they are drawn.
KINDS = ("river", "path", "minor", "major", "rail", "wall")

Shape = list[list[int]]
Bounds = tuple[float, float, float, float]


def background(town: Town | None, bounds: Bounds, origin: tuple[int, int]) -> dict[str, dict[str, list[Shape]]]:
    """Lines and areas by kind, cut to a little more than ``bounds`` (lon/lat); empty without a town.

    Each line or ring is a flat list of the first point and of steps, in 1e-6 degrees from ``origin``.
    """
    drawn: dict[str, dict[str, list[Shape]]] = {kind: {"lines": [], "areas": []} for kind in KINDS}
    if town is None:
        return drawn
    for table, column in ((town.streets, "class"), (town.barriers, "kind")):
        if table is None or table.empty:
            continue
        lonlat = crs.to_lonlat(table)
        for kind in KINDS:
            for shape in _clipped(lonlat[lonlat[column] == kind], bounds):
                areal = shape.geom_type == "Polygon"
                drawn[kind]["areas" if areal else "lines"].append(_rings(shape, origin))
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


def _rings(shape: shapely.Geometry, origin: tuple[int, int]) -> Shape:
    lines = shapely.get_rings(shape) if shape.geom_type == "Polygon" else [shape]
    return [deltas(rounded(shapely.get_coordinates(line)) - np.array(origin)) for line in lines]


def buildings(table: gpd.GeoDataFrame, grid_row: dict[str, int], origin: tuple[int, int]) -> dict[str, object]:
    """The buildings as columns: ``id``, ``grid`` (row of the grids), ``households``, ``estimated`` and ``shape``.

    A shape is a list of rings (of every part), a point a single ring of one point.
    """
    table = table[table["grid"].isin(list(grid_row))]
    shapes = table.geometry.to_numpy()
    return {
        "id": table["id"].tolist(),
        "grid": [grid_row[code] for code in table["grid"]],
        "households": table["households"].tolist(),
        "estimated": table["estimated"].astype(int).tolist(),
        "shape": _building_shapes(shapes, origin),
    }


def _building_shapes(shapes: np.ndarray, origin: tuple[int, int]) -> list[Shape]:
    lines = pd.Series([shape.boundary if shape.geom_type != "Point" else shape for shape in shapes], dtype=object)
    parts, rows = shapely.get_parts(lines.to_numpy(), return_index=True)
    made: list[Shape] = [[] for _ in shapes]
    offset = np.array(origin, dtype=np.int64)
    for part, row in zip(parts, rows.tolist(), strict=True):
        points = rounded(shapely.get_coordinates(part)) - offset
        made[row].append(deltas(points[:-1] if part.geom_type != "Point" else points))
    return made


def lonlat_of(value: tuple[float, float], origin: tuple[int, int]) -> list[int]:
    """A point in 1e-6 degrees from ``origin``."""
    return [round(value[0] * PER_DEGREE) - origin[0], round(value[1] * PER_DEGREE) - origin[1]]
