"""What a service needs: registers, adoptions, the edit log, jobs, tokens; revisions that every change makes grow.

The order of pages (plan, fid), the community of each row, and a number for rows that no single column identifies.
"""

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry

revision = "0005"
down_revision = "0004"

# ruff: noqa: S608 - every name in a statement here is our own

# Layer: (whether it had an index on plan alone, how its community is found, whether its rows need a number)
GRID = "SELECT community FROM grids WHERE grids.plan = {0}.plan AND grids.code = {0}.grid"
UNIT = (
    "SELECT grids.community FROM grids JOIN units ON units.plan = grids.plan AND units.grid = grids.code"
    " WHERE grids.plan = {0}.plan"
)
ZONE = (
    "SELECT coalesce((SELECT community FROM grids WHERE grids.plan = {0}.plan AND grids.code = {0}.{1}), "
    "(" + UNIT + " AND units.code = {0}.{1}), "
    "(SELECT code FROM communities WHERE communities.plan = {0}.plan AND communities.code = {0}.{1}))"
)
LAYERS = {
    "areas": (False, None, False),
    "communities": (False, "{0}.code", False),
    "grids": (False, None, False),
    "units": (False, GRID, False),
    "buildings": (False, GRID, False),
    "sections": (False, UNIT + " AND units.code = {0}.unit", False),
    "nodes": (False, GRID, False),
    "posts": (False, ZONE.replace("{1}", "zone"), True),
    "findings": (True, ZONE.replace("{1}", "zone"), True),
    "lineage": (True, ZONE.replace("{1}", "new"), True),
    "voided": (False, ZONE.replace("{1}", "parent"), True),
    "meta": (False, None, False),
    "report": (True, None, True),
}
TEXT, WHOLE, REAL = sa.Text, sa.BigInteger, sa.Double
STAGES = "'collected', 'accepted', 'dispatched', 'handled', 'closed', 'rejected'"

# Table: (geometry, key, columns "name kind", a ? where it may be empty, then a check)
REGISTERS = {
    "services": ("POINT", "id", "id text; name text?; kind text; capacity float? >= 0; address text?"),
    "incidents": (
        "POINT",
        "id",
        f"id text; kind text; stage text IN ({STAGES}); reported_at text; accepted_at text?; dispatched_at text?;"
        "handled_at text?; closed_at text?; outcome text?; grid text?; source text?",
    ),
    "staff": (None, "id", "id text; name text; phone text?; post text; grid text?; organisation text?"),
}
INCIDENT_TIMES = ("reported_at", "accepted_at", "dispatched_at", "handled_at", "closed_at")
RECORDS = {
    "registers": (None, "name", "name text; revision int >= 1"),
    "adoptions": (None, "", "community text; plan text; at text; who text; note text?"),
    "edits": (
        None,
        "",
        "at text; who text; role text; scope text; item text?; operation text; revision int >= 1; before text?; after text?;"
        "note text?",
    ),
    "jobs": (
        None,
        "id",
        "id text; kind text; state text IN ('queued', 'running', 'done', 'failed', 'cancelled'); progress float >= 0;"
        "message text?; params text; result text?; who text; created_at text; started_at text?; ended_at text?;"
        "owner text?; heartbeat_at text?;"
        "cancel bool",
    ),
    "tokens": (
        None,
        "id",
        "id text; name text; role text IN ('viewer', 'planner', 'admin'); hash text; created_at text; expires_at text?;"
        "revoked_at text?",
    ),
}
KINDS = {"text": sa.Text, "int": sa.BigInteger, "float": sa.Double, "bool": sa.Boolean}

