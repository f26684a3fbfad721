"""Layers as GeoJSON (RFC 7946), the same bytes from both kinds of store.

Coordinates have at most nine decimals (0.1 mm), correctly rounded, without trailing zeros: what PostGIS writes with
``ST_AsGeoJSON(geom, 9)``, so that this can move into SQL without a changed byte. Outer rings run counter-clockwise.
For now the text is assembled here, from the rows of either store.
"""

import json
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
import sqlalchemy as sa

from gridplan.contracts import PLAN, Contract
from gridplan.errors import StoreError
from gridplan.store.dialects import Box, Dialect
from gridplan.store.rows import plain_values, select

DECIMALS = 9

#: Layers without a key of one column whose features have an id all the same: a zone has one finding of a code.
_IDENTITY = {"findings": ("zone", "code")}


@dataclass(frozen=True)
class FeaturePage:
    """One page of a layer: ``body`` is a FeatureCollection that ends with ``]}``, so that links may be added before the brace."""

    body: bytes
    number_matched: int
    number_returned: int


def feature_page(
    connection: sa.Connection, dialect: Dialect, plan_id: str, layer: str, *, bbox: Box | None, limit: int, offset: int
) -> FeaturePage:
    """One page of the layer of a plan that is there; see :meth:`gridplan.store.store.Store.features`."""
    contract = layer_contract(layer)
    for name, value, least in (("limit", limit, 1), ("offset", offset, 0)):
        if value < least:
            raise StoreError("GP413", name=name, value=value, expected=f">= {least}")
    table = dialect.tables.plan[layer]
    where = table.c.plan == plan_id
    if bbox is not None:
        where = sa.and_(where, dialect.meets(table, checked_box(bbox))) if contract.geometry else sa.false()
    matched = int(connection.scalar(sa.select(sa.func.count()).select_from(table).where(where)) or 0)
    frame = select(connection, dialect, table, contract, where=where, limit=limit, offset=offset)
    head = f'"numberMatched":{matched},"numberReturned":{len(frame)},'
    return FeaturePage(feature_collection(frame, contract, head=head), matched, len(frame))


def layer_contract(layer: str) -> Contract:
    """The contract of a plan's layer.

    Raises
    ------
    StoreError
        GP408 there is no such layer.
    """
    if layer not in PLAN:
        raise StoreError("GP408", layer=layer, known=", ".join(PLAN))
    return PLAN[layer]


def checked_box(box: Box) -> Box:
    """The box, where it is one.

    Raises
    ------
    StoreError
        GP413 it is not finite, or west is beyond east or south beyond north.
    """
    west, south, east, north = box
    if not np.isfinite(box).all() or west > east or south > north:
        shown = ",".join(f"{value:g}" for value in box)
        raise StoreError("GP413", name="bbox", value=shown, expected="west,south,east,north, west <= east, south <= north")
    return box


def feature_collection(frame: pd.DataFrame, contract: Contract, *, head: str = "") -> bytes:
    """The table as a FeatureCollection; ``head`` is text of further members before the features."""
    columns = {name: plain_values(frame[name]) for name in contract.names()}
    geometries = geojson(np.asarray(frame.geometry.array)) if isinstance(frame, gpd.GeoDataFrame) else ["null"] * len(frame)
    named = _IDENTITY.get(contract.name, contract.key if len(contract.key) == 1 else ())
    ids = ["/".join(map(str, parts)) for parts in zip(*(columns[name] for name in named), strict=True)]
    features = []
    for row, geometry in enumerate(geometries):
        properties = _text({name: values[row] for name, values in columns.items()})
        identity = f'"id":{_text(ids[row])},' if ids else ""
        features.append(f'{{"type":"Feature",{identity}"geometry":{geometry},"properties":{properties}}}')
    return f'{{"type":"FeatureCollection",{head}"features":[{",".join(features)}]}}'.encode()


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def geojson(geometries: np.ndarray) -> list[str]:
    """The geometry member of each feature: ``null`` where there is none, else its GeoJSON text by the rule of this module."""
    turned = shapely.orient_polygons(geometries)
    return ["null" if geometry is None else _geometry(geometry) for geometry in turned]


def _geometry(geometry: shapely.Geometry) -> str:
    kind = geometry.geom_type
    if kind.startswith("Multi"):
        inner = ",".join(_coordinates(part) for part in geometry.geoms)
        return f'{{"type":"{kind}","coordinates":[{inner}]}}'
    return f'{{"type":"{kind}","coordinates":{_coordinates(geometry)}}}'


def _coordinates(part: shapely.Geometry) -> str:
    if part.is_empty:
        return "[]"
    if part.geom_type == "Point":
        return _positions(part)[1:-1]
    if part.geom_type == "Polygon":
        return f"[{','.join(map(_positions, (part.exterior, *part.interiors)))}]"
    return _positions(part)


def _positions(line: shapely.Geometry) -> str:
    points = (f"[{number(x)},{number(y)}]" for x, y in shapely.get_coordinates(line).tolist())
    return f"[{','.join(points)}]"


def number(value: float) -> str:
    """The number with at most nine decimals, without trailing zeros and without a negative zero.

    Examples
    --------
    >>> number(24.5), number(-0.00000000001), number(1 / 3)
    ('24.5', '0', '0.333333333')
    """
    text = f"{value:.{DECIMALS}f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
