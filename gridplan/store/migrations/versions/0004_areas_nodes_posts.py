"""Areas above the grids, nodes and posts of plans; what a grid stands for; communities of kind mixed."""

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry

revision = "0004"
down_revision = "0003"

STATUS = "status IN ('ok', 'proved', 'open')"
KINDS = {"communities": "'urban', 'rural'", "grids": "'urban', 'rural', 'special'"}
MIXED = {"communities": "'urban', 'rural', 'mixed'", "grids": "'urban', 'rural', 'mixed', 'special'"}


def upgrade():
    _table(
        "areas",
        [
            *_texts("code", "name", "level"),
            sa.Column("made", sa.Boolean, nullable=False),
            sa.Column("parent", sa.Text, nullable=True),
            *_counts("areas", "households"),
            sa.Column("population", sa.BigInteger, nullable=True),
            sa.CheckConstraint("population >= 0", name="ck_areas_population"),
            *(sa.Column(name, sa.BigInteger, nullable=False) for name in ("communities", "grids", "units")),
            *(sa.Column(name, sa.Double, nullable=False) for name in ("area_m2", "compactness")),
            *(sa.CheckConstraint(f"{name} >= 0", name=f"ck_areas_{name}") for name in ("area_m2", "compactness")),
            *_texts("status"),
            sa.CheckConstraint(STATUS, name="ck_areas_status"),
            sa.Column("reason", sa.Text, nullable=True),
        ],
        ("code",),
        geometry="GEOMETRY",
    )
    _table(
        "nodes",
        [
            *_texts("code", "level", "of", "id", "building", "grid"),
            sa.CheckConstraint("\"of\" IN ('building', 'entrance')", name="ck_nodes_of"),
            *_counts("nodes", "households"),
        ],
        ("code",),
        geometry="POINT",
    )
    columns = [*_texts("level", "zone", "role", "role_zh"), sa.Column("count", sa.BigInteger, nullable=False)]
    columns.append(sa.CheckConstraint("count >= 1", name="ck_posts_count"))
    _table("posts", columns, ("level", "zone", "role"), geometry=None)
    op.add_column("grids", sa.Column("of", sa.Text, nullable=True))
    _replace_kinds(MIXED)


def downgrade():
    op.execute("UPDATE communities SET kind = 'urban' WHERE kind = 'mixed'")
    op.execute("UPDATE grids SET kind = 'urban' WHERE kind = 'mixed'")
    _replace_kinds(KINDS)
    op.drop_column("grids", "of")
    for name in ("posts", "nodes", "areas"):
        op.drop_table(name)


def _texts(*names):
    return [sa.Column(name, sa.Text, nullable=False) for name in names]


def _counts(table, name):
    return [sa.Column(name, sa.BigInteger, nullable=False), sa.CheckConstraint(f"{name} >= 0", name=f"ck_{table}_{name}")]


def _table(name, columns, key, *, geometry):
    shape = [sa.Column("geom", Geometry(geometry, srid=4326, spatial_index=False))] if geometry else []
    op.create_table(
        name,
        sa.Column("fid", sa.BigInteger, primary_key=True, autoincrement=True),
        *shape,
        sa.Column("plan", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(["plan"], ["plans.id"], name=f"fk_{name}_plan", ondelete="CASCADE"),
        *columns,
        sa.UniqueConstraint("plan", *key, name=f"uq_{name}"),
    )
    if geometry:
        op.create_index(f"ix_{name}_geom", name, ["geom"], postgresql_using="gist")


def _replace_kinds(kinds):
    for table, values in kinds.items():
        op.drop_constraint(f"ck_{table}_kind", table)
        op.create_check_constraint(f"ck_{table}_kind", table, f"kind IN ({values})")
