"""The release calendar: planned releases, and the steps of each.

Revision: 0019, after 0018
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.BigInteger()  # whole microseconds since 1970 in UTC


def upgrade() -> None:
    op.create_table(
        "release",
        sa.Column("id", SERIAL, autoincrement=True, nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("record", sa.String(length=200), nullable=True),
        sa.Column("proposal", sa.String(length=200), nullable=True),
        sa.Column("unit", sa.Text(), nullable=True),
        sa.Column("spokesperson", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "release_step",
        sa.Column("id", SERIAL, autoincrement=True, nullable=False),
        sa.Column("release", SERIAL, nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("due", TIME, nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["release"], ["release.id"]),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_index("release_step_by_release", "release_step", ["release"])
    op.create_index("release_step_by_due", "release_step", ["due"])


def downgrade() -> None:
    op.drop_table("release_step")
    op.drop_table("release")
