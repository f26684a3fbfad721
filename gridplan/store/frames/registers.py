"""Whole registers in an open connection."""

import geopandas as gpd
import pandas as pd
import sqlalchemy as sa

from gridplan.contracts import REGISTERS, conform
from gridplan.crs import LONLAT
from gridplan.store.dialects import Dialect
from gridplan.store.frames.rows import select


def select_register(connection: sa.Connection, dialect: Dialect, name: str) -> pd.DataFrame:
    """The rows of a register by id, as its contract has them; none where the file is of a time before that register."""
    table, contract = dialect.tables.registers[name], REGISTERS[name]
    if not dialect.has(connection, table):
        empty = pd.DataFrame(columns=contract.names())
        return conform(gpd.GeoDataFrame(empty, geometry=[], crs=LONLAT) if contract.geometry else empty, contract)
    rows = select(connection, dialect, table, contract, where=sa.true())
    return rows.sort_values("id", ignore_index=True, kind="stable")
