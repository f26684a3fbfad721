"""Where incidents are: from shapes, longitude and latitude, or x and y in any CRS; what has no place keeps its row."""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from gridplan import crs as reference
from gridplan.contracts.conforming import half_width
from gridplan.errors import InputError
from gridplan.report import Report
from gridplan.sources.datum import Datum, convert_lonlat

Numbers = NDArray[np.float64]
Mask = NDArray[np.bool_]

STAGE = "incidents"
#: Two statements of one place further apart than this contradict each other, metres.
_APART_M = 50.0
_DEGREE_M = 111_195.0


@dataclass(frozen=True)
class _Stated:
    """What one kind of statement says: degrees of WGS 84 (NaN: nothing usable), whether there is one, what is wrong with it."""

    lon: Numbers
    lat: Numbers
    given: Mask
    outside: Mask


def places(table: pd.DataFrame, shapes: gpd.GeoSeries | None, *, crs: CRS | None, datum: Datum) -> tuple[np.ndarray, Report]:
    """A point in longitude and latitude of WGS 84 for each row, None where it has no place, and what was found.

    Parameters
    ----------
    table : texts in the columns ``id`` and, where there are such, ``lon``, ``lat``, ``x``, ``y``, ``wkt``.
    shapes : geometries of the rows, in the CRS that they state, or else in ``crs``.
    crs : of ``x``, ``y`` and ``wkt``.
    datum : of what is in degrees.

    Returns
    -------
    array, Report
        Shapes stand above longitude and latitude, and those above x and y. The report lists by id: no place; coordinates that
        cannot be one, or 0, 0; two statements more than 50 m apart; places beyond the area that their CRS is meant for, which
        are kept.

    Raises
    ------
    InputError
        GP105 shapes without a CRS; GP172 x and y, or WKT, and no ``crs``.
    """
    ids = table["id"].to_numpy(dtype=object)
    stated: list[_Stated] = []
    report = Report.empty()
    if shapes is not None:
        stated.append(_from_shapes(shapes, crs))
    if "wkt" in table.columns:
        drawn = table["wkt"].where(table["wkt"].notna(), None).to_numpy(dtype=object)
        points = gpd.GeoSeries(shapely.from_wkt(drawn, on_invalid="ignore"), crs=crs)
        found = _from_shapes(points, crs)
        stated.append(_Stated(found.lon, found.lat, table["wkt"].notna().to_numpy(), found.outside))
    if {"lon", "lat"} <= set(table.columns):
        stated.append(_from_degrees(table["lon"], table["lat"]))
    if {"x", "y"} <= set(table.columns) and (crs is not None or not stated):
        stated.append(_from_plane(table["x"], table["y"], crs))
    count = len(table)
    lon, lat = np.full(count, np.nan), np.full(count, np.nan)
    given, outside = np.zeros(count, bool), np.zeros(count, bool)
    apart = np.zeros(count)
    for one in stated:
        given |= one.given
        known, mine = ~np.isnan(lon), ~np.isnan(one.lon)
        both = known & mine
        apart[both] = np.maximum(apart[both], _metres(lon[both], lat[both], one.lon[both], one.lat[both]))
        fresh = mine & ~known
        lon[fresh], lat[fresh], outside[fresh] = one.lon[fresh], one.lat[fresh], one.outside[fresh]
    zero = (lon == 0) & (lat == 0)
    lon[zero] = lat[zero] = np.nan
    if datum not in ("wgs84", "cgcs2000"):
        lon, lat, moved = _moved(lon, lat, datum)
        report += moved
    empty = np.isnan(lon)
    points = shapely.points(np.where(empty, 0.0, lon), np.where(empty, 0.0, lat)).astype(object)
    points[empty] = None
    for reason, rows in (("no_place", ~given), ("place_unreadable", given & empty & ~zero), ("place_zero", zero)):
        report += Report.of(STAGE, f"report.incident_{reason}", ids[rows])
    far = apart > _APART_M
    report += Report.of(STAGE, "report.incident_places_differ", ids[far], [f"{metres:.0f} m" for metres in apart[far]])
    report += Report.of(STAGE, "report.incident_outside_use", ids[outside & ~empty])
    return points, report


def _from_shapes(shapes: gpd.GeoSeries, crs: CRS | None) -> _Stated:
    stated = CRS(shapes.crs) if shapes.crs is not None else crs
    if stated is None:
        raise InputError("GP105", table="incidents")
    geometry = shapes.to_numpy()
    given = ~shapely.is_missing(geometry)
    # A point, or a MultiPoint of one.
    single = given & (shapely.get_num_coordinates(geometry) == 1)
    x, y = np.full(len(geometry), np.nan), np.full(len(geometry), np.nan)
    x[single], y[single] = shapely.get_coordinates(geometry[single]).T
    return _degrees(x, y, stated, given)


def _from_degrees(lon: pd.Series, lat: pd.Series) -> _Stated:
    return _degrees(_number(lon), _number(lat), reference.LONLAT, (lon.notna() | lat.notna()).to_numpy())


def _from_plane(x: pd.Series, y: pd.Series, crs: CRS | None) -> _Stated:
    if crs is None:
        raise InputError("GP172")
    return _degrees(_number(x), _number(y), crs, (x.notna() | y.notna()).to_numpy())


def _number(texts: pd.Series) -> Numbers:
    numbers: Numbers = pd.to_numeric(texts, errors="coerce").to_numpy(float, na_value=np.nan).copy()
    odd = np.isnan(numbers) & texts.notna().to_numpy()
    if odd.any():
        numbers[odd] = pd.to_numeric(half_width(texts[odd]), errors="coerce").to_numpy(float, na_value=np.nan)
    return numbers


def _degrees(x: Numbers, y: Numbers, crs: CRS, given: Mask) -> _Stated:
    """Longitude and latitude of coordinates in a CRS; NaN for what is none."""
    usable = np.isfinite(x) & np.isfinite(y)
    lon, lat = np.full(len(x), np.nan), np.full(len(x), np.nan)
    if crs == reference.LONLAT:
        lon[usable], lat[usable] = x[usable], y[usable]
    else:
        lon[usable], lat[usable] = reference.lonlat_of(x[usable], y[usable], crs)
    bad = ~(np.isfinite(lon) & np.isfinite(lat) & (np.abs(np.nan_to_num(lon)) <= 180) & (np.abs(np.nan_to_num(lat)) <= 90))
    lon[bad] = lat[bad] = np.nan
    return _Stated(lon, lat, given, ~bad & ~reference.inside_use(lon, lat, crs))


def _moved(lon: Numbers, lat: Numbers, datum: Datum) -> tuple[Numbers, Numbers, Report]:
    """The places in WGS 84, and how far they were moved."""
    known = ~np.isnan(lon)
    x, y = convert_lonlat(lon, lat, source=datum, target="wgs84")
    metres = _metres(lon[known], lat[known], x[known], y[known])
    if not len(metres):
        return x, y, Report.empty()
    detail = f"{datum}, rows={len(metres)}, {metres.min():.0f}-{metres.max():.0f} m"
    return x, y, Report.of(STAGE, "report.datum_shifted", ["incidents"], [detail])


def _metres(lon: Numbers, lat: Numbers, other_lon: Numbers, other_lat: Numbers) -> Numbers:
    """How far places near each other lie apart."""
    metres: Numbers = np.hypot((other_lon - lon) * np.cos(np.radians(lat)), other_lat - lat) * _DEGREE_M
    return metres
