"""The embedded GeoPackage: geometry, box filter, versions, connections."""

import math
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache, partial
from typing import Any

import numpy as np
import shapely
import sqlalchemy as sa
from sqlalchemy.types import UserDefinedType

from gridplan.contracts import REGISTERS, Contract
from gridplan.errors import RequestError, StoreError
from gridplan.store import geopackage
from gridplan.store.dialects import bulk, revisions, scalars
from gridplan.store.dialects.model import Box, Predicate, common_type
from gridplan.store.dialects.scalars import Element, Scalar
from gridplan.store.dialects.timed import BUSY_S, given_up
from gridplan.store.tables import GEOMETRY, SCHEMA, Tables, build_tables

Side = float | sa.ColumnElement[float]
_SIDES = ("west", "south", "east", "north")


class _Blob(UserDefinedType[bytes]):
    """A GeoPackage geometry: its type is declared, its value is the blob."""

    cache_ok = True

    def __init__(self, geometry_type: str) -> None:
        self.geometry_type = geometry_type

    def get_col_spec(self, **kw: object) -> str:
        return self.geometry_type


def _geometry_type(types: Mapping[str, str], layer: str, contract: Contract) -> UserDefinedType[bytes]:
    return _Blob(types.get(layer, common_type(contract)))


@lru_cache(maxsize=4)
def _tables(types: tuple[tuple[str, str], ...]) -> Tables:
    """The tables, which nobody changes: making them takes longer than opening a file."""
    return build_tables(partial(_geometry_type, dict(types)), new_id=None)


