"""Vector tiles read back, for the tests: by the format's own decoder, in cells of the tile, y downwards."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import mapbox_vector_tile
import shapely

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Drawn:
    """One feature of a tile."""

    fid: int
    shape: shapely.Geometry
    facts: dict[str, Any]  # as the format allows: text, numbers, truth values


def layers(body: bytes) -> dict[str, list[Drawn]]:
    """The features of each layer of a tile, in its order."""
    if not body:
        return {}
    decoded = mapbox_vector_tile.decode(body, default_options={"y_coord_down": True})
    return {
        name: [Drawn(each["id"], shapely.geometry.shape(each["geometry"]), each["properties"]) for each in layer["features"]]
        for name, layer in decoded.items()
    }


def tile_at(longitude: float, latitude: float, zoom: int) -> tuple[int, int, int]:
    """Zoom, row and column of the tile that a place lies in, by the formula of the slippy map."""
    tiles = 2**zoom
    across = (longitude + 180) / 360 * tiles
    down = (1 - math.asinh(math.tan(math.radians(latitude))) / math.pi) / 2 * tiles
    return zoom, int(down), int(across)


def tiles_of(box: Box, zoom: int) -> Iterator[tuple[int, int, int]]:
    """Every tile that a box meets."""
    west, south, east, north = box
    _, top, left = tile_at(west, north, zoom)
    _, bottom, right = tile_at(east, south, zoom)
    for row in range(top, bottom + 1):
        for col in range(left, right + 1):
            yield zoom, row, col
