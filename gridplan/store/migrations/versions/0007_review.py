"""Plans are submitted and approved: two states more; the edit log is read by what it tells of."""

from alembic import op

revision = "0007"
down_revision = "0006"

BEFORE = "state IN ('draft', 'adopted', 'archived')"
AFTER = "state IN ('draft', 'submitted', 'approved', 'adopted', 'archived')"


def upgrade():
    _check(AFTER)
    op.create_index("ix_edits_scope", "edits", ["scope", "fid"])


def downgrade():
    op.drop_index("ix_edits_scope", "edits")
    op.execute("UPDATE plans SET state = 'draft', revision = revision + 1 WHERE state IN ('submitted', 'approved')")
    _check(BEFORE)


def _check(states):
    op.drop_constraint("ck_plans_state", "plans")
    op.create_check_constraint("ck_plans_state", "plans", states)
