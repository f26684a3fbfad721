"""The datums that Chinese maps come in, and the way between them: WGS 84, CGCS2000, GCJ-02 and BD-09.

GCJ-02, which public Chinese web maps must use, moves a place by up to 730 m by a rule of its own; BD-09, Baidu's, moves it
further, 700-1,500 m in all. Neither has an EPSG code, so files in them say WGS 84 or nothing. CGCS2000 (EPSG:4490) is taken as
equal to WGS 84: both were one frame at the epoch 2000.0, and the plate has since carried China by less than 1 m.

The rules are the public ones, as described in "Restrictions on geographic data in China",
https://en.wikipedia.org/wiki/Restrictions_on_geographic_data_in_China: GCJ-02 adds polynomials and sines of longitude and
latitude, in metres on the ellipsoid of Krassovsky 1940; BD-09 turns and stretches GCJ-02 about 0, 0 and adds a constant. Both
hold in the rectangle 72.004-137.8347 E, 0.8293-55.8271 N alone, which is larger than China; outside it all four are equal.
"""

from collections.abc import Callable
from typing import Literal, TypeVar, get_args

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely
from pyproj import CRS

from gridplan import crs
from gridplan.errors import InputError

Datum = Literal["wgs84", "cgcs2000", "gcj02", "bd09"]
DATUMS: tuple[Datum, ...] = get_args(Datum)
Numbers = npt.NDArray[np.float64]
Pair = tuple[Numbers, Numbers]
Layer = TypeVar("Layer", gpd.GeoDataFrame, gpd.GeoSeries)

#: West, south, east, north of the rectangle in which GCJ-02 and BD-09 differ from WGS 84, degrees of WGS 84.
RECTANGLE = (72.004, 0.8293, 137.8347, 55.8271)
#: No rule moves a place in the rectangle further than this, degrees: beyond it an inverse need not be sought.
_FURTHEST = 0.05
#: What rounding may put beyond the edge, degrees (0.1 mm).
_LAST_BIT = 1e-9
#: Each round of an inverse divides what is left by 50 or more, so the 0.02 degrees of BD-09 are at the last bit after ten.
_ROUNDS = 10
#: Krassovsky 1940: half axis in metres, square of the eccentricity.
_HALF_AXIS, _ECCENTRICITY2 = 6378245.0, 0.00669342162296594323


def convert_lonlat(lon: npt.ArrayLike, lat: npt.ArrayLike, *, source: Datum, target: Datum) -> Pair:
    """Longitude and latitude in ``target`` of places given in ``source``, as arrays of the shape of the input.

    Parameters
    ----------
    lon, lat : degrees, of any shape; not-a-number stays.
    source, target : ``wgs84``, ``cgcs2000`` (equal to it here), ``gcj02`` or ``bd09``.

    Raises
    ------
    InputError
        GP118 another name of a datum.

    Notes
    -----
    Every way leads through WGS 84. The inverses are iterated to the last bit: there and back is off by less than 1e-6 m anywhere
    in the rectangle. At its edge the rules jump: what comes from inside goes back inside, so the places up to 1.5 km outside
    that have the same GCJ-02 as one inside do not come back. Measured: 1 million places to GCJ-02 0.5 s, back 2.7 s.

    Examples
    --------
    >>> from gridplan.sources import convert_lonlat
    >>> lon, lat = convert_lonlat([116.39123], [39.90733], source="wgs84", target="gcj02")
    >>> print(f"{lon[0]:.5f} {lat[0]:.5f}")
    116.39747 39.90873
    """
    _known(source)
    _known(target)
    # Copies: what is given is never changed.
    x, y = np.array(lon, np.float64), np.array(lat, np.float64)
    if _RULES[source] is not _RULES[target]:
        x, y = _backward(x, y, _RULES[source])
        x, y = _forward(x, y, _RULES[target])
    return x, y


def convert_layer(layer: Layer, *, source: Datum, target: Datum) -> Layer:
    """The GeoDataFrame or GeoSeries with every vertex moved from ``source`` to ``target``; heights, index and columns stay.

    Edges stay straight: one of 100 m between two vertices strays from where its points belong by at most 2 mm in GCJ-02 and 3 cm
    in BD-09, one of 1 km by 0.2 m and 3 m. The CRS stays as well: a layer in GCJ-02 or BD-09 carries, wrongly, that of WGS 84,
    since those two have no code.

    Raises
    ------
    InputError
        GP105 it states no CRS; GP118 unknown datum; GP140 the CRS is projected or of another ellipsoid, which GCJ-02 and BD-09
        are never given in.

    Examples
    --------
    >>> import geopandas as gpd, shapely
    >>> from gridplan.sources import convert_layer
    >>> amap = gpd.GeoSeries([shapely.Point(116.39747, 39.90873)], crs=4326)
    >>> shapely.set_precision(convert_layer(amap, source="gcj02", target="wgs84").iloc[0], 1e-5).wkt
    'POINT (116.39123 39.90733)'
    """
    _known(source)
    _known(target)
    if _RULES[source] is _RULES[target]:
        return layer.copy()
    check_lonlat(layer, source if _RULES[source] is not None else target)

    def moved(corners: Numbers) -> Numbers:
        x, y = convert_lonlat(corners[:, 0], corners[:, 1], source=source, target=target)
        return np.column_stack([x, y, corners[:, 2:]])

    shapes = shapely.transform(layer.geometry.to_numpy(), moved, include_z=bool(shapely.has_z(layer.geometry).any()))
    if isinstance(layer, gpd.GeoDataFrame):
        return layer.set_geometry(gpd.GeoSeries(shapes, index=layer.index, crs=layer.crs))
    return gpd.GeoSeries(shapes, index=layer.index, crs=layer.crs, name=layer.name)


