"""Lets the records published lately be found without looking at years of old ones.

Revision: 0014, after 0013
"""

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("disclosure_by_published", "disclosure", ["published_at"])


def downgrade() -> None:
    op.drop_index("disclosure_by_published", "disclosure")
