"""Connections to a GeoPackage file: to make it, to serve it, to read it."""

import sqlite3
import time
from collections.abc import Collection, Sequence
from contextlib import closing, suppress
from pathlib import Path
from typing import Literal

import sqlalchemy as sa
from sqlalchemy.dialects import sqlite

from gridplan.contracts import REGISTERS
from gridplan.store import geopackage
from gridplan.store.dialects import revisions, scalars
from gridplan.store.dialects.model import WRITE
from gridplan.store.dialects.place import Place
from gridplan.store.dialects.timed import BUSY_S, Timed
from gridplan.store.tables import GEOMETRY

Mode = Literal["make", "serve", "read", "bundle"]

_PAUSE_S = 0.01


def geopackage_engine(path: Path, mode: Mode, *, temporary: Sequence[sa.Table] = ()) -> sa.Engine:
    """An engine on one file: to make it, to serve it (write-ahead log: readers beside a writer), to read it, to make a bundle.

    A bundle is made in a temporary file that is thrown away on any fault, so it needs no journal. Tables of ``temporary`` that
    the file lacks are there for reading all the same, empty, in the connection alone. Where it is served or read, and another
    file takes its place, nothing more is read or written.
    """
    place = Place(path) if mode in ("serve", "read") else None
    lacking = _lacking(path, temporary)
    address = path.resolve().as_uri() + ("?mode=ro" if mode == "read" else "?mode=rwc")
    size = f"page_size = {geopackage.PAGE_SIZE}"
    pragmas = {
        "make": (size, "foreign_keys = ON"),
        "serve": (size, "foreign_keys = ON", "journal_mode = WAL"),
        "read": ("foreign_keys = ON",),
        "bundle": (size, "foreign_keys = ON", "journal_mode = OFF", "synchronous = OFF", "temp_store = MEMORY"),
    }[mode]

    def connect() -> sqlite3.Connection:
        # Transactions are begun by _begin: the driver's own do not hold for reads.
        if place is not None:
            place.check()
        connection = sqlite3.connect(
            address, uri=True, timeout=BUSY_S, isolation_level=None, check_same_thread=False, factory=Timed
        )
        connection.place = place
        geopackage.register(connection)
        scalars.register(connection)
        for pragma in pragmas:
            _patiently(connection, f"PRAGMA {pragma}")
        for statement in lacking:
            connection.execute(statement)
        return connection

    engine = sa.create_engine("sqlite://", creator=connect, poolclass=sa.QueuePool, paramstyle="named")
    sa.event.listen(engine, "begin", _begin)
    return engine


def _lacking(path: Path, tables: Sequence[sa.Table]) -> list[str]:
    """The statements that give one connection those of the tables, and of their columns, that the file lacks."""
    if not tables:
        return []
    with closing(sqlite3.connect(path.resolve().as_uri() + "?mode=ro", uri=True)) as connection:
        present = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
        columns = {
            table.name: {row[1] for row in connection.execute(f'PRAGMA table_info("{table.name}")')}
            for table in tables
            if table.name in present
        }
    made = [table for table in tables if table.name not in present]
    texts = [str(sa.schema.CreateTable(table).compile(dialect=sqlite.dialect())) for table in made]
    trees = [geopackage.tree_statement(table.name, temporary=True) for table in made if GEOMETRY in table.c]
    short = [table for table in tables if table.name in present and set(table.c.keys()) - columns[table.name]]
    views = [_widened(table, columns[table.name]) for table in short]
    filled = revisions.more_revisions(REGISTERS) if "registers" in present else revisions.first_revisions(REGISTERS)
    parts = [revisions.all_parts("incidents")] if "incidents" in present and "incident_parts" not in present else []
    return [*(text.replace("CREATE TABLE", "CREATE TEMP TABLE", 1) for text in texts), *trees, *views, *filled, *parts]


def _widened(table: sa.Table, present: Collection[str]) -> str:
    """The statement of a view that stands before a table of an earlier revision, with the columns that it lacks, empty."""
    columns = ", ".join(f'"{name}"' if name in present else f'NULL AS "{name}"' for name in table.columns.keys())  # noqa: SIM118 - of a collection
    return f'CREATE TEMP VIEW "{table.name}" AS SELECT {columns} FROM main."{table.name}"'  # noqa: S608 - our own names


def _patiently(connection: sqlite3.Connection, statement: str) -> None:
    """Runs a statement that SQLite refuses at once while another connection comes or goes, as a change of the journal is."""
    end = time.monotonic() + BUSY_S
    while True:
        try:
            connection.execute(statement)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > end:
                connection.close()
                raise
            time.sleep(_PAUSE_S)
        else:
            return


def _begin(connection: sa.Connection) -> None:
    place: Place | None = connection.connection.driver_connection.place  # type: ignore[union-attr]  # it is there
    if place is not None:
        place.check()
    writes = connection.get_execution_options().get(WRITE, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def settle(path: Path) -> None:
    """Leaves a file that was served without write-ahead log, unless another program still has it open."""
    connection = sqlite3.connect(path.resolve().as_uri() + "?mode=rw", uri=True, timeout=0.1)
    with closing(connection), suppress(sqlite3.OperationalError):
        connection.execute("PRAGMA journal_mode = DELETE")
