"""What people on duty note, and statements that wait to be verified.

Revision: 0035, after 0030
"""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0030"
branch_labels = None
depends_on = None

SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.BigInteger()  # whole microseconds since 1970 in UTC


def upgrade() -> None:
    op.create_table(
        "duty_entry",
        sa.Column("id", SERIAL, autoincrement=True, nullable=False),
        sa.Column("recipient", sa.String(length=200), nullable=False),
        sa.Column("happened_at", TIME, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("incident", sa.String(length=60), nullable=True),
        sa.Column("of", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["incident"], ["incident.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("of"),
        sqlite_autoincrement=True,
    )
    op.create_index("duty_entry_by_recipient", "duty_entry", ["recipient", "happened_at"])
    op.create_index("duty_entry_by_incident", "duty_entry", ["incident"])
    op.create_table(
        "claim",
        sa.Column("id", SERIAL, autoincrement=True, nullable=False),
        sa.Column("incident", sa.String(length=60), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=True),
        sa.Column("way", sa.String(length=20), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("of", sa.BigInteger(), nullable=True),
        sa.Column("verification", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["incident"], ["incident.id"]),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_index("claim_by_incident", "claim", ["incident"])


def downgrade() -> None:
    op.drop_table("claim")
    op.drop_table("duty_entry")
