"""PostGIS: geometry, box filter, versions, connections."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any, cast

import numpy as np
import shapely
import sqlalchemy as sa
from geoalchemy2 import Geometry

from gridplan.errors import RequestError, StoreError
from gridplan.store import geopackage
from gridplan.store.dialects.model import Box, Lost, Predicate, common_type
from gridplan.store.dialects.scalars import Element, Scalar, in_postgis, like_pattern
from gridplan.store.tables import GEOMETRY, Tables, build_tables

#: Connections for transactions, and the seconds that one waits for one; reading has one more for each thread that reads.
POOL, POOL_S = 5, 10.0
#: What the pool notes of a connection: the seconds that its statements have.
_GRANTED = "granted_s"
_CANCELLED = "57014"
_LOCKED = "55P03"
#: Part of the time of a statement that it may wait for another program's lock.
_LOCKED_PART = 4


class _Wkb(Geometry):
    """A PostGIS geometry that takes and gives well-known binary."""

    cache_ok = True

    def bind_expression(self, bindvalue: sa.BindParameter[bytes]) -> sa.ColumnElement[object]:
        return sa.func.ST_GeomFromWKB(bindvalue, geopackage.SRS, type_=self)

    def column_expression(self, column: sa.ColumnElement[object]) -> sa.ColumnElement[bytes]:
        return sa.func.ST_AsBinary(column, type_=sa.LargeBinary())

    def bind_processor(self, dialect: sa.Dialect) -> None:
        return None

    def result_processor(self, dialect: sa.Dialect, coltype: object) -> None:
        return None


@cache
def _tables() -> Tables:
    """The tables, which nobody changes."""
    tables = build_tables(
        lambda _, contract: _Wkb(common_type(contract), srid=geopackage.SRS, spatial_index=False),
        new_id="gen_random_uuid()::text",
    )
    for table in tables.metadata.tables.values():
        if GEOMETRY in table.c:
            sa.Index(f"ix_{table.name}_{GEOMETRY}", table.c[GEOMETRY], postgresql_using="gist")
    return tables


class PostGIS:
    """The production store: a PostgreSQL database with PostGIS, its tables made by Alembic."""

    def __init__(self) -> None:
        self._seconds: int | None = None
        self.tables = _tables()

    def encode(self, geometries: np.ndarray) -> list[bytes | None]:
        """Well-known binary."""
        return list(shapely.to_wkb(geometries, byte_order=1))

    def load(self, connection: sa.Connection, table: sa.Table, columns: Mapping[str, Sequence[object]]) -> None:
        """By COPY; geometries go as hexadecimal EWKB, which is what the type reads."""
        import psycopg  # only this store needs it

        cursor = connection.connection.cursor()
        given = dict(columns)
        if GEOMETRY in given:
            known = np.array(given[GEOMETRY], dtype=object)
            shapes = shapely.set_srid(shapely.from_wkb(known), geopackage.SRS)
            given[GEOMETRY] = shapely.to_wkb(shapes, hex=True, byte_order=1, include_srid=True).tolist()
        names = ", ".join(f'"{name}"' for name in given)
        statement = f'COPY "{table.name}" ({names}) FROM STDIN'
        try:
            with cursor.copy(statement) as copy:
                for row in zip(*given.values(), strict=True):
                    copy.write_row(row)
        except psycopg.OperationalError as error:  # SQLAlchemy knows nothing of this statement
            raise self._told(error) or sa.exc.OperationalError(statement, None, error) from error

    def load_many(
        self, connection: sa.Connection, table: sa.Table, columns: Mapping[str, Sequence[object]], shapes: np.ndarray
    ) -> None:
        """Without the triggers where the tables are one's own, since they take ten times as long; their work is done once."""
        import psycopg

        try:
            with connection.begin_nested():
                connection.exec_driver_sql(f'ALTER TABLE "{table.name}" DISABLE TRIGGER USER')
        except sa.exc.ProgrammingError as error:
            if not isinstance(error.orig, psycopg.errors.InsufficientPrivilege):
                raise
            self.load(connection, table, columns)
            return
        self.load(connection, table, columns)
        connection.exec_driver_sql(f'ALTER TABLE "{table.name}" ENABLE TRIGGER USER')
        kept = self.tables.records["registers"]
        connection.execute(sa.update(kept).where(kept.c.name == table.name).values(revision=kept.c.revision + 1))

    def decode(self, values: Sequence[bytes | None]) -> np.ndarray:
        """From well-known binary."""
        return geopackage.read_shapes([None if value is None else bytes(value) for value in values])

    def box_values(self, box: Box) -> Mapping[str, object]:
        """The window's well-known binary."""
        return {"box": shapely.to_wkb(geopackage.window(*box))}

    def meets_box(self, table: sa.Table) -> sa.ColumnElement[bool]:
        """By the GiST index and then exactly."""
        asked = sa.func.ST_GeomFromWKB(sa.bindparam("box", type_=sa.LargeBinary()), geopackage.SRS)
        return sa.func.ST_Intersects(sa.literal_column(f"{table.name}.{GEOMETRY}"), asked, type_=sa.Boolean())

    def relates(self, table: sa.Table, predicate: Predicate, other: bytes | None, *, decides: bool) -> sa.ColumnElement[bool]:
        """By the function of PostGIS, which looks into the index itself where it may."""
        mine: Element = sa.literal_column(f"{table.name}.{GEOMETRY}")
        theirs = mine if other is None else sa.func.ST_GeomFromWKB(other, geopackage.SRS)
        return getattr(sa.func, f"ST_{predicate.capitalize()}")(mine, theirs, type_=sa.Boolean())  # type: ignore[no-any-return]  # by name

    def scalar(self, name: Scalar, *operands: Element) -> Element:
        """In SQL."""
        return in_postgis(name, *operands)

    def like(self, text: Element, pattern: str) -> sa.ColumnElement[bool]:
        """By LIKE."""
        made = like_pattern(pattern, any_text="%", any_one="_", escape=lambda one: f"\\{one}" if one in "%_\\" else one)
        return text.op("LIKE", is_comparison=True)(sa.bindparam(None, made, type_=sa.Text(), unique=True))

    def by_code_point(self, text: Element) -> Element:
        """By the collation of C."""
        return sa.collate(text, "C")

    def extent(self, table: sa.Table) -> Sequence[sa.ColumnElement[float]]:
        """By ST_Extent, whose box has 64-bit sides."""
        box = sa.func.ST_Extent(sa.literal_column(f"{table.name}.{GEOMETRY}"))
        return [getattr(sa.func, name)(box, type_=sa.Double()) for name in ("ST_XMin", "ST_YMin", "ST_XMax", "ST_YMax")]

    def gathered(self, numbers: sa.Select[tuple[int]]) -> sa.ColumnElement[object]:
        """As an array."""
        return sa.func.array(numbers.scalar_subquery())

    def numbers(self, value: object) -> list[int]:
        """The array as the driver gives it."""
        return cast("list[int]", value)

    def among(self, column: sa.ColumnElement[int], name: str) -> sa.ColumnElement[bool]:
        """By an array, so that the statement is the same for any number."""
        return column == sa.any_(sa.bindparam(name, type_=sa.ARRAY(sa.BigInteger())))

    def bound_numbers(self, numbers: Sequence[int]) -> object:
        """A list."""
        return list(numbers)

    def connect(self, engine: sa.Engine) -> Any:  # a connection of the driver
        """A connection that prepares a statement at its second run, each a transaction of its own."""
        import psycopg  # only this store needs it

        try:
            held = engine.raw_connection()
        except psycopg.OperationalError as error:  # told by the driver alone, where SQLAlchemy makes no statement
            raise sa.exc.OperationalError("connect", None, error) from error
        held.detach()
        connection: Any = held.dbapi_connection  # of psycopg, which has no stubs for what SQLAlchemy holds
        connection.autocommit = True
        connection.prepare_threshold = 1
        return connection

    def run(self, connection: Any, text: str, values: Mapping[str, object]) -> list[tuple[Any, ...]]:  # as above
        """By the binary protocol."""
        import psycopg  # only this store needs it

        try:
            with connection.cursor(binary=True) as cursor:
                cursor.execute(text, values)
                rows: list[tuple[Any, ...]] = cursor.fetchall()
                return rows
        except psycopg.OperationalError as error:
            if connection.closed:
                raise Lost(str(error).strip().partition("\n")[0]) from error
            raise self._told(error) or sa.exc.OperationalError(text, None, error) from error

    def give_up_after(self, engine: sa.Engine, seconds: int) -> None:
        """By PostgreSQL's own setting on every connection, when it is next taken."""
        self._seconds = seconds
        sa.event.listen(engine, "checkout", self._granted)
        sa.event.listen(engine, "handle_error", self._refused)

    @contextmanager
    def hurried(self, connection: sa.Connection) -> Iterator[None]:
        """By a lock_timeout of this transaction."""
        connection.exec_driver_sql("SET LOCAL lock_timeout = '1ms'")
        yield

    def _granted(self, connection: Any, record: sa.pool.ConnectionPoolEntry, proxy: object) -> None:  # of the driver
        if record.info.get(_GRANTED) == self._seconds:
            return
        connection.execute(f"SET statement_timeout = '{self._seconds}s'")
        # What waits for another program's lock ends well before its answer is due, so that nothing is done after "given up".
        connection.execute(f"SET lock_timeout = '{1000 * (self._seconds or 0) // _LOCKED_PART}ms'")
        connection.commit()
        record.info[_GRANTED] = self._seconds

    def _refused(self, context: sa.ExceptionContext) -> RequestError | None:
        return self._told(context.original_exception)

    def _told(self, error: BaseException) -> RequestError | None:
        """What is told of a statement that PostgreSQL broke off; None where it did not."""
        late = self._seconds is not None and getattr(error, "sqlstate", None) in (_CANCELLED, _LOCKED)
        return RequestError("GP557", seconds=self._seconds or 0) if late else None

    def prepare(self, connection: sa.Connection, tables: Sequence[sa.Table]) -> None:
        """Nothing: the migrations made them."""

    def has(self, connection: sa.Connection, table: sa.Table) -> bool:
        """Always, since the version was checked on opening."""
        return True

    def note(self, connection: sa.Connection, table: sa.Table, geometries: np.ndarray) -> None:
        """Nothing: the database knows types and extents itself."""

    def version(self, connection: sa.Connection) -> str | None:
        """Alembic's revision."""
        if connection.scalar(sa.text("SELECT to_regclass('alembic_version')")) is None:
            return None
        found: str | None = connection.scalar(sa.text("SELECT version_num FROM alembic_version"))
        return found


def postgis_engine(url: sa.URL) -> sa.Engine:
    """An engine on PostgreSQL by psycopg; it connects when it is first used."""
    return sa.create_engine(url, pool_pre_ping=True, pool_size=POOL, max_overflow=0, pool_timeout=POOL_S)


def postgis_url(where: str) -> sa.URL:
    """The URL with psycopg as its driver.

    Raises
    ------
    StoreError
        GP403 it is no URL of PostgreSQL; GP414 it is empty.
    """
    if not where:
        raise StoreError("GP414")
    try:
        url = sa.make_url(where)
    except sa.exc.ArgumentError as error:
        raise StoreError("GP403", where="the address", why="it is no database URL") from error
    if url.drivername not in ("postgresql", "postgres", "postgresql+psycopg"):
        raise StoreError("GP403", where=url.render_as_string(), why="only postgresql:// is known")
    return url.set(drivername="postgresql+psycopg")
