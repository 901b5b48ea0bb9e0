"""Until when no crawler asks a host, and which hosts a source leads to.

Revision: 0054, after 0053
"""

import sqlalchemy as sa
from alembic import op

revision = "0054"
down_revision = "0053"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "crawl_host",
        sa.Column("host", sa.String(length=255), nullable=False),
        sa.Column("quiet_until", sa.BigInteger(), nullable=False),  # whole microseconds since 1970 in UTC
        sa.Column("delay_seconds", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("host"),
    )
    op.create_table(
        "source_host",
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("host", sa.String(length=255), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("source", "host"),
    )


def downgrade() -> None:
    op.drop_table("source_host")
    op.drop_table("crawl_host")
