"""Corrections with the text and both verdicts, so that they can be learned; why a post was read as it was.

Nothing wrote to the former table of corrections.

Revision: 0003, after 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.BigInteger()  # whole microseconds since 1970 in UTC


def upgrade() -> None:
    op.drop_table("correction")
    op.create_table(
        "correction",
        sa.Column("id", SERIAL, autoincrement=True, nullable=False),
        sa.Column("post_id", sa.String(length=200), nullable=False),
        sa.Column("root", sa.String(length=200), nullable=False),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("seen_at", TIME, nullable=False),
        sa.Column("before_sentiment", sa.String(length=20), nullable=False),
        sa.Column("before_disclosure", sa.String(length=200), nullable=True),
        sa.Column("before_category", sa.String(length=40), nullable=True),
        sa.Column("after_sentiment", sa.String(length=20), nullable=False),
        sa.Column("after_disclosure", sa.String(length=200), nullable=True),
        sa.Column("after_category", sa.String(length=40), nullable=True),
        sa.Column("after_version", sa.Integer(), nullable=True),
        sa.Column("model", sa.String(length=80), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("correction_by_post", "correction", ["post_id"])
    op.add_column("assessment", sa.Column("corrected", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("assessment", sa.Column("grounds", sa.JSON(), nullable=True))


def downgrade() -> None:
    op.drop_column("assessment", "grounds")
    op.drop_column("assessment", "corrected")
    op.drop_index("correction_by_post", "correction")
    op.drop_table("correction")
    op.create_table(
        "correction",
        sa.Column("id", SERIAL, autoincrement=True, nullable=False),
        sa.Column("post_id", sa.String(length=200), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("field", sa.String(length=40), nullable=False),
        sa.Column("before", sa.Text(), nullable=True),
        sa.Column("after", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
