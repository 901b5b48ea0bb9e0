"""Indexes for what every page asks: whether an alert was sent, and how many messages nobody has read.

Revision: 0027, after 0026
"""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

_UNREAD = sa.text("read_at IS NULL")


def upgrade() -> None:
    op.drop_index("outbox_by_alert", "outbox")
    op.create_index("outbox_by_alert", "outbox", ["alert", "state"])
    op.create_index("message_unread", "message", ["recipient"], sqlite_where=_UNREAD, postgresql_where=_UNREAD)


def downgrade() -> None:
    op.drop_index("message_unread", "message")
    op.drop_index("outbox_by_alert", "outbox")
    op.create_index("outbox_by_alert", "outbox", ["alert"])
