"""The suggestions ledger: suggestions, and entries that are added and never changed.

Revision: 0015, after 0014
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.BigInteger()  # whole microseconds since 1970 in UTC


def upgrade() -> None:
    op.create_table(
        "suggestion",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("way", sa.String(length=40), nullable=False),
        sa.Column("received_at", TIME, nullable=False),
        sa.Column("record", sa.String(length=200), nullable=True),
        sa.Column("unit", sa.Text(), nullable=True),
        sa.Column("origin", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("suggestion_by_record", "suggestion", ["record"])
    op.create_index("suggestion_by_received", "suggestion", ["received_at"])
    op.create_index("suggestion_by_origin", "suggestion", ["origin"], unique=True)
    op.create_table(
        "suggestion_entry",
        sa.Column("id", SERIAL, autoincrement=True, nullable=False),
        sa.Column("suggestion", sa.String(length=20), nullable=False),
        sa.Column("did", sa.String(length=20), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("unit", sa.Text(), nullable=True),
        sa.Column("way", sa.String(length=40), nullable=True),
        sa.Column("happened_at", TIME, nullable=True),
        sa.Column("due_at", TIME, nullable=True),
        sa.Column("counted", sa.Text(), nullable=True),
        sa.Column("of", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["suggestion"], ["suggestion.id"]),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_index("suggestion_entry_by_suggestion", "suggestion_entry", ["suggestion"])
    op.create_index("suggestion_entry_by_entry", "suggestion_entry", ["of"])


def downgrade() -> None:
    op.drop_table("suggestion_entry")
    op.drop_table("suggestion")
