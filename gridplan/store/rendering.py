"""Rows as GeoJSON features (RFC 7946): the only place where their text is made, so that every store and file says the same.

Coordinates are rounded to nine decimals (0.1 mm) and written as the shortest text that reads back as the same number.
Outer rings run counter-clockwise.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import orjson
import shapely

DECIMALS = 9
#: A coordinate of any CRS is less; another program may leave others, which JSON cannot hold.
FAR = 1e12

Value = str | int | float | bool | bytes | None


def features(ids: Sequence[Value], properties: Mapping[str, Sequence[Value]], geometries: np.ndarray | None) -> list[bytes]:
    """The text of each feature, about 12 microseconds each.

    Parameters
    ----------
    ids : id of each feature.
    properties : the values of each property, in the order that they are to be written in.
    geometries : shapes in the axis order of the answer, None where a feature has none; None where the layer has none.
    """
    shapes = [b"null"] * len(ids) if geometries is None else geometry_texts(geometries)
    names = list(properties)
    rows = zip(*properties.values(), strict=True) if names else iter([()] * len(ids))
    return [
        b'{"type":"Feature","id":%b,"geometry":%b,"properties":%b}'
        % (orjson.dumps(key), shape, orjson.dumps(dict(zip(names, row, strict=True)), default=_told))
        for key, shape, row in zip(ids, shapes, rows, strict=True)
    ]


def _told(value: object) -> str:
    """Bytes, which another program may leave in any column of a GeoPackage, as hexadecimal text."""
    if isinstance(value, bytes):
        return value.hex()
    raise TypeError(type(value).__name__)


def geometry_texts(geometries: np.ndarray) -> list[bytes]:
    """The geometry member of each feature; ``null`` where there is none, or one that is nowhere.

    Examples
    --------
    >>> geometry_texts(np.array([shapely.Point(24.9384000000001, -1e-12), None]))
    [b'{"type":"Point","coordinates":[24.9384,0.0]}', b'null']
    """
    coordinates, rows = shapely.get_coordinates(geometries, return_index=True)
    nowhere = ~(np.abs(coordinates) < FAR).all(axis=1)  # infinite, or no number
    if nowhere.any():
        geometries = geometries.copy()
        geometries[rows[nowhere]] = None
    # Adding nothing turns a negative zero into zero.
    rounded = shapely.transform(shapely.orient_polygons(geometries), lambda places: np.round(places, DECIMALS) + 0.0)
    return [b"null" if text is None else text.encode() for text in shapely.to_geojson(rounded)]


def collection(texts: Sequence[bytes], *, head: bytes = b"", tail: bytes = b"") -> bytes:
    """A FeatureCollection of feature texts; ``head`` and ``tail`` are text of further members, each with its comma."""
    return b'{"type":"FeatureCollection",%b"features":[%b]%b}' % (head, b",".join(texts), tail)