class GeoPackage:
    """The embedded store: one GeoPackage file.

    Parameters
    ----------
    types : geometry type of a layer where its rows all have one (POLYGON or MULTIPOLYGON), so that programs which
        want one type a layer can open it; GEOMETRY for the others.
    """

    def __init__(self, types: Mapping[str, str] | None = None) -> None:
        self._types = types or {}
        self._seconds = math.inf
        self.tables = _tables(tuple(sorted(self._types.items())))

    def geometry_type(self, layer: str, contract: Contract) -> UserDefinedType[bytes]:
        """The type that a layer's geometry column is declared with."""
        return _geometry_type(self._types, layer, contract)

    def encode(self, geometries: np.ndarray) -> list[bytes | None]:
        """GeoPackage blobs with their envelope."""
        return geopackage.to_blobs(geometries)

    def decode(self, values: Sequence[bytes | None]) -> np.ndarray:
        """From GeoPackage blobs."""
        return geopackage.from_blobs(values)

    def box_values(self, box: Box) -> Mapping[str, object]:
        """Its four sides."""
        return dict(zip(_SIDES, box, strict=True))

    def meets_box(self, table: sa.Table) -> sa.ColumnElement[bool]:
        """By the R-tree and then exactly: it keeps 32-bit boxes, rounded outwards."""
        sides: list[sa.BindParameter[float]] = [sa.bindparam(side, type_=sa.Double()) for side in _SIDES]
        return sa.and_(
            table.c.fid.in_(_near(table, *sides)), sa.func.gridplan_meets(table.c[GEOMETRY], *sides, type_=sa.Boolean())
        )

    def relates(self, table: sa.Table, predicate: Predicate, other: bytes | None, *, decides: bool) -> sa.ColumnElement[bool]:
        """By a function of shapely, after the R-tree where that decides and the two must share a point."""
        mine = table.c[GEOMETRY]
        theirs = mine if other is None else sa.bindparam(None, other, type_=sa.LargeBinary(), unique=True)
        related = sa.func.gridplan_relates(mine, predicate, theirs, type_=sa.Boolean())
        if other is None or not decides or predicate == "disjoint":
            return related
        return sa.and_(table.c.fid.in_(_near(table, *shapely.from_wkb(other).bounds)), related)

    def scalar(self, name: Scalar, *operands: Element) -> Element:
        """By a function in Python."""
        return scalars.in_sqlite(name, *operands)

    def like(self, text: Element, pattern: str) -> sa.ColumnElement[bool]:
        """By GLOB, since SQLite's LIKE takes upper and lower case of Latin letters for the same."""
        made = scalars.like_pattern(pattern, any_text="*", any_one="?", escape=lambda one: f"[{one}]" if one in "*?[" else one)
        return text.op("GLOB", is_comparison=True)(sa.bindparam(None, made, type_=sa.Text(), unique=True))

    def by_code_point(self, text: Element) -> Element:
        """As SQLite compares anyway."""
        return text

    def extent(self, table: sa.Table) -> Sequence[sa.ColumnElement[float]]:
        """By the envelopes in the blobs."""
        shape = table.c[GEOMETRY]
        return [
            least(getattr(sa.func, side)(shape), type_=sa.Double())
            for least, side in (
                (sa.func.min, "ST_MinX"),
                (sa.func.min, "ST_MinY"),
                (sa.func.max, "ST_MaxX"),
                (sa.func.max, "ST_MaxY"),
            )
        ]

    def gathered(self, numbers: sa.Select[tuple[int]]) -> sa.ColumnElement[object]:
        """As text with commas."""
        found = numbers.subquery()
        return sa.select(sa.func.group_concat(found.c[0])).scalar_subquery()

    def numbers(self, value: object) -> list[int]:
        """The numbers in the text; none where it is null."""
        return list(map(int, str(value).split(","))) if value else []

    def among(self, column: sa.ColumnElement[int], name: str) -> sa.ColumnElement[bool]:
        """By a JSON list, since SQLite binds no arrays."""
        listed = sa.func.json_each(sa.bindparam(name, type_=sa.Text())).table_valued("value")
        return column.in_(sa.select(listed.c.value))

    def bound_numbers(self, numbers: Sequence[int]) -> object:
        """A JSON list."""
        return f"[{','.join(map(str, numbers))}]"

    def connect(self, engine: sa.Engine) -> Any:  # a connection of the driver
        """A connection outside the pool."""
        held = engine.raw_connection()
        held.detach()
        return held.dbapi_connection

    def run(self, connection: Any, text: str, values: Mapping[str, object]) -> list[tuple[Any, ...]]:  # as above
        """By the driver's own cache of prepared statements."""
        if connection.place is not None:
            connection.place.check()
        connection.grant(self._seconds)
        try:
            rows: list[tuple[Any, ...]] = connection.execute(text, values).fetchall()
        except sqlite3.OperationalError as error:
            raise given_up(error, self._seconds) or error from error
        return rows

    def give_up_after(self, engine: sa.Engine, seconds: int) -> None:
        """By a clock that every connection looks at; a transaction has the time of a statement."""
        self._seconds = seconds
        sa.event.listen(engine, "begin", self._granted)
        sa.event.listen(engine, "handle_error", self._refused)

    @contextmanager
    def hurried(self, connection: sa.Connection) -> Iterator[None]:
        """By SQLite's own clock, which the connection gets back."""
        connection.exec_driver_sql("PRAGMA busy_timeout = 0")
        try:
            yield
        finally:
            connection.exec_driver_sql(f"PRAGMA busy_timeout = {BUSY_S * 1000:.0f}")

    def _granted(self, connection: sa.Connection) -> None:
        connection.connection.driver_connection.grant(self._seconds)  # type: ignore[union-attr]  # it is there

    def _refused(self, context: sa.ExceptionContext) -> RequestError | None:
        return given_up(context.original_exception, self._seconds)

    def prepare(self, connection: sa.Connection, tables: Sequence[sa.Table]) -> None:
        """Makes the file's own tables too where it is new."""
        present = set(sa.inspect(connection).get_table_names())
        if "gpkg_contents" not in present:
            for statement in geopackage.EMPTY:
                connection.exec_driver_sql(statement)
        if self.tables.plans in tables and "gridplan_schema" not in present:
            connection.exec_driver_sql("CREATE TABLE gridplan_schema (version TEXT NOT NULL)")
            connection.execute(sa.text("INSERT INTO gridplan_schema VALUES (:version)"), {"version": SCHEMA})
        made = [table for table in tables if table.name not in present]
        for table in made:
            create_layer(connection, table)
            for statement in self._triggers(table):
                connection.exec_driver_sql(statement)
        if self.tables.records["registers"] in tables and made:
            for statement in revisions.first_revisions(self.tables.registers):
                connection.exec_driver_sql(statement)

    def load(self, connection: sa.Connection, table: sa.Table, columns: Mapping[str, Sequence[object]]) -> None:
        """By one prepared statement."""
        marks = ", ".join("?" * len(columns))
        names = ", ".join(f'"{name}"' for name in columns)
        statement = f'INSERT INTO "{table.name}" ({names}) VALUES ({marks})'  # noqa: S608 - our own names
        connection.connection.cursor().executemany(statement, list(zip(*columns.values(), strict=True)))

    def load_many(
        self, connection: sa.Connection, table: sa.Table, columns: Mapping[str, Sequence[object]], shapes: np.ndarray
    ) -> None:
        """Without the triggers, whose work is done once for all rows."""
        bulk.load_many(connection, table, columns, shapes)

    def _triggers(self, table: sa.Table) -> list[str]:
        """What makes a revision grow and mends a row, whichever program changes the rows."""
        if table is self.tables.plan.get(table.name):
            return revisions.layer_triggers(table.name)
        if table is self.tables.incident_parts:
            return [revisions.all_parts("incidents")]
        if table is not self.tables.registers.get(table.name):
            return []
        times = [column.name for column in REGISTERS[table.name].columns if column.kind == "time"]
        mended = [statement for name in times for statement in revisions.time_triggers(table.name, name)]
        parts = revisions.part_triggers(table.name) if table.name == "incidents" else []
        return [*revisions.register_triggers(table.name), *mended, *parts]

    def has(self, connection: sa.Connection, table: sa.Table) -> bool:
        """Whether the file has it; a plan bundle has no tables of towns."""
        return sa.inspect(connection).has_table(table.name)

    def note(self, connection: sa.Connection, table: sa.Table, geometries: np.ndarray) -> None:
        """Refuses types that the layer was not declared for, and widens the extent of the layer.

        Raises
        ------
        StoreError
            GP410 a geometry type that the file does not take.
        """
        declared = connection.scalar(
            sa.text("SELECT geometry_type_name FROM gpkg_geometry_columns WHERE table_name = :name"), {"name": table.name}
        )
        found = {str(geometry.geom_type).upper() for geometry in geometries if geometry is not None}
        if declared != "GEOMETRY" and found - {declared}:
            raise StoreError("GP410", layer=table.name, found=", ".join(sorted(found)), declared=str(declared))
        real = geometries[~(shapely.is_missing(geometries) | shapely.is_empty(geometries))]
        if len(real):
            west, south, east, north = shapely.total_bounds(real).tolist()
            widen = (
                "UPDATE gpkg_contents SET min_x = min(coalesce(min_x, :w), :w), min_y = min(coalesce(min_y, :s), :s),"
                " max_x = max(coalesce(max_x, :e), :e), max_y = max(coalesce(max_y, :n), :n) WHERE table_name = :name"
            )
            connection.execute(sa.text(widen), {"w": west, "s": south, "e": east, "n": north, "name": table.name})

    def version(self, connection: sa.Connection) -> str | None:
        """What the file says of itself."""
        if not sa.inspect(connection).has_table("gridplan_schema"):
            return None
        found: str | None = connection.scalar(sa.text("SELECT version FROM gridplan_schema"))
        return found


def _near(table: sa.Table, west: Side, south: Side, east: Side, north: Side) -> sa.Select[tuple[int]]:
    """The rows whose box in the R-tree shares a point with this one."""
    tree = sa.table(geopackage.index_name(table.name), *map(sa.column, ("id", "minx", "maxx", "miny", "maxy")))
    return sa.select(tree.c.id).where(tree.c.maxx >= west, tree.c.minx <= east, tree.c.maxy >= south, tree.c.miny <= north)


def create_layer(connection: sa.Connection, table: sa.Table) -> None:
    """Makes one table of a GeoPackage, with its indexes, its entry in the contents and its R-tree."""
    connection.execute(sa.schema.CreateTable(table))
    for index in sorted(table.indexes, key=lambda item: str(item.name)):
        if GEOMETRY not in index.columns:
            connection.execute(sa.schema.CreateIndex(index))
    kind = table.c[GEOMETRY].type if GEOMETRY in table.c else None
    for statement in geopackage.layer_statements(table.name, kind.geometry_type if isinstance(kind, _Blob) else None):
        connection.exec_driver_sql(statement)
