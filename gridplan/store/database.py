"""One open database: its transactions, and single statements on a connection of each thread's own."""

import sqlite3
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from gridplan.errors import RequestError, StoreError
from gridplan.store.dialects import WRITE, Dialect, Lost

#: What SQLite says of a file that is damaged, of another kind, or lacks a layer.
_NO_STORE = ("not a database", "malformed", "no such table", "no such column")

Values = Mapping[str, object]
Row = tuple[Any, ...]  # what a driver gives; the statement says what is in it


@dataclass(frozen=True)
class Statement:
    """A statement as the driver takes it, with the values that it was built with."""

    text: str
    values: Values


class Database:
    """An open database, shared by threads.

    :meth:`reading` and :meth:`writing` are transactions of SQLAlchemy. :meth:`row` and :meth:`rows` run one statement
    each, prepared once on a connection of the thread's own: a fifth of the time where a request is one statement.
    """

    def __init__(self, where: str, engine: sa.Engine, dialect: Dialect, *, path: Path | None, writable: bool) -> None:
        self.where = where
        self.engine = engine
        self.dialect = dialect
        self.path = path
        self.writable = writable
        self._own = threading.local()
        self._all: list[Any] = []
        self._lock = threading.Lock()

    @property
    def own(self) -> int:
        """How many threads have a connection of their own."""
        return len(self._all)

    def compile(self, statement: sa.Select[Any]) -> Statement:
        """The statement for :meth:`row` and :meth:`rows`."""
        made = statement.compile(dialect=self.engine.dialect, compile_kwargs={"render_postcompile": True})
        return Statement(str(made), dict(made.params))

    def row(self, statement: Statement, values: Values) -> Row | None:
        """The first row, or None."""
        found = self.rows(statement, values)
        return found[0] if found else None

    def rows(self, statement: Statement, values: Values) -> list[Row]:
        """All rows, as one state of the tables had them."""
        given = {**statement.values, **values}
        with refusals(self.where):
            try:
                return self._run(statement.text, given)
            except Lost:
                # The database was restarted, or the connection cut: once more on a new one.
                self._forget()
                return self._run(statement.text, given)

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """A transaction that sees one state of all tables."""
        options = {"isolation_level": "REPEATABLE READ"} if self.path is None else {}
        with refusals(self.where), self.engine.execution_options(**options).begin() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """A transaction that writes: whole or not at all.

        Raises
        ------
        StoreError
            GP409 the file is only open for reading.
        """
        if not self.writable:
            raise StoreError("GP409", where=self.where)
        with refusals(self.where), self.engine.execution_options(**{WRITE: True}).begin() as connection:
            yield connection

    @contextmanager
    def writing_unless_busy(self) -> Iterator[sa.Connection]:
        """A transaction for what need not be written: given up without a word where another one writes, or the disk is full."""
        with (
            suppress(StoreError, RequestError),
            refusals(self.where),
            self.engine.begin() as connection,
            self.dialect.hurried(connection),
        ):
            yield connection

    def close(self) -> None:
        """Closes every connection."""
        with self._lock:
            for connection in self._all:
                with suppress(Exception):  # one that is broken is closed enough
                    connection.close()
            self._all.clear()
        self.engine.dispose()

    def _run(self, text: str, values: Values) -> list[Row]:
        connection = getattr(self._own, "connection", None)
        if connection is None:
            connection = self._own.connection = self.dialect.connect(self.engine)
            with self._lock:
                self._all.append(connection)
        return self.dialect.run(connection, text, values)

    def _forget(self) -> None:
        connection = self._own.connection
        self._own.connection = None
        with self._lock:
            self._all.remove(connection)
        with suppress(Exception):  # it is broken already
            connection.close()


@contextmanager
def refusals(where: str) -> Iterator[None]:
    """Turns what a database says when it cannot work into a StoreError; faults of our own SQL stay what they are."""
    try:
        yield
    except sa.exc.DatabaseError as error:
        raise _told(where, error.orig, isinstance(error, sa.exc.OperationalError), error) from error
    except sa.exc.TimeoutError as error:
        raise StoreError("GP405", where=where, why="all connections are busy") from error
    except Lost as error:
        raise StoreError("GP405", where=where, why=str(error)) from error
    except sqlite3.DatabaseError as error:
        raise _told(where, error, isinstance(error, sqlite3.OperationalError), error) from error


def _told(where: str, said: BaseException | None, operational: bool, error: Exception) -> Exception:
    why = str(said).strip().partition("\n")[0]
    if any(sign in why for sign in _NO_STORE):
        return StoreError("GP403", where=where, why=why)
    return StoreError("GP405", where=where, why=why) if operational else error
