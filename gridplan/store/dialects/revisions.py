"""Triggers of a GeoPackage that make revisions grow whichever program changes a row, a GIS included.

Plain SQL, so that they run in every program. PostGIS gets the same from its migrations.
"""

from collections.abc import Iterable


def layer_triggers(table: str) -> list[str]:
    """The statements that make the revision of a plan grow with every change of its rows in ``table``."""
    owners = {"INSERT": "NEW.plan", "UPDATE": "OLD.plan, NEW.plan", "DELETE": "OLD.plan"}
    return [
        f'CREATE TRIGGER "revise_{table}_{event.lower()}" AFTER {event} ON "{table}"'  # noqa: S608 - our own names
        f" BEGIN UPDATE plans SET revision = revision + 1 WHERE id IN ({plans}); END"
        for event, plans in owners.items()
    ]


def register_triggers(table: str) -> list[str]:
    """The statements that make the revision of a register grow, and that of the row that was changed.

    A new row begins above every revision that the register has had, so that a row deleted and made again never has one
    that somebody knows. A row inserted without an id gets one; a DEFAULT that is an expression would do that in SQLite, but
    GDAL and QGIS write its text.
    """
    whole = [
        f'CREATE TRIGGER "revise_{table}_{event.lower()}" AFTER {event} ON "{table}"'  # noqa: S608 - our own names
        f" BEGIN UPDATE registers SET revision = revision + 1 WHERE name = '{table}'; END"
        for event in ("INSERT", "UPDATE", "DELETE")
    ]
    row = (
        f'CREATE TRIGGER "revise_{table}_row" AFTER UPDATE ON "{table}" WHEN NEW.revision = OLD.revision'  # noqa: S608
        f' BEGIN UPDATE "{table}" SET revision = OLD.revision + 1 WHERE fid = NEW.fid; END'
    )
    new = (
        f'CREATE TRIGGER "revise_{table}_new" AFTER INSERT ON "{table}" WHEN NEW.id IS NULL OR NEW.revision <= 1'  # noqa: S608 - as above
        f' BEGIN UPDATE "{table}" SET id = coalesce(id, lower(hex(randomblob(16)))),'
        f" revision = (SELECT revision FROM registers WHERE name = '{table}') + 1 WHERE fid = NEW.fid; END"
    )
    return [*whole, row, new]


def first_revisions(registers: Iterable[str]) -> list[str]:
    """The statements that give each register its first revision."""
    return [f"INSERT OR IGNORE INTO registers (name, revision) VALUES ('{name}', 1)" for name in registers]  # noqa: S608
