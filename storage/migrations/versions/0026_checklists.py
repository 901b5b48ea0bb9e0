"""The checklists of incidents: steps that people add, and what is done.

Revision: 0026, after 0025
"""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.BigInteger()  # whole microseconds since 1970 in UTC


def upgrade() -> None:
    op.create_table(
        "checklist_entry",
        sa.Column("id", SERIAL, autoincrement=True, nullable=False),
        sa.Column("incident", sa.String(length=60), nullable=False),
        sa.Column("noted", sa.String(length=20), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("step", sa.String(length=120), nullable=True),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("who", sa.Text(), nullable=True),
        sa.Column("due_at", TIME, nullable=True),
        sa.ForeignKeyConstraint(["incident"], ["incident.id"]),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_index("checklist_entry_by_incident", "checklist_entry", ["incident"])


def downgrade() -> None:
    op.drop_index("checklist_entry_by_incident", "checklist_entry")
    op.drop_table("checklist_entry")
