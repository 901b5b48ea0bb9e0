"""The versions of the office's own catalogue of disclosure items, and what was noted of their filing.

Revision: 0013, after 0012
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.BigInteger()  # whole microseconds since 1970 in UTC


def upgrade() -> None:
    op.create_table(
        "catalogue_version",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("letter", sa.String(length=1), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("deed", sa.String(length=20), nullable=False),
        sa.Column("item", sa.String(length=10), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("items", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("number"),
    )
    op.create_table(
        "catalogue_filing",
        sa.Column("id", SERIAL, autoincrement=True, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("noted", sa.String(length=20), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("happened_at", TIME, nullable=False),
        sa.Column("proof", sa.Text(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["version"], ["catalogue_version.number"]),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_index("catalogue_filing_by_version", "catalogue_filing", ["version"])


def downgrade() -> None:
    op.drop_table("catalogue_filing")
    op.drop_table("catalogue_version")
