"""The searches that people save for themselves.

Revision: 0029, after 0028
"""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "saved_search",
        sa.Column("username", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("search", sa.JSON(), nullable=False),
        sa.Column("saved_at", sa.BigInteger(), nullable=False),  # whole microseconds since 1970 in UTC
        sa.ForeignKeyConstraint(["username"], ["person.username"]),
        sa.PrimaryKeyConstraint("username", "name"),
    )


def downgrade() -> None:
    op.drop_table("saved_search")
