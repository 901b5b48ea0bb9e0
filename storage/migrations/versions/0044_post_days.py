"""Counts of the posts of each day that are stored no longer; since when every post is counted, on a desk that has some.

Revision: 0044, after 0043
"""

import sqlalchemy as sa
from alembic import op

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None

_SINCE = "post_days_since"
_DAY = 86_400_000_000
_AHEAD = 8 * 3_600_000_000


def upgrade() -> None:
    op.create_table(
        "post_day",
        sa.Column("day", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("record", sa.String(length=200), nullable=False),
        sa.Column("category", sa.String(length=40), nullable=False),
        sa.Column("sentiment", sa.String(length=20), nullable=False),
        sa.Column("posts", sa.Integer(), nullable=False),
        sa.Column("voices", sa.Integer(), nullable=False),
        sa.Column("reactions", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("day", "channel", "record", "category", "sentiment"),
    )
    # Nobody counted what went before: of days earlier than that of the newest post some may be missing.
    connection = op.get_bind()
    newest = connection.execute(sa.text("SELECT max(seen_at) FROM post")).scalar()
    if newest is not None:
        meta = sa.table("meta", sa.column("key", sa.String()), sa.column("value", sa.JSON()))
        connection.execute(sa.insert(meta).values(key=_SINCE, value=(int(newest) + _AHEAD) // _DAY))


def downgrade() -> None:
    op.execute(sa.text(f"DELETE FROM meta WHERE key = '{_SINCE}'"))
    op.drop_table("post_day")