# What changed, by event: the rows before, after, or both.
REVISE_PLAN = """
CREATE FUNCTION gridplan_revise_plan_{event}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE plans SET revision = revision + 1 WHERE id IN ({changed});
  RETURN NULL;
END $$
"""
REVISE_REGISTER = """
CREATE FUNCTION gridplan_revise_register() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE registers SET revision = revision + 1 WHERE name = TG_TABLE_NAME;
  RETURN NULL;
END $$
"""
REVISE_ROW = """
CREATE FUNCTION gridplan_revise_row() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    -- Above every revision that the register has had, so that a row made again has none that somebody knows.
    NEW.revision := (SELECT revision FROM registers WHERE name = TG_TABLE_NAME) + 1;
    NEW.id := coalesce(NEW.id, gen_random_uuid()::text);
  ELSE
    NEW.revision := OLD.revision + 1;
  END IF;
  RETURN NEW;
END $$
"""
# GDAL has 2026/03/01 16:30:00.25+08 for 2026-03-01T08:30:00.25Z. What is no time, or has no zone, is refused.
TIME = """
CREATE FUNCTION gridplan_time(given text, place text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
  parts text[] := regexp_match(given, '^([0-9]{4})[-/]([0-9]{2})[-/]([0-9]{2})[Tt ]([0-9]{2}:[0-9]{2}:[0-9]{2})([.][0-9]+)?'
    '(?:[Zz]|([+-])(0[0-9]|1[0-4]):?([0-5][0-9])?)$');
  base text := parts[1] || '-' || parts[2] || '-' || parts[3] || 'T' || parts[4];
  made text;
BEGIN
  IF given IS NULL THEN
    RETURN NULL;
  END IF;
  BEGIN
    IF to_char(base::timestamp, 'YYYY-MM-DD"T"HH24:MI:SS') = base THEN
      made := to_char(
        base::timestamp - coalesce((parts[6] || parts[7] || ':' || coalesce(parts[8], '00'))::interval, '0'::interval),
        'YYYY-MM-DD"T"HH24:MI:SS BC');
    END IF;
  EXCEPTION WHEN data_exception THEN
    made := NULL;
  END;
  IF made IS NULL OR made !~ '^.{19} AD$' THEN
    RAISE check_violation USING MESSAGE = place || ': a time with its zone is needed, such as 2026-03-01T08:30:00Z';
  END IF;
  RETURN left(made, 19) || coalesce(parts[5], '') || 'Z';
END $$
"""
TIMES = """
CREATE FUNCTION gridplan_times_{table}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  {assigned}
  RETURN NEW;
END $$
"""
EVENTS = {
    "insert": ("REFERENCING NEW TABLE AS now", "SELECT plan FROM now"),
    "update": ("REFERENCING OLD TABLE AS was NEW TABLE AS now", "SELECT plan FROM was UNION SELECT plan FROM now"),
    "delete": ("REFERENCING OLD TABLE AS was", "SELECT plan FROM was"),
    "truncate": ("", "SELECT id FROM plans"),  # which rows there were nobody says
}


def upgrade():
    op.add_column("plans", sa.Column("state", TEXT, nullable=False, server_default="draft"))
    op.add_column("plans", sa.Column("revision", WHOLE, nullable=False, server_default="1"))
    for name in ("state", "revision"):
        op.alter_column("plans", name, server_default=None)
    op.create_check_constraint("ck_plans_state", "plans", "state IN ('draft', 'adopted', 'archived')")
    op.create_check_constraint("ck_plans_revision", "plans", "revision >= 1")
    for name, layer in LAYERS.items():
        _extend(name, *layer)
    for name, table in {**REGISTERS, **RECORDS}.items():
        _create(name, *table)
    for name in REGISTERS:
        op.execute(f"INSERT INTO registers (name, revision) VALUES ('{name}', 1)")
    for event, (_, changed) in EVENTS.items():
        op.execute(REVISE_PLAN.format(event=event, changed=changed))
    for name in LAYERS:
        for event, (tables, _) in EVENTS.items():
            op.execute(
                f"CREATE TRIGGER revise_{event} AFTER {event} ON {name} {tables}"
                f" FOR EACH STATEMENT EXECUTE FUNCTION gridplan_revise_plan_{event}()"
            )
    op.execute(REVISE_REGISTER)
    op.execute(REVISE_ROW)
    for name in REGISTERS:
        op.execute(
            f"CREATE TRIGGER revise AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON {name}"
            " FOR EACH STATEMENT EXECUTE FUNCTION gridplan_revise_register()"
        )
        op.execute(
            f"CREATE TRIGGER revise_row BEFORE INSERT OR UPDATE ON {name} FOR EACH ROW EXECUTE FUNCTION gridplan_revise_row()"
        )
    op.execute(TIME)
    assigned = " ".join(f"NEW.{name} := gridplan_time(NEW.{name}, 'incidents.{name}');" for name in INCIDENT_TIMES)
    op.execute(TIMES.format(table="incidents", assigned=assigned))
    op.execute(
        f"CREATE TRIGGER times BEFORE INSERT OR UPDATE OF {', '.join(INCIDENT_TIMES)} ON incidents"
        " FOR EACH ROW EXECUTE FUNCTION gridplan_times_incidents()"
    )


