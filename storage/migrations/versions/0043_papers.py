"""Papers of the office beside the reports on an incident, every version of them kept.

Revision: 0043, after 0042
"""

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None

_SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "paper",
        sa.Column("id", _SERIAL, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("incident", sa.String(length=200), sa.ForeignKey("incident.id")),
        sa.Column("first_day", sa.String(length=10)),
        sa.Column("last_day", sa.String(length=10)),
        sa.Column("unit", sa.Text()),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("drafted_at", sa.BigInteger(), nullable=False),  # whole microseconds since 1970 in UTC
        sa.Column("signed_at", sa.BigInteger()),
        sa.Column("signed_by", sa.Text()),
        sa.Column("series", sa.Text()),
        sa.Column("year", sa.Integer()),
        sa.Column("number", sa.Integer()),
        sa.Column("serial", sa.Text()),
        sa.Column("file", sa.Text()),
        sa.Column("supersedes", _SERIAL, sa.ForeignKey("paper.id")),
        sa.Column("superseded_by", _SERIAL, sa.ForeignKey("paper.id")),
        sa.Column("reason", sa.Text()),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("series", "year", "number", name="uq_paper_number"),
        sa.UniqueConstraint("supersedes", name="uq_paper_supersedes"),
    )
    op.create_index("ix_paper_kind", "paper", ["kind", "first_day"])
    op.create_index("ix_paper_incident", "paper", ["incident"])
    op.create_table(
        "paper_version",
        sa.Column("paper", _SERIAL, sa.ForeignKey("paper.id"), nullable=False),
        sa.Column("revision", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("written_at", sa.BigInteger(), nullable=False),
        sa.Column("written_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("paper", "revision"),
    )


def downgrade() -> None:
    op.drop_table("paper_version")
    op.drop_table("paper")
