"""Brings a GeoPackage of the revision before to this program's; the tables of a database server have migrations."""

from contextlib import closing
from pathlib import Path

from gridplan.store.database import refusals
from gridplan.store.dialects import geopackage_engine
from gridplan.store.tables import BEFORE, SCHEMA

_STATES = ("'draft', 'adopted', 'archived'", "'draft', 'submitted', 'approved', 'adopted', 'archived'")


def upgrade_file(path: Path) -> None:
    """Lets the plans of a file of :data:`BEFORE` have the states that they may have now; nothing else in it changes.

    A check cannot be altered by SQL: its text is put into the schema, as SQLite describes for changes that no row contradicts
    (https://www.sqlite.org/lang_altertable.html#otheralter).
    """
    engine = geopackage_engine(path, "make")
    try:
        with refusals(str(path)), closing(engine.raw_connection()) as held:
            run = held.cursor().execute
            run("BEGIN IMMEDIATE")
            (version,) = run("PRAGMA schema_version").fetchone()
            run("PRAGMA writable_schema = ON")
            run("UPDATE sqlite_master SET sql = replace(sql, ?, ?) WHERE type = 'table' AND name = 'plans'", _STATES)
            run(f"PRAGMA schema_version = {version + 1}")
            run("PRAGMA writable_schema = OFF")
            if run("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'edits'").fetchone():
                run("CREATE INDEX IF NOT EXISTS ix_edits_scope ON edits (scope, fid)")
            run("UPDATE gridplan_schema SET version = ? WHERE version = ?", (SCHEMA, BEFORE))
            run("COMMIT")
    finally:
        engine.dispose()