def downgrade():
    for name in [*reversed(RECORDS), *reversed(REGISTERS)]:
        op.drop_table(name)
    for name in LAYERS:
        for event in EVENTS:
            op.execute(f"DROP TRIGGER revise_{event} ON {name}")
    for event in EVENTS:
        op.execute(f"DROP FUNCTION gridplan_revise_plan_{event}()")
    op.execute("DROP FUNCTION gridplan_revise_register()")
    op.execute("DROP FUNCTION gridplan_revise_row()")
    op.execute("DROP FUNCTION gridplan_times_incidents()")
    op.execute("DROP FUNCTION gridplan_time(text, text)")
    for name, (indexed, _, numbered) in LAYERS.items():
        op.drop_index(f"ix_{name}_community", name)
        op.drop_index(f"ix_{name}_plan", name)
        if indexed:
            op.create_index(f"ix_{name}_plan", name, ["plan"])
        if name != "grids":
            op.drop_column(name, "community")
        if numbered:
            op.drop_column(name, "item")
    op.drop_column("plans", "revision")
    op.drop_column("plans", "state")


def _extend(name, indexed, community, numbered):
    if indexed:
        op.drop_index(f"ix_{name}_plan", name)
    if name != "grids":
        op.add_column(name, sa.Column("community", TEXT))
    if community:
        found = community.format(name)
        op.execute(f"UPDATE {name} SET community = {found if community == '{0}.code' else f'({found})'}")
    if numbered:
        op.add_column(name, sa.Column("item", WHOLE))
        op.execute(
            f"UPDATE {name} SET item = numbered.item FROM (SELECT fid, row_number() OVER (PARTITION BY plan ORDER BY fid) AS item"
            f" FROM {name}) AS numbered WHERE numbered.fid = {name}.fid"
        )
    op.create_index(f"ix_{name}_plan", name, ["plan", "fid"])
    op.create_index(f"ix_{name}_community", name, ["plan", "community", "fid"])


def _create(name, geometry, key, columns):
    parts = [sa.Column("fid", WHOLE, primary_key=True, autoincrement=True)]
    if geometry:
        parts.append(sa.Column("geom", Geometry(geometry, srid=4326, spatial_index=False)))
    for line in columns.split(";"):
        column, kind, *check = line.split(maxsplit=2)
        made = "gen_random_uuid()::text" if name in REGISTERS and column == "id" else None
        parts.append(
            sa.Column(
                column, KINDS[kind.rstrip("?")], nullable=kind.endswith("?"), server_default=sa.text(made) if made else None
            )
        )
        if check:
            parts.append(sa.CheckConstraint(f"{column} {check[0]}", name=f"ck_{name}_{column}"))
    if name in REGISTERS:
        parts.append(sa.Column("revision", WHOLE, nullable=False, server_default="1"))
    if key:
        parts.append(sa.UniqueConstraint(key, name=f"uq_{name}"))
    op.create_table(name, *parts)
    if geometry:
        op.create_index(f"ix_{name}_geom", name, ["geom"], postgresql_using="gist")
