"""In how many working days a deadline is due, and by which tables of days off it was counted.

Revision: 0009, after 0008
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("deadline", sa.Column("working_days", sa.Integer(), nullable=True))
    op.add_column("deadline", sa.Column("calendar", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("deadline", "calendar")
    op.drop_column("deadline", "working_days")
