"""Small towns written to disk, right ones and each with one fault."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely

from gridplan.sources import Town, checked_town

CRS = "EPSG:32648"
EAST, NORTH, SIDE = 400_000.0, 3_390_000.0, 25.0


def buildings(*, columns: int = 10, rows: int = 6, households: int = 12) -> gpd.GeoDataFrame:
    """A lattice of square houses, 15 m wide and 25 m apart, ids b000 on, all with the same households."""
    number = np.arange(columns * rows)
    x, y = EAST + number % columns * SIDE + 5, NORTH + number // columns * SIDE + 5
    return gpd.GeoDataFrame(
        {
            "id": [f"b{n:03d}" for n in number],
            "households": np.full(len(number), households),
            "levels": 3.0,
            "use": "residential",
        },
        geometry=shapely.box(x, y, x + 15, y + 15),
        crs=CRS,
    )


def community(west: float, south: float, east: float, north: float, code: str = "510100000001") -> gpd.GeoDataFrame:
    """One urban community, its corners in metres from the lattice's corner."""
    outline = shapely.box(EAST + west, NORTH + south, EAST + east, NORTH + north)
    return gpd.GeoDataFrame({"code": [code], "name": ["桂花社区"], "kind": ["urban"]}, geometry=[outline], crs=CRS)


def town(houses: gpd.GeoDataFrame, communities: gpd.GeoDataFrame) -> Town:
    """A town of these tables alone."""
    return checked_town({"communities": communities, "buildings": houses}, source={"buildings": "drawn by hand"})


def write(folder: Path, name: str, frame: gpd.GeoDataFrame) -> str:
    """The path of the table written as GeoPackage."""
    path = folder / f"{name}.gpkg"
    frame.to_file(path, layer=name)
    return str(path)
