"""Sources in depth: rows kept in the store, health, pushes, resumed threads, posts that are gone from their site.

Revision: 0002, after 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.BigInteger()  # whole microseconds since 1970 in UTC


def upgrade() -> None:
    op.create_table(
        "source_row",
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("row", sa.JSON(), nullable=False),
        sa.Column("removed", sa.Boolean(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("changed_at", TIME, nullable=False),
        sa.Column("changed_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "source_day",
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("day", sa.String(length=10), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("answers", sa.Integer(), nullable=False),
        sa.Column("new_posts", sa.Integer(), nullable=False),
        sa.Column("dropped", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("source", "day"),
    )
    op.create_table(
        "source_watch",
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("since", TIME, nullable=False),
        sa.PrimaryKeyConstraint("source"),
    )
    op.create_table(
        "source_trouble",
        sa.Column("id", SERIAL, autoincrement=True, nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("since", TIME, nullable=False),
        sa.Column("noticed_at", TIME, nullable=False),
        sa.Column("told_at", TIME, nullable=True),
        sa.Column("ended_at", TIME, nullable=True),
        sa.Column("settled", sa.Boolean(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("source_trouble_by_settled", "source_trouble", ["settled"])
    op.create_index("source_trouble_by_told", "source_trouble", ["told_at"])
    op.create_index("patrol_by_time", "patrol", ["started_at"])
    op.create_table(
        "push",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_index("push_by_time", "push", ["at"])
    op.add_column("source_state", sa.Column("interval_seconds", sa.Float(), nullable=True))
    op.add_column("page_state", sa.Column("resume", sa.Text(), nullable=True))
    op.add_column("post", sa.Column("gone_at", TIME, nullable=True))
    op.create_index("post_by_source", "post", ["source", "seen_at"])
    op.create_index("post_by_answered", "post", ["in_reply_to"])
    op.create_index("post_by_gone", "post", ["gone_at"])
    op.create_table(
        "expired_post",
        sa.Column("id", sa.String(length=200), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )


def downgrade() -> None:
    op.drop_table("expired_post")
    op.drop_index("post_by_gone", "post")
    op.drop_index("post_by_answered", "post")
    op.drop_index("post_by_source", "post")
    op.drop_column("post", "gone_at")
    op.drop_column("page_state", "resume")
    op.drop_column("source_state", "interval_seconds")
    op.drop_index("push_by_time", "push")
    op.drop_table("push")
    op.drop_index("patrol_by_time", "patrol")
    op.drop_index("source_trouble_by_told", "source_trouble")
    op.drop_index("source_trouble_by_settled", "source_trouble")
    op.drop_table("source_trouble")
    op.drop_table("source_watch")
    op.drop_table("source_day")
    op.drop_table("source_row")
