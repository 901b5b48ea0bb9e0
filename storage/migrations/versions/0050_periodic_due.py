"""Until when the papers of which day, week, month and year must be signed.

Revision: 0050, after 0049
"""

import sqlalchemy as sa
from alembic import op

revision = "0050"
down_revision = "0049"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "periodic_due",
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("first_day", sa.String(length=10), nullable=False),
        sa.Column("last_day", sa.String(length=10), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),  # whole microseconds since 1970 in UTC
        sa.Column("remind_hours", sa.JSON(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("clause", sa.Text()),
        sa.Column("calendar", sa.Text()),
        sa.Column("drafted_at", sa.BigInteger()),
        sa.Column("withdrawn_at", sa.BigInteger()),
        sa.PrimaryKeyConstraint("kind", "first_day"),
    )
    op.create_index("periodic_due_by_due", "periodic_due", ["due_at"])


def downgrade() -> None:
    op.drop_table("periodic_due")
