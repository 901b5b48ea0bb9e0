"""The units that help with an incident, and what each of them owes by itself.

Revision: 0011, after 0010
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "co_unit",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True, autoincrement=True),
        sa.Column("incident", sa.String(length=60), sa.ForeignKey("incident.id"), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("named_at", sa.BigInteger(), nullable=False),
        sa.Column("named_by", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("acknowledged_at", sa.BigInteger(), nullable=True),
        sa.Column("acknowledged_by", sa.Text(), nullable=True),
        sa.Column("removed_at", sa.BigInteger(), nullable=True),
    )
    op.create_index("co_unit_by_incident", "co_unit", ["incident"])
    op.create_index("co_unit_by_unit", "co_unit", ["unit"])
    op.add_column("deadline", sa.Column("unit", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("deadline", "unit")
    op.drop_index("co_unit_by_unit", "co_unit")
    op.drop_index("co_unit_by_incident", "co_unit")
    op.drop_table("co_unit")
