"""The store: saves plans and towns, and gives them back exactly as they were."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType
from typing import Self

import sqlalchemy as sa

from gridplan.errors import StoreError
from gridplan.plan.model import Plan
from gridplan.sources.town import Town
from gridplan.store import plans
from gridplan.store.dialects import WRITE, Box, Dialect, GeoPackage, PostGIS, geopackage_engine, postgis_engine, settle
from gridplan.store.features import FeaturePage, feature_page
from gridplan.store.migrate import migrate, postgis_url
from gridplan.store.plans import PlanInfo
from gridplan.store.tables import SCHEMA


class Store:
    """An open store, on PostGIS or on one GeoPackage file; made by :func:`open_store`, used with ``with``.

    Every method is one transaction: it happens whole or not at all, and a reader sees one state. The store may be
    shared by threads.
    """

    def __init__(self, where: str, engine: sa.Engine, dialect: Dialect, *, path: Path | None, writable: bool) -> None:
        self.where = where
        self._engine = engine
        self._dialect = dialect
        self._path = path
        self._writable = writable

    def save_plan(self, plan: Plan) -> None:
        """Saves the plan under its id; saving an equal plan again changes nothing.

        Raises
        ------
        StoreError
            GP402 another plan has this id; GP405 the database refused; GP409 the file is only open for reading;
            GP410 a geometry that does not fit.
        InputError
            GP102-GP107 a table of the plan breaks its contract.
        """
        try:
            with self._writing() as connection:
                known = plans.has_plan(connection, self._dialect, plan.id)
                if not known:
                    plans.insert_plan(connection, self._dialect, plan)
        except sa.exc.IntegrityError:
            known = True  # another writer saved it between the look and the insert
        if known and not plan.equals(self.load_plan(plan.id)):
            raise StoreError("GP402", plan=plan.id, where=self.where)

    def load_plan(self, plan_id: str) -> Plan:
        """The plan of that id, equal to the one saved.

        Raises
        ------
        StoreError
            GP401 no such plan; GP405 the database refused.
        """
        with self._reading() as connection:
            self._known(connection, plan_id)
            return plans.select_plan(connection, self._dialect, plan_id)

    def plans(self) -> list[PlanInfo]:
        """The plans of the store, in the order they were saved."""
        with self._reading() as connection:
            return plans.select_plans(connection, self._dialect)

    def delete_plan(self, plan_id: str) -> None:
        """Deletes the plan with all its rows.

        Raises
        ------
        StoreError
            GP401 no such plan; GP409 the file is only open for reading.
        """
        with self._writing() as connection:
            self._known(connection, plan_id)
            plans.delete_plan(connection, self._dialect, plan_id)

    def features(self, plan_id: str, layer: str, *, bbox: Box | None = None, limit: int = 1000, offset: int = 0) -> FeaturePage:
        """One page of a layer as GeoJSON, in the plan's order, the same bytes from both kinds of store.

        Parameters
        ----------
        layer : a name of ``gridplan.contracts.PLAN``.
        bbox : west, south, east, north in degrees; features sharing a point with it.
        limit, offset : at most so many features, after so many.

        Raises
        ------
        StoreError
            GP401 no such plan; GP408 no such layer; GP413 bbox, limit or offset out of range.
        """
        with self._reading() as connection:
            self._known(connection, plan_id)
            return feature_page(connection, self._dialect, plan_id, layer, bbox=bbox, limit=limit, offset=offset)

    def save_town(self, name: str, town: Town) -> None:
        """Saves the town under ``name``, in EPSG:4326; saving it again under the same name replaces it."""
        with self._writing() as connection:
            if name in plans.select_towns(connection, self._dialect):
                plans.delete_town(connection, self._dialect, name)
            plans.insert_town(connection, self._dialect, name, town)

    def load_town(self, name: str) -> Town:
        """The town saved under ``name``, in EPSG:4326, its tables conforming to ``gridplan.contracts.TOWN``.

        Raises
        ------
        StoreError
            GP411 no such town.
        """
        with self._reading() as connection:
            known = plans.select_towns(connection, self._dialect)
            if name not in known:
                raise StoreError("GP411", town=name, where=self.where, known=", ".join(known) or "-")
            return plans.select_town(connection, self._dialect, name)

    def towns(self) -> list[str]:
        """The names of the towns saved, in the order they were saved."""
        with self._reading() as connection:
            return plans.select_towns(connection, self._dialect)

    def close(self) -> None:
        """Closes every connection; a file is left as one file, without write-ahead log."""
        self._engine.dispose()
        if self._path is not None and self._writable:
            settle(self._path)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def _known(self, connection: sa.Connection, plan_id: str) -> None:
        if not plans.has_plan(connection, self._dialect, plan_id):
            known = ", ".join(info.id for info in plans.select_plans(connection, self._dialect))
            raise StoreError("GP401", plan=plan_id, where=self.where, known=known or "-")

    @contextmanager
    def _reading(self) -> Iterator[sa.Connection]:
        """A transaction that sees one state of all tables."""
        options = {"isolation_level": "REPEATABLE READ"} if self._path is None else {}
        with refusals(self.where), self._engine.execution_options(**options).begin() as connection:
            yield connection

    @contextmanager
    def _writing(self) -> Iterator[sa.Connection]:
        if not self._writable:
            raise StoreError("GP409", where=self.where)
        with refusals(self.where), self._engine.execution_options(**{WRITE: True}).begin() as connection:
            yield connection


#: What SQLite says of a file that is damaged, of another kind, or lacks a layer.
_NO_STORE = ("not a database", "malformed", "no such table", "no such column")


@contextmanager
def refusals(where: str) -> Iterator[None]:
    """Turns what a database says when it cannot work into a StoreError; faults of our own SQL stay what they are."""
    try:
        yield
    except sa.exc.DatabaseError as error:
        why = str(error.orig).strip().partition("\n")[0]
        if any(sign in why for sign in _NO_STORE):
            raise StoreError("GP403", where=where, why=why) from error
        if isinstance(error, sa.exc.OperationalError):
            raise StoreError("GP405", where=where, why=why) from error
        raise


def open_store(where: str | Path, *, create: bool = True, read_only: bool = False) -> Store:
    """The store at a database URL or in a GeoPackage file.

    Parameters
    ----------
    where : ``postgresql://user:password@host/database``, or the path of a ``.gpkg`` file (a plan bundle is one).
    create : make the tables, and the file, where there are none.
    read_only : open a file for reading alone; it is then not changed by a byte. So is a file that may not be written.

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
        return _open_postgis(where, create=create)
    path = Path(where)
    fresh = not path.exists() or (path.is_file() and not path.stat().st_size)
    if fresh and (read_only or not create):
        raise StoreError("GP403", where=str(path), why="the file is missing or empty")
    dialect = GeoPackage()
    if not fresh:
        check_file(path, dialect)
    writable = not read_only and os.access(path.parent, os.W_OK) and (fresh or os.access(path, os.W_OK))
    if fresh and not writable:
        raise StoreError("GP405", where=str(path), why="its folder is missing or not writable")
    if fresh:
        make_file(path, dialect)
    return Store(str(path), geopackage_engine(path, "serve" if writable else "read"), dialect, path=path, writable=writable)


