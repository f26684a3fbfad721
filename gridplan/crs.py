"""The only place that reprojects: longitude and latitude outside, one local metre CRS inside."""

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import pyproj
import shapely
from pyproj import CRS, Transformer

from gridplan.errors import InputError

if TYPE_CHECKING:
    import geopandas as gpd

LONLAT = CRS.from_epsg(4326)
#: Albers' equal areas for China and around it, for areas wider than a metre CRS.
EQUAL_AREA = CRS.from_authority("ESRI", 102025)
#: Widest place that one metre CRS keeps to scale: a UTM zone, degrees of longitude.
WIDEST = 6.0
#: Vertices put on straight edges before they are moved to longitude and latitude: one each so many metres, so many at most.
_STEP_M = 200.0
_MOST_STEPS = 1000


def checked(frame: "gpd.GeoDataFrame", table: str) -> CRS:
    """The CRS of the table, two-dimensional and either geographic or in metres.

    Raises
    ------
    InputError
        GP105 it has none; GP106 its axes are neither degrees nor metres, or the coordinates do not fit it.
    """
    if frame.crs is None:
        raise InputError("GP105", table=table)
    crs = CRS(frame.crs).to_2d()
    units = {axis.unit_name for axis in crs.axis_info}
    if not crs.is_geographic and units != {"metre"}:
        raise InputError("GP106", table=table, crs=name(crs), why=f"axis unit {', '.join(sorted(units))}, not metre")
    if crs.is_geographic and len(frame):
        west, south, east, north = frame.total_bounds
        if west < -180 or east > 180 or south < -90 or north > 90:
            why = f"coordinates reach {west:.10g}, {south:.10g}, {east:.10g}, {north:.10g}, beyond degrees"
            if west >= -360 and east <= 360 and south >= -90 and north <= 90:
                why += "; what lies beyond the 180th meridian goes on at the other end of the degrees, as a town of its own"
            raise InputError("GP106", table=table, crs=name(crs), why=why)
    return crs


def local_crs(frame: "gpd.GeoDataFrame") -> CRS:
    """The metre CRS that a place is worked in: the WGS 84 UTM zone of the middle of the table's bounds.

    A projected input is moved to it as well, since many projected CRS (web Mercator above all) do not keep areas.

    Raises
    ------
    InputError
        GP105, GP106 as ``checked``; GP135 there is no geometry; GP137 wider than 6 degrees, as is a place on both sides of the
        180th meridian.
    """
    stated = checked(frame, "communities")
    west, south, east, north = to_lonlat(frame).total_bounds
    if np.isnan([west, east]).any():
        raise InputError("GP135", table="communities", count=len(frame))
    if not np.isfinite([west, south, east, north]).all():
        why = "the coordinates have no longitude and latitude in it"
        raise InputError("GP106", table="communities", crs=name(stated), why=why)
    return _zone(west, south, east, north)


