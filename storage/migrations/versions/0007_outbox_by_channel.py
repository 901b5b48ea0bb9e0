"""Lets the next delivery of a channel be found without looking at all that wait.

Revision: 0007, after 0006
"""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("outbox_by_channel", "outbox", ["channel", "state", "available_at", "id"])


def downgrade() -> None:
    op.drop_index("outbox_by_channel", "outbox")
