"""What units want to disclose with the course of each; a record's interpretation and withdrawal.

Revision: 0017, after 0016
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.BigInteger()  # whole microseconds since 1970 in UTC


def upgrade() -> None:
    op.create_table(
        "proposal",
        sa.Column("id", sa.String(length=60), primary_key=True),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("office", sa.Text(), nullable=False),
        sa.Column("procedure", sa.JSON(), nullable=False),
        sa.Column("begun_at", TIME, nullable=False),
        sa.Column("begun_by", sa.Text(), nullable=False),
        sa.Column("step", sa.String(length=40), nullable=True),
        sa.Column("ended", sa.String(length=20), nullable=True),
    )
    op.create_index("proposal_by_step", "proposal", ["step"])
    op.create_table(
        "proposal_entry",
        sa.Column("id", SERIAL, autoincrement=True, nullable=False),
        sa.Column("proposal", sa.String(length=60), nullable=False),
        sa.Column("noted", sa.String(length=20), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=True),
        sa.Column("sign", sa.String(length=40), nullable=True),
        sa.Column("form", sa.JSON(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("attribute", sa.String(length=20), nullable=True),
        sa.Column("flag", sa.String(length=64), nullable=True),
        sa.Column("until", sa.String(length=10), nullable=True),
        sa.Column("link", sa.Text(), nullable=True),
        sa.Column("flags", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["proposal"], ["proposal.id"]),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_index("proposal_entry_by_proposal", "proposal_entry", ["proposal"])
    op.add_column("disclosure", sa.Column("interpretation", sa.Text(), nullable=True))
    op.add_column("disclosure", sa.Column("withdrawn", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    op.drop_column("disclosure", "withdrawn")
    op.drop_column("disclosure", "interpretation")
    op.drop_table("proposal_entry")
    op.drop_table("proposal")
