"""Duty: who is on duty when, what is handed over, and which contacts are told when those on duty keep silent.

Revision: 0006, after 0005
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.BigInteger()  # whole microseconds since 1970 in UTC


def upgrade() -> None:
    op.add_column("contact", sa.Column("level", sa.String(length=20), nullable=False, server_default="duty"))
    op.add_column("alert", sa.Column("level", sa.String(length=20), nullable=False, server_default="duty"))
    op.create_table(
        "duty_shift",
        sa.Column("recipient", sa.String(length=200), nullable=False),
        sa.Column("begins_at", TIME, nullable=False),
        sa.Column("ends_at", TIME, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("instead_of", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("recipient", "begins_at"),
    )
    op.create_table(
        "duty_handover",
        sa.Column("id", SERIAL, autoincrement=True, nullable=False),
        sa.Column("recipient", sa.String(length=200), nullable=False),
        sa.Column("by", sa.String(length=80), nullable=False),
        sa.Column("by_name", sa.Text(), nullable=False),
        sa.Column("to", sa.String(length=80), nullable=False),
        sa.Column("to_name", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("open_matters", sa.JSON(), nullable=False),
        sa.Column("written_at", TIME, nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("signed_at", TIME, nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("duty_handover_by_recipient", "duty_handover", ["recipient", "written_at"])


def downgrade() -> None:
    op.drop_table("duty_handover")
    op.drop_table("duty_shift")
    op.drop_column("alert", "level")
    op.drop_column("contact", "level")
