"""What an inspection found wrong, and what was done about it.

Revision: 0049, after 0048
"""

import sqlalchemy as sa
from alembic import op

revision = "0049"
down_revision = "0048"
branch_labels = None
depends_on = None

_SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "rectification",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("sheet", _SERIAL, sa.ForeignKey("inspection_sheet.id"), nullable=False),
        sa.Column("check", sa.String(length=30), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),  # whole microseconds since 1970 in UTC
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("rectification_by_sheet", "rectification", ["sheet"])
    op.create_index("rectification_by_unit", "rectification", ["unit"])
    op.create_table(
        "rectification_entry",
        sa.Column("id", _SERIAL, nullable=False, autoincrement=True),
        sa.Column("item", sa.String(length=20), sa.ForeignKey("rectification.id"), nullable=False),
        sa.Column("did", sa.String(length=20), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("text", sa.Text()),
        sa.Column("due_at", sa.BigInteger()),
        sa.Column("link", sa.Text()),
        sa.Column("record", sa.String(length=200)),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_index("rectification_entry_by_item", "rectification_entry", ["item"])


def downgrade() -> None:
    op.drop_table("rectification_entry")
    op.drop_table("rectification")
