"""Whole towns in an open connection: save, load."""

import json
from collections.abc import Mapping

import geopandas as gpd
import pandas as pd
import sqlalchemy as sa

from gridplan.contracts import TOWN
from gridplan.crs import LONLAT
from gridplan.report import Report
from gridplan.sources import Town
from gridplan.store.dialects import Dialect
from gridplan.store.frames.rows import insert, select
from gridplan.store.tables import TOWN_REPORT


def insert_town(connection: sa.Connection, dialect: Dialect, name: str, town: Town) -> None:
    """Inserts a town that is not there yet, in EPSG:4326."""
    tables = dialect.tables
    dialect.prepare(connection, [tables.towns, *tables.town.values()])
    layers = dict(town.to_crs(LONLAT).layers())
    row = {"name": name, "layers": json.dumps(list(layers)), "source": json.dumps(town.source, ensure_ascii=False)}
    connection.execute(sa.insert(tables.towns), row)
    for layer, frame in layers.items():
        insert(connection, dialect, tables.town[layer], frame, TOWN[layer], more={"town": [name] * len(frame)})
    insert(
        connection, dialect, tables.town["report"], town.report.rows, TOWN_REPORT, more={"town": [name] * len(town.report.rows)}
    )


def select_town(connection: sa.Connection, dialect: Dialect, name: str) -> Town:
    """The town of that name, which is there."""
    tables = dialect.tables
    row = connection.execute(sa.select(tables.towns.c.layers, tables.towns.c.source).where(tables.towns.c.name == name)).one()
    present = json.loads(row.layers)
    loaded: Mapping[str, gpd.GeoDataFrame | None] = {
        layer: select_town_layer(connection, dialect, name, layer) if layer in present else None for layer in TOWN
    }
    report = tables.town["report"]
    rows: pd.DataFrame = select(connection, dialect, report, TOWN_REPORT, where=report.c.town == name)
    return Town(**loaded, report=Report(rows), source=json.loads(row.source))


def select_town_layer(connection: sa.Connection, dialect: Dialect, name: str, layer: str) -> gpd.GeoDataFrame:
    """A layer of the town of that name, which has it."""
    table = dialect.tables.town[layer]
    return select(connection, dialect, table, TOWN[layer], where=table.c.town == name)
