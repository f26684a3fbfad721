"""Incidents have limits, handlers, satisfaction, addresses, and parts that they are counted by; organisations; distances."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

TEXT, WHOLE, REAL = sa.Text, sa.BigInteger, sa.Double
COLUMNS = {
    "rejected_at": (TEXT, None),
    "escalated_at": (TEXT, None),
    "due_at": (TEXT, None),
    "handler": (TEXT, "IN ('grid', 'community', 'town', 'county')"),
    "satisfaction": (WHOLE, "BETWEEN 1 AND 5"),
    "address": (TEXT, None),
}
FORMER_TIMES = ("reported_at", "accepted_at", "dispatched_at", "handled_at", "closed_at")
TIMES = (*FORMER_TIMES, "rejected_at", "escalated_at", "due_at")
ORGANISATIONS = {
    "organisation": None,
    "name": None,
    "kind": "IN ('party_group', 'owners_committee', 'property_service', 'smart_compound', 'service_station', 'other')",
    "form": "IN ('alone', 'assigned', 'joint')",
    "level": "IN ('grid', 'compound', 'community')",
    "zone": None,
}
PART = """
CREATE FUNCTION gridplan_revise_part() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'TRUNCATE' THEN
    UPDATE incident_parts SET revision = revision + 1, packed = NULL;
  ELSIF TG_OP = 'UPDATE' THEN
    INSERT INTO incident_parts (part, revision)
      SELECT fid >> 14, 1 FROM former UNION SELECT fid >> 14, 1 FROM changed ORDER BY 1
      ON CONFLICT (part) DO UPDATE SET revision = incident_parts.revision + 1, packed = NULL;
  ELSE
    INSERT INTO incident_parts (part, revision)
      SELECT DISTINCT fid >> 14, 1 FROM changed ORDER BY 1
      ON CONFLICT (part) DO UPDATE SET revision = incident_parts.revision + 1, packed = NULL;
  END IF;
  RETURN NULL;
END $$
"""
CHANGED = {
    "INSERT": "REFERENCING NEW TABLE AS changed",
    "UPDATE": "REFERENCING OLD TABLE AS former NEW TABLE AS changed",
    "DELETE": "REFERENCING OLD TABLE AS changed",
    "TRUNCATE": "",
}
KEPT = """
CREATE OR REPLACE FUNCTION gridplan_times_incidents() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  {assigned}
  RETURN NEW;
