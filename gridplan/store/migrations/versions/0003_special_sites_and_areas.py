"""Special sites and areas of towns; communities of kind mixed and their growth; compounds that are villages."""

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry

revision = "0003"
down_revision = "0002"

SITE_KINDS = "'school', 'hospital', 'industrial', 'market', 'park', 'station', 'other'"
LAYERS = {
    "town_special_sites": ("id", [("id", False), ("name", True), ("kind", False)], f"kind IN ({SITE_KINDS})"),
    "town_areas": ("code", [("code", False), ("name", False), ("level", False), ("parent", True)], None),
}
#: Table and column of the checks that change, and the values before and after.
VALUES = (
    ("town_communities", "kind", "'urban', 'rural'", "'urban', 'rural', 'mixed'"),
    ("town_compounds", "class", "'new', 'old', 'unmanaged'", "'new', 'old', 'unmanaged', 'village'"),
)


def upgrade():
    for name, (key, columns, check) in LAYERS.items():
        checks = [sa.CheckConstraint(check, name=f"ck_{name}_kind")] if check else []
        op.create_table(
            name,
            sa.Column("fid", sa.BigInteger, primary_key=True, autoincrement=True),
            sa.Column("geom", Geometry("GEOMETRY", srid=4326, spatial_index=False)),
            sa.Column("town", sa.Text, nullable=False),
            sa.ForeignKeyConstraint(["town"], ["towns.name"], name=f"fk_{name}_town", ondelete="CASCADE"),
            *(sa.Column(column, sa.Text, nullable=nullable) for column, nullable in columns),
            *checks,
            sa.UniqueConstraint("town", key, name=f"uq_{name}"),
        )
        op.create_index(f"ix_{name}_geom", name, ["geom"], postgresql_using="gist")
    op.add_column("town_communities", sa.Column("growth", sa.Double, nullable=True))
    op.create_check_constraint("ck_town_communities_growth", "town_communities", "growth >= -1")
    for table, column, _, after in VALUES:
        _replace_check(table, column, after)


def downgrade():
    # Words that the older revision does not know become the nearest that it does.
    op.execute("UPDATE town_communities SET kind = 'rural' WHERE kind = 'mixed'")
    op.execute("UPDATE town_compounds SET class = NULL WHERE class = 'village'")
    for table, column, before, _ in VALUES:
        _replace_check(table, column, before)
    op.drop_constraint("ck_town_communities_growth", "town_communities")
    op.drop_column("town_communities", "growth")
    for name in reversed(LAYERS):
        op.drop_table(name)


def _replace_check(table, column, values):
    op.drop_constraint(f"ck_{table}_{column}", table)
    op.create_check_constraint(f"ck_{table}_{column}", table, f"{column} IN ({values})")
