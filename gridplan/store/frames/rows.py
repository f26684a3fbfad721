"""Tables as rows of the database, and back, without losing a type, an empty value or a bit of a coordinate."""

from collections.abc import Mapping, Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
import sqlalchemy as sa

from gridplan.contracts import Contract, conform
from gridplan.crs import LONLAT
from gridplan.errors import StoreError
from gridplan.store.dialects import Dialect
from gridplan.store.rendering import Value, collection, features
from gridplan.store.tables import GEOMETRY, identity


def insert(
    connection: sa.Connection,
    dialect: Dialect,
    table: sa.Table,
    frame: pd.DataFrame,
    contract: Contract,
    *,
    more: Mapping[str, Sequence[Value]] | None = None,
) -> None:
    """Inserts the rows of ``frame`` in their order; ``more`` are columns of the table beyond the contract.

    Raises
    ------
    InputError
        GP102-GP107 the table breaks its contract.
    StoreError
        GP410 a geometry that the layer does not take.
    """
    checked = conform(frame, contract)
    columns: dict[str, Sequence[Value]] = {name: plain_values(checked[name]) for name in contract.names()}
    if isinstance(checked, gpd.GeoDataFrame):
        geometries = np.asarray(checked.geometry.array, dtype=object)
        if shapely.has_z(geometries).any():
            raise StoreError("GP410", layer=table.name, found="Z", declared="XY")
        dialect.note(connection, table, geometries)
        columns[GEOMETRY] = dialect.encode(geometries)
    if len(checked):
        dialect.load(connection, table, {**columns, **(more or {})})


def select(
    connection: sa.Connection,
    dialect: Dialect,
    table: sa.Table,
    contract: Contract,
    *,
    where: sa.ColumnElement[bool],
    limit: int | None = None,
    offset: int = 0,
) -> pd.DataFrame:
    """The rows in the order they were inserted in, as the contract's table, index 0..n-1."""
    names = contract.names() + ([GEOMETRY] if contract.geometry else [])
    query = sa.select(*(table.c[name] for name in names)).where(where).order_by(table.c.fid).limit(limit)
    rows = connection.execute(query.offset(offset) if offset else query).all()
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(names)
    data = {name: pd.Series(list(values), dtype="object") for name, values in zip(names, columns, strict=True)}
    if not contract.geometry:
        return conform(pd.DataFrame(data), contract)
    geometries = dialect.decode(list(data.pop(GEOMETRY)))
    return conform(gpd.GeoDataFrame(data, geometry=geometries, crs=LONLAT), contract)


def frame_collection(frame: pd.DataFrame, contract: Contract) -> bytes:
    """A whole table as a FeatureCollection."""
    columns = {name: plain_values(frame[name]) for name in contract.names()}
    named = identity(contract)
    ids: Sequence[Value] = columns[named] if named in columns else range(1, len(frame) + 1)
    geometries = np.asarray(frame.geometry.array) if isinstance(frame, gpd.GeoDataFrame) else None
    return collection(features(ids, columns, geometries))


def plain_values(column: pd.Series) -> list[Value]:
    """The values as Python's own types, None where missing."""
    values: list[Value] = column.to_numpy(dtype="object", na_value=None).tolist()
    return values