END $$
"""


def upgrade():
    for name, (kind, check) in COLUMNS.items():
        op.add_column("incidents", sa.Column(name, kind))
        if check:
            op.create_check_constraint(f"ck_incidents_{name}", "incidents", f"{name} {check}")
    op.create_index("ix_incidents_due", "incidents", ["stage", "due_at"])
    _part()
    op.create_index("ix_edits_item", "edits", ["scope", "item", "fid"])
    _keep(TIMES)
    made = sa.text("gen_random_uuid()::text")
    op.create_table(
        "organisations",
        sa.Column("fid", WHOLE, primary_key=True, autoincrement=True),
        sa.Column("id", TEXT, nullable=False, server_default=made),
        *(sa.Column(name, TEXT, nullable=name == "form") for name in ORGANISATIONS),
        *(
            sa.CheckConstraint(f"{name} {check}", name=f"ck_organisations_{name}")
            for name, check in ORGANISATIONS.items()
            if check
        ),
        sa.Column("revision", WHOLE, nullable=False, server_default="1"),
        sa.UniqueConstraint("id", name="uq_organisations"),
    )
    op.create_index("ix_organisations_zone", "organisations", ["level", "zone"])
    op.execute("INSERT INTO registers (name, revision) VALUES ('organisations', 1)")
    op.execute(
        "CREATE TRIGGER revise AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON organisations"
        " FOR EACH STATEMENT EXECUTE FUNCTION gridplan_revise_register()"
    )
    op.execute(
        "CREATE TRIGGER revise_row BEFORE INSERT OR UPDATE ON organisations FOR EACH ROW EXECUTE FUNCTION gridplan_revise_row()"
    )
    op.create_table(
        "job_files",
        sa.Column("fid", WHOLE, primary_key=True, autoincrement=True),
        sa.Column("job", TEXT, nullable=False),
        sa.Column("part", WHOLE, nullable=False),
        sa.Column("packed", sa.LargeBinary, nullable=False),
        sa.CheckConstraint("part >= 0", name="ck_job_files_part"),
        sa.UniqueConstraint("job", "part", name="uq_job_files"),
    )
    op.create_table(
        "coverages",
        sa.Column("fid", WHOLE, primary_key=True, autoincrement=True),
        *(sa.Column(name, TEXT, nullable=False) for name in ("town", "at", "who", "about")),
        sa.UniqueConstraint("town", name="uq_coverages"),
    )
    op.create_table(
        "distances",
        sa.Column("fid", WHOLE, primary_key=True, autoincrement=True),
        *(sa.Column(name, TEXT, nullable=name == "service") for name in ("town", "building", "kind", "service")),
        sa.Column("metres", REAL),
        sa.Column("method", TEXT, nullable=False),
        sa.Column("compound_class", TEXT),
        sa.Column("population", WHOLE),
        sa.Column("people", REAL),
        sa.Column("per_1000", REAL),
        sa.CheckConstraint("metres >= 0", name="ck_distances_metres"),
        sa.CheckConstraint("method IN ('network', 'straight')", name="ck_distances_method"),
        sa.CheckConstraint("population >= 0", name="ck_distances_population"),
        sa.CheckConstraint("people >= 0", name="ck_distances_people"),
        sa.CheckConstraint("per_1000 >= 0", name="ck_distances_per_1000"),
        sa.UniqueConstraint("town", "building", "kind", name="uq_distances"),
    )


def _part():
    """Parts of the incidents, whose revisions grow with every change of a row; after that of the register, by the name."""
    op.create_table(
        "incident_parts",
        sa.Column("part", WHOLE, primary_key=True, autoincrement=False),
        sa.Column("revision", WHOLE, nullable=False),
        sa.Column("packed", sa.LargeBinary),
    )
    op.execute("INSERT INTO incident_parts (part, revision) SELECT DISTINCT fid >> 14, 1 FROM incidents")
    op.execute(PART)
    for event, rows in CHANGED.items():
        op.execute(
            f"CREATE TRIGGER revised_part_{event.lower()} AFTER {event} ON incidents {rows}"
            " FOR EACH STATEMENT EXECUTE FUNCTION gridplan_revise_part()"
        )


def downgrade():
    op.drop_table("distances")
    op.drop_table("coverages")
    op.drop_table("job_files")
    op.drop_table("organisations")
    op.execute("DELETE FROM registers WHERE name = 'organisations'")
    op.drop_index("ix_edits_item", "edits")
    _keep(FORMER_TIMES)
    for event in CHANGED:
        op.execute(f"DROP TRIGGER revised_part_{event.lower()} ON incidents")
    op.execute("DROP FUNCTION gridplan_revise_part()")
    op.drop_table("incident_parts")
    op.drop_index("ix_incidents_due", "incidents")
    for name in reversed(COLUMNS):
        op.drop_column("incidents", name)


def _keep(times):
    """Lets the trigger bring these columns into the form of times."""
    op.execute("DROP TRIGGER times ON incidents")
    op.execute(KEPT.format(assigned=" ".join(f"NEW.{name} := gridplan_time(NEW.{name}, 'incidents.{name}');" for name in times)))
    op.execute(
        f"CREATE TRIGGER times BEFORE INSERT OR UPDATE OF {', '.join(times)} ON incidents"
        " FOR EACH ROW EXECUTE FUNCTION gridplan_times_incidents()"
    )
