"""Vector tiles read back, for the tests: by the format's own decoder, in cells of the tile, y downwards."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import mapbox_vector_tile
import numpy as np
import shapely

from gridplan.store.mvt import BUFFER, EXTENT, TilePlace

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


def pieces(seed: int, place: TilePlace) -> np.ndarray:
    """Shapes of several parts around the north-west corner of a tile, from a tenth of a cell to a hundred cells wide."""
    dice = np.random.default_rng(seed)
    west, _, east, north = place.box
    cell = (east - west) / (EXTENT + 2 * BUFFER)
    shapes = []
    for _ in range(200):
        parts = []
        for _ in range(3):
            centre = np.array([west, north]) + dice.normal(size=2) * 3 * cell
            turn = np.sort(dice.random(7)) * 2 * np.pi
            reach = cell * 10 ** dice.uniform(-1, 2) * dice.random(7)
            parts.append(shapely.Polygon(centre + np.column_stack((np.cos(turn), np.sin(turn))) * reach[:, None]))
        whole = shapely.unary_union([shapely.make_valid(part) for part in parts])
        shapes.append(shapely.MultiPolygon([part for part in shapely.get_parts(whole) if isinstance(part, shapely.Polygon)]))
    return np.array(shapes, dtype=object)
