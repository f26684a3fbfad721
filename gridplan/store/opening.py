"""Opens a store."""

import os
from pathlib import Path

from gridplan.errors import StoreError
from gridplan.store.database import Database, refusals
from gridplan.store.dialects import WRITE, Dialect, GeoPackage, geopackage_engine
from gridplan.store.store import MEMORY, Store
from gridplan.store.tables import BEFORE, SCHEMA
from gridplan.store.upgrading import upgrade_file


def open_store(where: str | Path, *, create: bool = True, read_only: bool = False, memory: int = MEMORY) -> Store:
    """The store at a database URL or in a GeoPackage file.

    Parameters
    ----------
    where : ``postgresql://user:password@host/database``, or the path of a ``.gpkg`` file (a plan bundle is one).
    create : make the tables, and the file, where there are none.
    read_only : open a file for reading alone; it is then not changed by a byte. So is a file that may not be written.
    memory : bytes of what is kept to answer from: texts of features, indexes of layers that boxes are often asked of, tiles.

    Raises
    ------
    StoreError
        GP403 no store of gridplan; GP404 tables of another version; GP405 the database refused; GP412 psycopg
        is not installed.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder, open_store(f"{folder}/plans.gpkg") as store:
    ...     store.plans()
    []
    """
    if isinstance(where, str) and "://" in where:
        from gridplan.store.server import open_server  # geoalchemy2, alembic, psycopg: no file needs them

        return open_server(where, create=create, memory=memory)
    path = Path(where)
    fresh = not path.exists() or (path.is_file() and not path.stat().st_size)
    if fresh and (read_only or not create):
        raise StoreError("GP403", where=str(path), why="the file is missing or empty")
    dialect = GeoPackage()
    found = SCHEMA if fresh else check_file(path, dialect)
    writable = not read_only and os.access(path.parent, os.W_OK) and (fresh or os.access(path, os.W_OK))
    if fresh and not writable:
        raise StoreError("GP405", where=str(path), why="its folder is missing or not writable")
    if writable:
        if found in BEFORE:
            upgrade_file(path, found)
        prepare_file(path, dialect)
        engine = geopackage_engine(path, "serve")
    else:
        engine = geopackage_engine(path, "read", temporary=dialect.tables.service())
    return Store(Database(str(path), engine, dialect, path=path, writable=writable), memory=memory)


def prepare_file(path: Path, dialect: Dialect) -> None:
    """Makes what tables are missing, in the file itself before anyone opens it with a write-ahead log."""
    engine = geopackage_engine(path, "make")
    try:
        with refusals(str(path)), engine.execution_options(**{WRITE: True}).begin() as connection:
            dialect.prepare(connection, [*dialect.tables.bundle(), *dialect.tables.service()])
    finally:
        engine.dispose()


def check_file(path: Path, dialect: Dialect) -> str:
    """The version of a file that is a store or plan bundle which can be read; it is not changed by a byte.

    Raises
    ------
    StoreError
        GP403 it is none; GP404 it is of another version.
    """
    if not path.is_file():
        raise StoreError("GP403", where=str(path), why="it is no file")
    engine = geopackage_engine(path, "read")
    try:
        with refusals(str(path)), engine.begin() as connection:
            found = dialect.version(connection)
    finally:
        engine.dispose()
    if found is None:
        raise StoreError("GP403", where=str(path), why="it has no plans; is it a town bundle or another program's file?")
    if found not in (*BEFORE, SCHEMA):
        remedy = "Read it with the gridplan that wrote it, and plan again with this one."
        raise StoreError("GP404", where=str(path), found=found, needed=SCHEMA, remedy=remedy)
    return found
