"""Triggers of a GeoPackage that make revisions grow, and mend what is missing, whichever program changes a row, a GIS included.

Plain SQL, so that they run in every program. PostGIS gets the same from its migrations.
"""

from collections.abc import Iterable

from gridplan.store.tables import PART_BITS


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
        f'CREATE TRIGGER "revise_{table}_row" AFTER UPDATE ON "{table}" WHEN NEW.revision IS NULL OR NEW.revision = OLD.revision'  # noqa: S608
        f' BEGIN UPDATE "{table}" SET revision = OLD.revision + 1 WHERE fid = NEW.fid; END'
    )
    new = (
        f'CREATE TRIGGER "revise_{table}_new" AFTER INSERT ON "{table}"'  # noqa: S608 - as above
        " WHEN NEW.id IS NULL OR coalesce(NEW.revision, 1) <= 1"
        f' BEGIN UPDATE "{table}" SET id = coalesce(id, lower(hex(randomblob(16)))),'
        f" revision = (SELECT revision FROM registers WHERE name = '{table}') + 1 WHERE fid = NEW.fid; END"
    )
    return [*whole, row, new]


def part_triggers(table: str) -> list[str]:
    """The statements that make the revision of a part of a register grow with every change of its rows; see ``incident_columns``.

    Without an upsert, since the policy of the statement that fires a trigger stands before that of the trigger's own.
    """
    rows = {"INSERT": ("NEW",), "UPDATE": ("OLD", "NEW"), "DELETE": ("OLD",)}
    changed = " ".join(
        (
            "UPDATE incident_parts SET revision = revision + 1, packed = NULL WHERE part = {row}.fid >> {bits};",
            "INSERT INTO incident_parts (part, revision) SELECT {row}.fid >> {bits}, 1"
            " WHERE NOT EXISTS (SELECT 1 FROM incident_parts WHERE part = {row}.fid >> {bits});",
        )
    )
    return [
        f'CREATE TRIGGER "part_{table}_{event.lower()}" AFTER {event} ON "{table}"'
        f" BEGIN {' '.join(changed.format(row=row, bits=PART_BITS) for row in changing)} END"
        for event, changing in rows.items()
    ]


def all_parts(table: str) -> str:
    """The statement that gives the parts of a register that has rows already their first revision."""
    return (
        f"INSERT INTO incident_parts (part, revision) SELECT DISTINCT fid >> {PART_BITS}, 1"  # noqa: S608 - our own names
        f' FROM main."{table}"'
    )


def time_triggers(table: str, column: str) -> list[str]:
    """The statements that write times as the contract has them, whatever form another program gave them.

    GDAL has 2026/03/01 16:30:00.25+08 for 2026-03-01T08:30:00.25Z. What is no time, or has no zone, is refused.
    """
    given, whole = f"NEW.{column}", "'%Y-%m-%dT%H:%M:%S'"
    rest, zoned = f"substr({given}, 20)", "ltrim(substr({0}, 2), '0123456789')"
    right = (
        f"substr({given}, 1, 19) IS strftime({whole}, substr({given}, 1, 19), '+0 days') AND {given} >= '0001'"
        f" AND ({rest} = 'Z' OR {rest} GLOB '.[0-9]*' AND {zoned.format(rest)} = 'Z')"
    )
    # base: to the second, in its own zone; part: .25; zone: what follows. Without a shift SQLite takes 30 February as it is.
    parted = (
        f"SELECT CASE WHEN {given} GLOB '????[-/]??[-/]??[Tt ]*' THEN"
        f" replace(substr({given}, 1, 10), '/', '-') || 'T' || substr({given}, 12, 8) END AS base,"
        f" CASE WHEN {rest} GLOB '.[0-9]*'"
        f" THEN substr({rest}, 1, length({rest}) - length({zoned.format(rest)})) ELSE '' END AS part,"
        f" upper(CASE WHEN {rest} GLOB '.[0-9]*' THEN {zoned.format(rest)} ELSE {rest} END) AS zone"
    )
    shifted = (
        "SELECT base, part, CASE WHEN zone = 'Z' THEN '+00:00' WHEN zone GLOB '[+-][01][0-9]' THEN zone || ':00'"  # noqa: S608 - our own names
        " WHEN zone GLOB '[+-][01][0-9][0-5][0-9]' THEN substr(zone, 1, 3) || ':' || substr(zone, 4)"
        f" WHEN zone GLOB '[+-][01][0-9]:[0-5][0-9]' THEN zone END AS zone FROM ({parted})"
    )
    made = (
        f"SELECT strftime({whole}, base || zone) || part || 'Z' AS made FROM ({shifted})"  # noqa: S608 - as above
        f" WHERE base = strftime({whole}, base, '+0 days') AND base >= '0001' AND substr(zone, 2) < '14:60'"
    )
    found = f"(SELECT made FROM ({made}) WHERE made >= '0001')"  # noqa: S608 - as above
    said = f"{table}.{column}: a time with its zone is needed, such as 2026-03-01T08:30:00Z"
    return [
        f'CREATE TRIGGER "time_{table}_{column}_{event.partition(" ")[0].lower()}" AFTER {event} ON "{table}"'  # noqa: S608 - as above
        f" WHEN {given} IS NOT NULL AND NOT coalesce({right}, 0)"
        f" BEGIN SELECT RAISE(ABORT, '{said}') WHERE {found} IS NULL;"
        f' UPDATE "{table}" SET {column} = {found} WHERE fid = NEW.fid; END'
        for event in ("INSERT", f"UPDATE OF {column}")
    ]


def first_revisions(registers: Iterable[str]) -> list[str]:
    """The statements that give each register its first revision."""
    return [f"INSERT OR IGNORE INTO registers (name, revision) VALUES ('{name}', 1)" for name in registers]  # noqa: S608


def more_revisions(registers: Iterable[str]) -> list[str]:
    """The statement that gives registers that a file of an earlier revision does not know theirs, for one connection."""
    known = " UNION ALL ".join(f"SELECT '{name}' AS name" for name in registers)
    return [
        "CREATE TEMP VIEW registers AS SELECT fid, name, revision FROM main.registers UNION ALL"  # noqa: S608 - our own names
        f" SELECT NULL, name, 1 FROM ({known}) WHERE name NOT IN (SELECT name FROM main.registers)"
    ]
