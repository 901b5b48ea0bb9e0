"""The publication log of records, and what looks at its links found.

Revision: 0018, after 0017
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.BigInteger()  # whole microseconds since 1970 in UTC


def upgrade() -> None:
    op.create_table(
        "publication",
        sa.Column("id", SERIAL, autoincrement=True, nullable=False),
        sa.Column("record", sa.String(length=200), nullable=False),
        sa.Column("platform", sa.String(length=40), nullable=False),
        sa.Column("platform_name", sa.Text(), nullable=False),
        sa.Column("published_at", TIME, nullable=False),
        sa.Column("link", sa.Text(), nullable=True),
        sa.Column("noted_at", TIME, nullable=False),
        sa.Column("noted_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_index("publication_by_record", "publication", ["record"])
    op.create_table(
        "publication_back",
        sa.Column("publication", SERIAL, nullable=False),
        sa.Column("taken_back_at", TIME, nullable=False),
        sa.Column("taken_back_by", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["publication"], ["publication.id"]),
        sa.PrimaryKeyConstraint("publication"),
    )
    op.create_table(
        "publication_look",
        sa.Column("publication", SERIAL, nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("looked_at", TIME, nullable=False),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("told_at", TIME, nullable=True),
        sa.ForeignKeyConstraint(["publication"], ["publication.id"]),
        sa.PrimaryKeyConstraint("publication"),
    )


def downgrade() -> None:
    op.drop_table("publication_look")
    op.drop_table("publication_back")
    op.drop_table("publication")
