"""A hand-drawn table of every type a filter may name, the same on PostGIS and in a GeoPackage."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import shapely
import sqlalchemy as sa

from gridplan.contracts import Column, Contract
from gridplan.store.dialects import Dialect, GeoPackage, PostGIS, geopackage_engine, postgis_engine, postgis_url
from gridplan.store.filters import Columns, FilterLanguage, Queryable, parse_filter
from gridplan.store.tables import GEOMETRY, layer_table

THINGS = Contract(
    "things",
    (
        Column("name", "text", "text", nullable=True),
        Column("说明", "text", "a name that is not Latin", nullable=True),
        Column("of", "text", "a name that is a word of SQL", nullable=True),
        Column("count", "int", "whole number", nullable=True),
        Column("limit", "int", "another", nullable=True),
        Column("area", "float", "number", nullable=True),
        Column("share", "float", "another", nullable=True),
        Column("made", "bool", "truth", nullable=True),
        Column("begun", "time", "time", nullable=True),
        Column("ended", "time", "another", nullable=True),
    ),
    ("Point", "LineString", "Polygon", "MultiPolygon"),
)
Row = tuple[Any, ...]  # the columns of THINGS in their order, then the geometry as WKT
#: 1 a square, 2 a point in its middle, 3 nothing, 4 a line that starts at its corner and leaves it at the opposite one.
ROWS: Sequence[Row] = (
    (
        *("安居", None, "x", 310, 300, 1.5, 2.0, True, "2026-03-01T08:30:00Z", None),
        "POLYGON((104 30,104.001 30,104.001 30.001,104 30.001,104 30))",
    ),
    (
        *("København", "é", "y", 500, None, -2.5, 0.0, False, "2026-03-01T08:30:00.500Z", "2026-03-02T00:00:00Z"),
        "POINT(104.0005 30.0005)",
    ),
    (None,) * 11,
    (
        *("a%b_c\\d", "STRASSE", "z", -3, 7, 1e20, 3.0, True, "2026-02-28T23:59:59Z", "2026-03-01T08:30:00Z"),
        "LINESTRING(104 30,104.0005 30.0005,104.002 30.002)",
    ),
)


@dataclass(frozen=True)
class Things:
    """The table in one database."""

    connection: sa.Connection
    dialect: Dialect
    table: sa.Table

    @property
    def columns(self) -> Columns:
        """Its columns as filters name them."""
        columns = {column.name: Queryable(self.table.c[column.name], column.kind) for column in THINGS.columns}
        return columns | {"geom": Queryable(self.table.c[GEOMETRY], "geometry")}

    def fill(self, rows: Sequence[Row]) -> None:
        """Puts these rows in the place of those there were; the first is number 1."""
        self.connection.execute(sa.delete(self.table))
        names = [column.name for column in THINGS.columns]
        values: dict[str, Sequence[object]] = {name: [row[at] for row in rows] for at, name in enumerate(names)}
        shapes = np.array([None if row[-1] is None else shapely.from_wkt(row[-1]) for row in rows], dtype=object)
        self.dialect.load(
            self.connection,
            self.table,
            {"fid": list(range(1, len(rows) + 1)), GEOMETRY: self.dialect.encode(shapes), **values},
        )

    def kept(self, text: str, language: FilterLanguage = "cql2-text", crs: str | None = None) -> list[int]:
        """The numbers of the rows that a filter keeps."""
        return self.found(parse_filter(text, language=language, crs=crs).condition(self.columns, self.dialect))

    def found(self, condition: sa.ColumnElement[bool]) -> list[int]:
        """The numbers of the rows for which the condition is true."""
        return list(self.connection.scalars(sa.select(self.table.c.fid).where(condition).order_by(self.table.c.fid)))


@contextmanager
def things_in_postgis(url: str) -> Iterator[Things]:
    """The table in a PostGIS database, dropped at the end."""
    dialect, engine = PostGIS(), postgis_engine(postgis_url(url))
    kind: Any = type(dialect.tables.registers["services"].c[GEOMETRY].type)
    table = layer_table(sa.MetaData(), "things", THINGS, lambda *_: kind("GEOMETRY", srid=4326, spatial_index=False))
    try:
        with engine.connect() as connection:
            connection.execute(sa.text("CREATE EXTENSION IF NOT EXISTS postgis"))
            table.create(connection)
            yield Things(connection, dialect, table)
            connection.rollback()
    finally:
        engine.dispose()


@contextmanager
def things_in_geopackage(path: Path) -> Iterator[Things]:
    """The table in a new GeoPackage."""
    dialect, engine = GeoPackage(), geopackage_engine(path, "make")
    table = layer_table(sa.MetaData(), "things", THINGS, dialect.geometry_type)
    try:
        with engine.begin() as connection:
            dialect.prepare(connection, [table])
            yield Things(connection, dialect, table)
    finally:
        engine.dispose()
