"""Lineage by level with what changed and the households before; codes that were voided."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

CHANGES = "'kept', 'split', 'merged', 'moved', 'new', 'gone'"


def upgrade():
    op.drop_constraint("uq_lineage", "lineage")
    for name in ("old", "new"):
        op.alter_column("lineage", name, nullable=True)
    # Rows there are say less than is asked now: their level is that of the zone they led to.
    op.add_column("lineage", sa.Column("level", sa.Text, nullable=False, server_default="unit"))
    op.add_column("lineage", sa.Column("change", sa.Text, nullable=False, server_default="moved"))
    op.add_column("lineage", sa.Column("households_before", sa.BigInteger, nullable=False, server_default="0"))
    op.execute(
        "UPDATE lineage SET households_before = households, change = CASE WHEN old = new THEN 'kept' ELSE 'moved' END,"
        " level = CASE WHEN EXISTS (SELECT FROM grids WHERE grids.plan = lineage.plan AND grids.code = lineage.new)"
        " THEN 'grid' ELSE 'unit' END"
    )
    for name in ("level", "change", "households_before"):
        op.alter_column("lineage", name, server_default=None)
    op.create_check_constraint("ck_lineage_change", "lineage", f"change IN ({CHANGES})")
    op.create_check_constraint("ck_lineage_households_before", "lineage", "households_before >= 0")
    op.create_index("ix_lineage_plan", "lineage", ["plan"])
    op.create_table(
        "voided",
        sa.Column("fid", sa.BigInteger, primary_key=True, autoincrement=True),
        sa.Column("plan", sa.Text, nullable=False),
        sa.ForeignKeyConstraint(["plan"], ["plans.id"], name="fk_voided_plan", ondelete="CASCADE"),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("level", "code", "parent", "voided_by")),
        sa.UniqueConstraint("plan", "level", "code", name="uq_voided"),
    )


def downgrade():
    op.drop_table("voided")
    op.drop_index("ix_lineage_plan", "lineage")
    # The older revision has no place for what is new or gone.
    op.execute("DELETE FROM lineage WHERE old IS NULL OR new IS NULL")
    for name in ("change", "households_before", "level"):
        op.drop_column("lineage", name)
    for name in ("old", "new"):
        op.alter_column("lineage", name, nullable=False)
    op.create_unique_constraint("uq_lineage", "lineage", ["plan", "old", "new"])
