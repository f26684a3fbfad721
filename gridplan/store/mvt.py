"""Mapbox Vector Tiles (2.1) on the grid WebMercatorQuad: the place of a tile, and its encoding from shapes in memory.

Every vertex is moved to the nearest point of the tile's own grid of 4096 by 4096, by itself and without looking at the shape
that it belongs to. So a vertex that two neighbours share stays shared, in a tile and across the border of two tiles, and no
gap opens between them at any zoom. What a shape loses by that (vertices that fall together, parts thinner than a cell) is
less than one cell, an eighth of a pixel. Only a shape that crosses itself afterwards is mended, by snap rounding on the same
grid. PostGIS does the same in SQL, see :mod:`gridplan.store.tiles`.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import mapbox_vector_tile
import numpy as np
import shapely

from gridplan.errors import StoreError

EXTENT = 4096
#: Cells around a tile in which shapes are kept, so that outlines and symbols are not cut at its border.
BUFFER = 64
#: The last of the 25 matrices that the register of the OGC lists for WebMercatorQuad.
LAST_ZOOM = 24

#: The width of the world in EPSG:3857, metres.
_WORLD_M = 2 * math.pi * 6_378_137.0

_COLLECTION = 7
_SEVERAL = (shapely.MultiPoint, shapely.MultiLineString, shapely.MultiPolygon)

Value = str | int | float | bool | None


@dataclass(frozen=True)
class TilePlace:
    """One tile of WebMercatorQuad, rows counted from the north.

    Raises
    ------
    StoreError
        GP440 there is no such matrix, row or column.
    """

    zoom: int
    row: int
    col: int

    def __post_init__(self) -> None:
        last = 2**self.zoom - 1 if 0 <= self.zoom <= LAST_ZOOM else 0
        for name, value, most in (("tileMatrix", self.zoom, LAST_ZOOM), ("tileRow", self.row, last), ("tileCol", self.col, last)):
            if not 0 <= value <= most:
                raise StoreError("GP440", name=name, value=value, most=most)

    @property
    def box(self) -> tuple[float, float, float, float]:
        """West, south, east, north of the tile with its buffer, in degrees."""
        edge = BUFFER / EXTENT
        west, north = self._lonlat(self.col - edge, self.row - edge)
        east, south = self._lonlat(self.col + 1 + edge, self.row + 1 + edge)
        return west, south, east, north

    def _lonlat(self, across: float, down: float) -> tuple[float, float]:
        tiles = 2**self.zoom
        return across / tiles * 360 - 180, math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * down / tiles))))

    @property
    def to_cells(self) -> tuple[float, float, float, float]:
        """What to add to x and y in EPSG:3857, and by what to multiply them then, to have cells of the tile, y downwards."""
        size = _WORLD_M / 2**self.zoom
        return _WORLD_M / 2 - self.col * size, self.row * size - _WORLD_M / 2, EXTENT / size, -EXTENT / size

    def cells(self, lonlat: np.ndarray) -> np.ndarray:
        """Positions in degrees as whole cells of the tile."""
        tiles = 2**self.zoom
        across = (lonlat[:, 0] / 360 + 0.5) * tiles - self.col
        down = (0.5 - np.arcsinh(np.tan(np.radians(lonlat[:, 1]))) / (2 * np.pi)) * tiles - self.row
        found: np.ndarray = np.rint(np.column_stack((across, down)) * EXTENT)
        return found


@dataclass(frozen=True)
class MvtLayer:
    """The features of one layer of a tile: shapes in degrees, ids and properties in the same order."""

    name: str
    shapes: np.ndarray
    ids: Sequence[int]
    properties: Sequence[Mapping[str, Value]]


def encoded(place: TilePlace, layers: Sequence[MvtLayer]) -> bytes:
    """The tile with those layers, left out where nothing of them is in it; no bytes where nothing is.

    Numbers keep their type; a property without value is left out, as the format asks.
    """
    found = []
    for layer in layers:
        shapes = on_grid(layer.shapes, place)
        features = [
            {"geometry": shape, "id": fid, "properties": {name: value for name, value in row.items() if value is not None}}
            for shape, fid, row in zip(shapes, layer.ids, layer.properties, strict=True)
            if not shape.is_empty
        ]
        if features:
            found.append({"name": layer.name, "features": features})
    options = {"extents": EXTENT, "y_coord_down": True, "check_winding_order": False}
    return bytes(mapbox_vector_tile.encode(found, default_options=options)) if found else b""


def on_grid(shapes: np.ndarray, place: TilePlace) -> np.ndarray:
    """The shapes as the tile shows them: cut to it, on its grid, valid, rings turned as MVT wants; empty where none is left."""
    dimensions = shapely.get_dimensions(shapes)
    cut = shapely.transform(shapely.clip_by_rect(shapes, *place.box), place.cells)
    plain = shapely.is_valid(cut) & (shapely.get_dimensions(cut) == dimensions) & (shapely.get_type_id(cut) != _COLLECTION)
    for row in np.flatnonzero(~plain).tolist():
        cut[row] = _mended(cut[row], int(dimensions[row]))
    return np.asarray(shapely.orient_polygons(cut), dtype=object)


def _mended(shape: shapely.Geometry, dimension: int) -> shapely.Geometry:
    """What is left of a shape that fell together or crosses itself on the grid: valid, of its own dimension, or empty."""
    # A cut may leave lines beside polygons, and a ring may fall into a point: neither is for make_valid of GEOS.
    left = _joined([part for part in _parts(shape, dimension) if _stands(part)], dimension)
    if left.is_valid:
        return left
    whole = _joined(_parts(shapely.make_valid(left), dimension), dimension)
    return _joined(_parts(shapely.set_precision(whole, 1.0), dimension), dimension)


def _parts(shape: shapely.Geometry, dimension: int) -> list[shapely.Geometry]:
    """The single points, lines or polygons of a shape, without the holes that fell together."""
    if isinstance(shape, shapely.GeometryCollection):
        return [inner for part in shape.geoms for inner in _parts(part, dimension)]
    parts = [part for part in shapely.get_parts(shape) if shapely.get_dimensions(part) == dimension]
    if dimension < 2:
        return parts
    return [shapely.Polygon(part.exterior, [hole for hole in part.interiors if _stands(hole)]) for part in parts]


def _stands(part: shapely.Geometry) -> bool:
    """Whether a polygon's outline or a ring still goes round something: by three steps at least."""
    if not isinstance(part, shapely.Polygon | shapely.LinearRing):
        return True
    steps = np.diff(shapely.get_coordinates(part.exterior if isinstance(part, shapely.Polygon) else part), axis=0)
    return int(steps.any(axis=1).sum()) > 2


def _joined(parts: list[shapely.Geometry], dimension: int) -> shapely.Geometry:
    """The parts as one point, line or polygon, or as several."""
    return parts[0] if len(parts) == 1 else _SEVERAL[max(dimension, 0)](parts)
