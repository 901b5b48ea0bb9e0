"""Sheets of the half-yearly inspection, and the entries on them.

Revision: 0048, after 0044
"""

import sqlalchemy as sa
from alembic import op

revision = "0048"
down_revision = "0044"
branch_labels = None
depends_on = None

_SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "inspection_sheet",
        sa.Column("id", _SERIAL, nullable=False, autoincrement=True),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("first_day", sa.String(length=10), nullable=False),
        sa.Column("last_day", sa.String(length=10), nullable=False),
        sa.Column("rules", sa.JSON(), nullable=False),
        sa.Column("begun_at", sa.BigInteger(), nullable=False),  # whole microseconds since 1970 in UTC
        sa.Column("begun_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("kind", "unit", "first_day"),
        sqlite_autoincrement=True,
    )
    op.create_index("inspection_sheet_by_day", "inspection_sheet", ["first_day"])
    op.create_table(
        "inspection_entry",
        sa.Column("id", _SERIAL, nullable=False, autoincrement=True),
        sa.Column("sheet", _SERIAL, sa.ForeignKey("inspection_sheet.id"), nullable=False),
        sa.Column("noted", sa.String(length=20), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("check", sa.String(length=30)),
        sa.Column("points", sa.Float()),
        sa.Column("text", sa.Text()),
        sa.Column("evidence", sa.Text()),
        sa.Column("figures", sa.JSON()),
        sa.Column("of", sa.BigInteger()),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_index("inspection_entry_by_sheet", "inspection_entry", ["sheet"])


def downgrade() -> None:
    op.drop_table("inspection_entry")
    op.drop_table("inspection_sheet")
