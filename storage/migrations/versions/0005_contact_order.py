"""In which order a recipient's contacts are tried, since when an alert waits, and why it went to somebody else's contact.

Revision: 0005, after 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("contact", sa.Column("rank", sa.Integer(), nullable=False, server_default="1"))
    op.add_column("outbox", sa.Column("note", sa.Text(), nullable=True))
    op.add_column("outbox", sa.Column("queued_at", sa.BigInteger(), nullable=False, server_default="0"))
    op.execute("UPDATE outbox SET queued_at = available_at")


def downgrade() -> None:
    op.drop_column("outbox", "queued_at")
    op.drop_column("outbox", "note")
    op.drop_column("contact", "rank")
