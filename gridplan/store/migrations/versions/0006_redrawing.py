"""What lines are redrawn with: atoms, pieces, borders, constraints, assignments, history; the former unit of each section."""

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry

revision = "0006"
down_revision = "0005"


TEXT, WHOLE, REAL, BOOL = sa.Text, sa.BigInteger, sa.Double, sa.Boolean
KINDS = {"text": TEXT, "int": WHOLE, "float": REAL, "bool": BOOL}
BORDERS = "'inside', 'lane', 'major', 'rail', 'river'"
CONSTRAINTS = "'lock', 'must_link', 'cannot_link', 'cannot_cross'"

# Table: (whether it has polygons, key, columns "name kind", a ? where it may be empty, then a check)
LAYERS = {
    "atoms": (
        True,
        ("id",),
        "id text; community text; grid text; compound text?; site text?; households int >= 0; population int? >= 0; former text?",
    ),
    "pieces": (True, ("id",), "id text; atom text; unit text; households int >= 0; stacked bool; former text?"),
    "borders": (False, ("a", "b"), f"a text; b text; kind text IN ({BORDERS}); length_m float >= 0; street_m float >= 0"),
    "constraints": (False, ("number",), f"number int >= 1; kind text IN ({CONSTRAINTS}); items text; note text?"),
    "assignments": (False, ("grid", "post", "person"), "grid text; post text; person text"),
    "history": (False, ("number",), "number int >= 1; operation text; who text?; at text?; note text?"),
}
EVENTS = {
    "insert": "REFERENCING NEW TABLE AS now",
    "update": "REFERENCING OLD TABLE AS was NEW TABLE AS now",
    "delete": "REFERENCING OLD TABLE AS was",
    "truncate": "",
}


def upgrade():
    for name, (land, key, columns) in LAYERS.items():
        _create(name, land, key, columns)
        for event, tables in EVENTS.items():
            op.execute(
                f"CREATE TRIGGER revise_{event} AFTER {event} ON {name} {tables}"
                f" FOR EACH STATEMENT EXECUTE FUNCTION gridplan_revise_plan_{event}()"
            )
    op.add_column("sections", sa.Column("piece", TEXT))
    op.add_column("sections", sa.Column("former", TEXT))
    op.add_column("sections", sa.Column("households_before", WHOLE))
    op.create_check_constraint("ck_sections_households_before", "sections", "households_before >= 0")


def downgrade():
    for name in ("piece", "former", "households_before"):
        op.drop_column("sections", name)
    for name in reversed(LAYERS):
        op.drop_table(name)


def _create(name, land, key, columns):
    parts = [sa.Column("fid", WHOLE, primary_key=True, autoincrement=True)]
    if land:
        parts.append(sa.Column("geom", Geometry("GEOMETRY", srid=4326, spatial_index=False)))
    parts += [
        sa.Column("plan", TEXT, nullable=False),
        sa.ForeignKeyConstraint(["plan"], ["plans.id"], name=f"fk_{name}_plan", ondelete="CASCADE"),
    ]
    for line in columns.split(";"):
        column, kind, *check = line.split(maxsplit=2)
        parts.append(sa.Column(column, KINDS[kind.rstrip("?")], nullable=kind.endswith("?")))
        if check:
            parts.append(sa.CheckConstraint(f"{column} {check[0]}", name=f"ck_{name}_{column}"))
    if "community text" not in columns:
        parts.append(sa.Column("community", TEXT))
    if len(key) > 1:
        parts.append(sa.Column("item", WHOLE))
    parts.append(sa.UniqueConstraint("plan", *key, name=f"uq_{name}"))
    op.create_table(name, *parts)
    if land:
        op.create_index(f"ix_{name}_geom", name, ["geom"], postgresql_using="gist")
    op.create_index(f"ix_{name}_plan", name, ["plan", "fid"])
    op.create_index(f"ix_{name}_community", name, ["plan", "community", "fid"])
