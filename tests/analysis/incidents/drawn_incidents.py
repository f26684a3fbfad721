"""Incidents drawn by hand, on a lattice of metres that a reader can count on."""

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

#: UTM zone 48, a round corner in it near Chengdu.
METRES = "EPSG:32648"
CORNER = (400_000.0, 3_400_000.0)


def incidents(points: Sequence[tuple[float, float] | None], *, times: Sequence[str] | None = None) -> gpd.GeoDataFrame:
    """Incidents at metres east and north of the corner; None: the place is not known."""
    shapes = [None if at is None else shapely.Point(CORNER[0] + at[0], CORNER[1] + at[1]) for at in points]
    reported = ["2026-01-15T00:00:00Z"] * len(points) if times is None else list(times)
    table = pd.DataFrame({"id": [f"i{row}" for row in range(len(points))], "reported_at": pd.Series(reported, dtype="str")})
    return gpd.GeoDataFrame(table, geometry=gpd.GeoSeries(shapes, crs=METRES)).to_crs(4326)


def squares(wide: int, high: int, households: Sequence[int], *, side: float = 100.0) -> gpd.GeoDataFrame:
    """Zones of ``side`` metres, row by row from the south west, in EPSG:4326."""
    x, y = np.tile(np.arange(wide), high) * side + CORNER[0], np.repeat(np.arange(high), wide) * side + CORNER[1]
    codes = [f"g{row:03d}" for row in range(wide * high)]
    table = {"code": codes, "name": codes, "kind": "urban", "community": "c", "households": households, "area_m2": side * side}
    return gpd.GeoDataFrame(table, geometry=shapely.box(x, y, x + side, y + side), crs=METRES)