def _zone(west: float, south: float, east: float, north: float) -> CRS:
    if east - west > WIDEST:
        raise InputError("GP137", west=f"{west:.2f}", east=f"{east:.2f}", width=f"{east - west:.0f}", widest=f"{WIDEST:g}")
    zone = min(int((west + east + 360) / 2 // 6) + 1, 60)
    return CRS.from_epsg((32600 if south + north >= 0 else 32700) + zone)


def points_in_metres(frame: "gpd.GeoDataFrame", metre_crs: CRS | None = None) -> tuple[np.ndarray, np.ndarray, CRS]:
    """Which rows have a point, x and y of those in a metre CRS, (n, 2), and that CRS; 0.3 s for a million.

    Parameters
    ----------
    metre_crs : None: the WGS 84 UTM zone of the middle of their bounds, or that of 0 degrees where there is none.

    Raises
    ------
    InputError
        GP105, GP106 as ``checked``; GP137 wider than 6 degrees.
    """
    if frame.crs is None:
        raise InputError("GP105", table="incidents")
    stated = CRS(frame.crs).to_2d()
    shapes = frame.geometry.to_numpy()
    placed = ~(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    points = shapely.get_coordinates(shapes[placed])
    if stated != LONLAT:
        checked(frame, "incidents")
        points = np.column_stack(Transformer.from_crs(stated, LONLAT, always_xy=True).transform(points[:, 0], points[:, 1]))
    elif np.abs(points).max(initial=0.0) > 180 or np.abs(points[:, 1]).max(initial=0.0) > 90:
        checked(frame, "incidents")
    if metre_crs is None:
        metre_crs = _zone(*points.min(axis=0), *points.max(axis=0)) if len(points) else _zone(0.0, 0.0, 0.0, 0.0)
    metres = np.column_stack(_from_lonlat(metre_crs).transform(points[:, 0], points[:, 1]))
    # Half a world away a zone has no coordinates: somewhere far off is all that is known.
    return placed, np.nan_to_num(metres, posinf=1e9, neginf=-1e9), metre_crs


def corner_points(box: tuple[float, float, float, float]) -> "gpd.GeoDataFrame":
    """The corners of a box (west, south, east, north in degrees) as points in EPSG:4326."""
    import geopandas as gpd  # what reprojects needs no tables

    west, south, east, north = box
    return gpd.GeoDataFrame(geometry=shapely.points([west, east, west, east], [south, south, north, north]), crs=LONLAT)


def metres(lon: np.ndarray, lat: np.ndarray, metre_crs: CRS) -> np.ndarray:
    """Return x and y in a metre CRS of longitudes and latitudes near it, (n, 2)."""
    return np.column_stack(_from_lonlat(metre_crs).transform(lon, lat))


def lonlat(points: np.ndarray, metre_crs: CRS) -> np.ndarray:
    """Longitude and latitude of points in a metre CRS, (n, 2)."""
    return np.column_stack(_from_lonlat(metre_crs).transform(points[:, 0], points[:, 1], direction="INVERSE"))


def to_crs(frame: "gpd.GeoDataFrame", crs: CRS) -> "gpd.GeoDataFrame":
    """The table in ``crs``; rows, index and columns stay."""
    return frame.to_crs(crs)


def to_lonlat(frame: "gpd.GeoDataFrame") -> "gpd.GeoDataFrame":
    """The table in EPSG:4326, x = longitude."""
    return frame.to_crs(LONLAT)


def lonlat_of(x: np.ndarray, y: np.ndarray, crs: CRS) -> tuple[np.ndarray, np.ndarray]:
    """Longitude and latitude of coordinates in any CRS, feet as well as metres; not finite where there is none.

    Easting or longitude comes first, whatever order the CRS declares.

    Examples
    --------
    >>> lon, lat = lonlat_of(np.array([1017039.0]), np.array([178484.0]), CRS.from_epsg(2263))
    >>> print(f"{lon[0]:.5f} {lat[0]:.5f}")
    -73.88183 40.65651
    """
    lon, lat = Transformer.from_crs(crs, LONLAT, always_xy=True).transform(x, y)
    return np.asarray(lon, float), np.asarray(lat, float)


def inside_use(lon: np.ndarray, lat: np.ndarray, crs: CRS) -> np.ndarray:
    """Whether each place lies where the CRS is meant for; everywhere, for one that does not say."""
    use = crs.area_of_use
    if use is None or use.west > use.east:
        return np.ones(len(lon), bool)
    return np.asarray((lon >= use.west) & (lon <= use.east) & (lat >= use.south) & (lat <= use.north), bool)


def north_first(crs: CRS) -> bool:
    """Whether the CRS declares its northern axis (latitude, northing) before its eastern one.

    Examples
    --------
    >>> north_first(CRS.from_epsg(4490)), north_first(CRS.from_epsg(3857))
    (True, False)
    """
    return str(crs.axis_info[0].direction) == "north"


def to_declared(geometries: np.ndarray, crs: CRS) -> np.ndarray:
    """Geometries in longitude and latitude as ``crs`` has them, in the order of axes that it declares.

    Vertices are moved and none are added. On the Chinese and the world datum they are the same.
    """

    def move(points: np.ndarray) -> np.ndarray:
        if not crs.is_geographic:
            points = np.column_stack(_from_lonlat(crs).transform(points[:, 0], points[:, 1]))
        return points[:, ::-1] if north_first(crs) else points

    return np.asarray(shapely.transform(geometries, move), dtype=object)


def from_declared(geometries: np.ndarray, crs: CRS) -> np.ndarray:
    """Geometries given in ``crs``, in the order of axes that it declares, in longitude and latitude.

    Edges that are straight in a projected CRS bend, so they get vertices first: one each 200 m, or a thousand on a long geometry,
    which keeps them within 1 mm up to 200 km. What has no longitude and latitude comes back with coordinates that are not finite.
    """
    plain = shapely.force_2d(geometries)
    if not crs.is_geographic:
        plain = shapely.segmentize(plain, np.maximum(_STEP_M, shapely.length(plain) / _MOST_STEPS))

    def move(points: np.ndarray) -> np.ndarray:
        points = points[:, ::-1] if north_first(crs) else points
        if crs.is_geographic:
            return points
        return np.column_stack(_from_lonlat(crs).transform(points[:, 0], points[:, 1], direction="INVERSE"))

    return np.asarray(shapely.transform(plain, move), dtype=object)


@lru_cache(maxsize=64)
def _from_lonlat(crs: CRS) -> Transformer:
    return Transformer.from_crs(LONLAT, crs, always_xy=True)


def name(crs: CRS) -> str:
    """``EPSG:n`` where the CRS has a code, else its WKT, so that ``CRS(name(crs))`` is the same CRS."""
    code = crs.to_epsg()
    return f"EPSG:{code}" if code else str(crs.to_wkt())


def versions() -> dict[str, str]:
    """Versions of the projection software, which decide the last bits of coordinates."""
    return {"pyproj": pyproj.__version__, "proj": pyproj.proj_version_str}
