"""Answers to the public with the entries of their course, and verification records.

Revision: 0024, after 0023
"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.BigInteger()  # whole microseconds since 1970 in UTC


def upgrade() -> None:
    op.create_table(
        "verification",
        sa.Column("id", SERIAL, autoincrement=True, nullable=False),
        sa.Column("incident", sa.String(length=60), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=True),
        sa.Column("claim", sa.Text(), nullable=False),
        sa.Column("verdict", sa.String(length=20), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("of", SERIAL, nullable=True),
        sa.ForeignKeyConstraint(["incident"], ["incident.id"]),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_index("verification_by_incident", "verification", ["incident"])
    op.create_table(
        "answer",
        sa.Column("id", sa.String(length=60), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("about", sa.String(length=200), nullable=False),
        sa.Column("unit", sa.Text(), nullable=True),
        sa.Column("begun_at", TIME, nullable=False),
        sa.Column("begun_by", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("answer_by_about", "answer", ["kind", "about"])
    op.create_index("answer_by_state", "answer", ["kind", "state"])
    op.create_table(
        "answer_entry",
        sa.Column("id", SERIAL, autoincrement=True, nullable=False),
        sa.Column("answer", sa.String(length=60), nullable=False),
        sa.Column("noted", sa.String(length=20), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=True),
        sa.Column("words", sa.JSON(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("link", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["answer"], ["answer.id"]),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_index("answer_entry_by_answer", "answer_entry", ["answer"])


def downgrade() -> None:
    op.drop_table("answer_entry")
    op.drop_table("answer")
    op.drop_table("verification")