def make_file(path: Path, dialect: Dialect) -> None:
    """Makes an empty store of the file, whole in the file itself before anyone opens it with a write-ahead log."""
    engine = geopackage_engine(path, "make")
    try:
        with refusals(str(path)), engine.execution_options(**{WRITE: True}).begin() as connection:
            dialect.prepare(connection, [dialect.tables.plans, *dialect.tables.plan.values()])
    finally:
        engine.dispose()


def check_file(path: Path, dialect: Dialect) -> None:
    """Nothing, where the file is a store or plan bundle of this version; it is not changed by a byte.

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
    if found != SCHEMA:
        remedy = "Read it with the gridplan that wrote it, and plan again with this one."
        raise StoreError("GP404", where=str(path), found=found, needed=SCHEMA, remedy=remedy)


def _open_postgis(where: str, *, create: bool) -> Store:
    if find_spec("psycopg") is None:
        raise StoreError("GP412")
    url = postgis_url(where)
    label = url.render_as_string(hide_password=True)
    engine, dialect = postgis_engine(url), PostGIS()
    try:
        with refusals(label):
            with engine.begin() as connection:
                found = dialect.version(connection)
            if found is None and create:
                found = migrate(where)
        if found != SCHEMA:
            raise StoreError("GP404", where=label, found=found or "none", needed=SCHEMA, remedy="Run gridplan migrate.")
    except StoreError:
        engine.dispose()
        raise
    return Store(label, engine, dialect, path=None, writable=True)
