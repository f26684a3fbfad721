"""Brings a GeoPackage of an earlier revision to this program's; the tables of a database server have migrations."""

from contextlib import closing
from pathlib import Path

from sqlalchemy.engine.interfaces import DBAPICursor

from gridplan.store.database import refusals
from gridplan.store.dialects import geopackage_engine, revisions
from gridplan.store.tables import SCHEMA

_STATES = ("'draft', 'adopted', 'archived'", "'draft', 'submitted', 'approved', 'adopted', 'archived'")
#: What incidents got in 0008.
_COLUMNS = (
    "rejected_at TEXT",
    "escalated_at TEXT",
    "due_at TEXT",
    "handler TEXT CONSTRAINT ck_incidents_handler CHECK (handler IN ('grid', 'community', 'town', 'county'))",
    "satisfaction INTEGER CONSTRAINT ck_incidents_satisfaction CHECK (satisfaction BETWEEN 1 AND 5)",
    "address TEXT",
)
_TIMES = ("rejected_at", "escalated_at", "due_at")


def upgrade_file(path: Path, found: str) -> None:
    """Lets a file of the revision ``found`` hold what it may hold now; nothing that is in it changes.

    Tables that it lacks are made as they are in any file that is opened for writing.
    """
    engine = geopackage_engine(path, "make")
    try:
        with refusals(str(path)), closing(engine.raw_connection()) as held:
            cursor = held.cursor()
            cursor.execute("BEGIN IMMEDIATE")
            if cursor.execute("SELECT version FROM gridplan_schema").fetchone() != (found,):
                return  # another program upgraded it meanwhile
            if found < "0007":
                _review(cursor)
            _casework(cursor)
            cursor.execute("UPDATE gridplan_schema SET version = ?", (SCHEMA,))
            cursor.execute("COMMIT")
    finally:
        engine.dispose()


def _review(cursor: DBAPICursor) -> None:
    """0007: more states of plans; an index of the edit log.

    A check cannot be altered by SQL: its text is put into the schema, as SQLite describes for changes that no row contradicts
    (https://www.sqlite.org/lang_altertable.html#otheralter).
    """
    (version,) = cursor.execute("PRAGMA schema_version").fetchone()
    cursor.execute("PRAGMA writable_schema = ON")
    cursor.execute("UPDATE sqlite_master SET sql = replace(sql, ?, ?) WHERE type = 'table' AND name = 'plans'", _STATES)
    cursor.execute(f"PRAGMA schema_version = {version + 1}")
    cursor.execute("PRAGMA writable_schema = OFF")
    if _there(cursor, "edits"):
        cursor.execute("CREATE INDEX IF NOT EXISTS ix_edits_scope ON edits (scope, fid)")


def _casework(cursor: DBAPICursor) -> None:
    """0008: columns and indexes of incidents; a plan bundle has no incidents yet."""
    if not _there(cursor, "incidents"):
        return
    cursor.execute("CREATE INDEX IF NOT EXISTS ix_edits_item ON edits (scope, item, fid)")
    for column in _COLUMNS:
        cursor.execute(f"ALTER TABLE incidents ADD COLUMN {column}")
    for statement in ("CREATE INDEX ix_incidents_due ON incidents (stage, due_at)", *revisions.part_triggers("incidents")):
        cursor.execute(statement)
    for name in _TIMES:
        for statement in revisions.time_triggers("incidents", name):
            cursor.execute(statement)


def _there(cursor: DBAPICursor, table: str) -> bool:
    return cursor.execute("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?", (table,)).fetchone() is not None
