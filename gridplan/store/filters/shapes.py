"""Geometries in requests: literals of filters and boxes, in a supported CRS, as valid geometries in longitude and latitude."""

import json
from collections.abc import Mapping, Sequence

import numpy as np
import shapely
import sqlalchemy as sa

from gridplan.errors import RequestError
from gridplan.messages import Phrase
from gridplan.store.dialects import Dialect, Predicate
from gridplan.store.filters.reading import Tree
from gridplan.store.filters.references import Reference
from gridplan.store.filters.values import Condition
from gridplan.store.geopackage import window

SPATIAL: Mapping[str, Predicate] = {
    "s_intersects": "intersects",
    "s_equals": "equals",
    "s_disjoint": "disjoint",
    "s_touches": "touches",
    "s_within": "within",
    "s_overlaps": "overlaps",
    "s_crosses": "crosses",
    "s_contains": "contains",
}
_TURNED: Mapping[Predicate, Predicate] = {"within": "contains", "contains": "within"}
#: No CRS has coordinates beyond this; a zone's number stands before its easting, 45,500,000 m.
_FARTHEST_M = 1e8
_TYPES = ("Point", "LineString", "Polygon", "MultiPoint", "MultiLineString", "MultiPolygon", "GeometryCollection")


def is_shape(node: Tree) -> bool:
    """Whether a node of a filter is a geometry literal."""
    return isinstance(node, dict) and ("bbox" in node or ("type" in node and "op" not in node))


def literal_shape(node: dict[str, Tree], reference: Reference) -> shapely.Geometry:
    """The geometry that a node of a filter writes, in longitude and latitude.

    Raises
    ------
    RequestError
        GP545 it writes none, or one that is empty, crosses itself, or lies outside the CRS.
    """
    if "bbox" in node:
        numbers = node["bbox"]
        if not isinstance(numbers, list):
            raise _bad("filter.shape.box")
        return box_shape([number if isinstance(number, float) else np.nan for number in numbers], reference)
    if node.get("type") not in _TYPES:
        raise _bad("filter.shape.type", found=str(node.get("type"))[:40], known=", ".join(_TYPES))
    try:
        given = shapely.from_geojson(json.dumps(node))
    except (shapely.errors.GEOSException, ValueError) as error:
        raise _bad("filter.shape.wrong", why=str(error)[:120]) from error
    return _checked(given, reference)


def box_shape(numbers: Sequence[float], reference: Reference) -> shapely.Geometry:
    """The geometry of a box of four numbers, or of six with heights, which are left out.

    A box of degrees whose west is east of its east crosses the 180th meridian, and comes in two parts.

    Raises
    ------
    RequestError
        GP545 it is none.
    """
    if len(numbers) not in (4, 6) or not np.isfinite(numbers).all():
        raise _bad("filter.shape.box")
    half = len(numbers) // 2
    if half == 3 and numbers[2] > numbers[5]:
        raise _bad("filter.shape.corners")
    first, second = list(numbers[:2]), list(numbers[half : half + 2])
    east = 1 if reference.north_first else 0
    around = reference.degrees and first[east] > second[east]
    if first[1 - east] > second[1 - east] or (first[east] > second[east] and not around):
        raise _bad("filter.shape.corners")
    if not around:
        return _checked(window(*first, *second), reference)
    parts = []
    for low, high in ((first[east], 180.0), (-180.0, second[east])):
        first[east], second[east] = low, high
        parts.append(_checked(window(*first, *second), reference))
    return shapely.union_all(parts)


def _checked(given: shapely.Geometry, reference: Reference) -> shapely.Geometry:
    if np.abs(shapely.get_coordinates(given)).max(initial=0.0) > _FARTHEST_M:
        raise _bad("filter.shape.outside", crs=reference.uri)
    shape = reference.to_lonlat(np.array([given], dtype=object))[0]
    if shape.is_empty:
        raise _bad("filter.shape.empty")
    if not np.isfinite(shapely.get_coordinates(shape)).all():
        raise _bad("filter.shape.outside", crs=reference.uri)
    west, south, east, north = shape.bounds
    if west < -180 or east > 180 or south < -90 or north > 90:
        raise _bad("filter.shape.degrees", west=f"{west:g}", south=f"{south:g}", east=f"{east:g}", north=f"{north:g}")
    if not shape.is_valid:
        raise _bad("filter.shape.invalid", why=shapely.is_valid_reason(shape)[:120])
    return shape


def _bad(key: str, **facts: str) -> RequestError:
    return RequestError("GP545", why=Phrase(key, facts))


def relate(
    predicate: Predicate, one: sa.Table | shapely.Geometry, other: sa.Table | shapely.Geometry, dialect: Dialect, *, decides: bool
) -> Condition:
    """Whether two geometries, each of a row of a table or known, stand in the relation.

    Raises
    ------
    RequestError
        GP545 a collection of geometries of several dimensions, which only intersecting and disjoint are defined for.
    """
    if not isinstance(one, sa.Table) and isinstance(other, sa.Table):
        return relate(_TURNED.get(predicate, predicate), other, one, dialect, decides=decides)
    shapes = [_homogeneous(shape, predicate) for shape in (one, other) if not isinstance(shape, sa.Table)]
    if not isinstance(one, sa.Table):
        known = bool(getattr(shapely, predicate)(*shapes))
        return sa.true() if known else sa.false()
    if isinstance(other, sa.Table):
        return dialect.relates(one, predicate, None, decides=decides)
    if isinstance(shapes[0], shapely.GeometryCollection) and shapes[0].geom_type == "GeometryCollection":
        parts = [dialect.relates(one, predicate, shapely.to_wkb(part), decides=decides) for part in shapes[0].geoms]
        return sa.or_(*parts) if predicate == "intersects" else sa.and_(*parts)
    return dialect.relates(one, predicate, shapely.to_wkb(shapes[0]), decides=decides)


def _homogeneous(shape: shapely.Geometry, predicate: Predicate) -> shapely.Geometry:
    """A collection as one geometry of one dimension, where it is one."""
    if shape.geom_type != "GeometryCollection":
        return shape
    merged = shapely.union_all(shapely.get_parts(shape))
    if merged.geom_type == "GeometryCollection" and predicate not in ("intersects", "disjoint"):
        raise _bad("filter.shape.mixed")
    return merged
