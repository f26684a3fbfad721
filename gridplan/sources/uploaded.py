"""A town bundle that somebody sent: looked at before any program opens it that would run what stands in it."""

import hashlib
import sqlite3
from contextlib import closing
from pathlib import Path

from gridplan.errors import InputError
from gridplan.sources.bundle import read_town
from gridplan.sources.town import Town

_BEGINS = b"SQLite format 3\x00"
_APPLICATION = b"GPKG"


def read_uploaded(path: Path) -> Town:
    """The town in a GeoPackage of unknown origin.

    Raises
    ------
    InputError
        GP108, GP144, GP145 as :func:`check_uploaded`; and those of ``read_town``.
    """
    check_uploaded(path)
    return read_town(path)


def check_uploaded(path: Path) -> None:
    """Nothing, where a GeoPackage of unknown origin may be opened.

    Raises
    ------
    InputError
        GP108 it is damaged; GP144 it is no GeoPackage; GP145 it has a view or virtual table, which could be code.
    """
    with path.open("rb") as file:
        head = file.read(100)
    if not head.startswith(_BEGINS) or head[68:72] != _APPLICATION:
        raise InputError("GP144", path=path.name)
    try:
        with closing(sqlite3.connect(path.resolve().as_uri() + "?mode=ro&immutable=1", uri=True)) as connection:
            connection.execute("PRAGMA trusted_schema = OFF")
            made = connection.execute("SELECT name, type, coalesce(sql, '') FROM sqlite_master").fetchall()
    except sqlite3.DatabaseError as error:
        raise InputError("GP108", path=path.name, why=str(error)) from error
    for name, kind, sql in made:
        virtual = sql.upper().startswith("CREATE VIRTUAL") and "USING RTREE" not in sql.upper()
        if kind == "view" or virtual:
            raise InputError("GP145", path=path.name, name=str(name)[:80])


def upload_name(path: Path) -> str:
    """The name that an uploaded town gets: the same for the same bytes, nothing of what the sender called it."""
    with path.open("rb") as file:
        return f"upload-{hashlib.file_digest(file, 'sha256').hexdigest()[:12]}"