def check_lonlat(layer: gpd.GeoDataFrame | gpd.GeoSeries, datum: Datum, table: str = "layer") -> None:
    """Nothing, where the layer can be in ``datum``: in degrees of WGS 84 or CGCS2000; GP105 and GP140 where it cannot."""
    if layer.crs is None:
        raise InputError("GP105", table=table)
    stated = CRS(layer.crs)
    axis = stated.ellipsoid.semi_major_metre if stated.ellipsoid else 0.0
    if not stated.is_geographic or axis != 6378137.0:
        raise InputError("GP140", table=table, crs=crs.name(stated), datum=datum)


def metres_between(before: gpd.GeoDataFrame | gpd.GeoSeries, after: gpd.GeoDataFrame | gpd.GeoSeries) -> Numbers:
    """How far each vertex of one layer lies from the same vertex of the other, metres; both in degrees."""
    first, second = (shapely.get_coordinates(layer.geometry.to_numpy()) for layer in (before, after))
    east = (second[:, 0] - first[:, 0]) * np.cos(np.radians(first[:, 1]))
    metres: Numbers = np.hypot(east, second[:, 1] - first[:, 1]) * np.pi / 180 * 6371008.8
    return metres


def _known(datum: str) -> None:
    if datum not in DATUMS:
        raise InputError("GP118", name="datum", value=datum, expected=" | ".join(DATUMS))


def _inside(x: Numbers, y: Numbers, margin: float = 0.0) -> npt.NDArray[np.bool_]:
    west, south, east, north = RECTANGLE
    return (x >= west - margin) & (x <= east + margin) & (y >= south - margin) & (y <= north + margin)


def _forward(x: Numbers, y: Numbers, rule: Callable[[Numbers, Numbers], Pair] | None) -> Pair:
    """The places of WGS 84 by a rule, where it holds."""
    here = _inside(x, y)
    if rule is not None:
        x[here], y[here] = rule(x[here], y[here])
    return x, y


def _backward(x: Numbers, y: Numbers, rule: Callable[[Numbers, Numbers], Pair] | None) -> Pair:
    """The places of WGS 84 that a rule moves to these: what the rule adds is taken off again, until that changes nothing."""
    if rule is None:
        return x, y
    near = _inside(x, y, _FURTHEST)
    given_x, given_y = x[near], y[near]
    found_x, found_y = given_x.copy(), given_y.copy()
    for _ in range(_ROUNDS):
        moved_x, moved_y = rule(found_x, found_y)
        found_x, found_y = found_x + (given_x - moved_x), found_y + (given_y - moved_y)
    here = _inside(found_x, found_y, _LAST_BIT)
    west, south, east, north = RECTANGLE
    # What rounding put beyond the edge is brought back, since the way out would see it as outside.
    x[near] = np.where(here, np.clip(found_x, west, east), given_x)
    y[near] = np.where(here, np.clip(found_y, south, north), given_y)
    return x, y


def _gcj02(lon: Numbers, lat: Numbers) -> Pair:
    x, y = lon - 105.0, lat - 35.0
    root = np.sqrt(np.abs(x))
    shared = 20.0 * np.sin(6.0 * np.pi * x) + 20.0 * np.sin(2.0 * np.pi * x)
    waves_x = 20.0 * np.sin(np.pi * x) + 40.0 * np.sin(np.pi / 3.0 * x) + 150.0 * np.sin(np.pi / 12.0 * x)
    waves_y = 20.0 * np.sin(np.pi * y) + 40.0 * np.sin(np.pi / 3.0 * y) + 160.0 * np.sin(np.pi / 12.0 * y)
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root
    east += (shared + waves_x + 300.0 * np.sin(np.pi / 30.0 * x)) * 2.0 / 3.0
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root
    north += (shared + waves_y + 320.0 * np.sin(np.pi / 30.0 * y)) * 2.0 / 3.0
    flat = 1.0 - _ECCENTRICITY2 * np.sin(np.radians(lat)) ** 2
    across = _HALF_AXIS / np.sqrt(flat) * np.cos(np.radians(lat))
    along = _HALF_AXIS * (1.0 - _ECCENTRICITY2) / flat**1.5
    return lon + np.degrees(east / across), lat + np.degrees(north / along)


def _bd09(lon: Numbers, lat: Numbers) -> Pair:
    x, y = _gcj02(lon, lat)
    wave = np.pi * 3000.0 / 180.0
    far = np.hypot(x, y) + 0.00002 * np.sin(y * wave)
    turn = np.arctan2(y, x) + 0.000003 * np.cos(x * wave)
    return far * np.cos(turn) + 0.0065, far * np.sin(turn) + 0.006


_RULES: dict[Datum, Callable[[Numbers, Numbers], Pair] | None] = {
    "wgs84": None,
    "cgcs2000": None,
    "gcj02": _gcj02,
    "bd09": _bd09,
}
