"""Every version of a report's parts, what their sentences rest on, and which report takes the place of which.

Revision: 0051, after 0050
"""

import sqlalchemy as sa
from alembic import op

revision = "0051"
down_revision = "0050"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("report_part", sa.Column("paragraphs", sa.JSON()))
    for name in ("supersedes", "reason", "superseded_by"):
        op.add_column("report", sa.Column(name, sa.Text()))
    op.create_table(
        "report_part_version",
        sa.Column("incident", sa.String(length=60), sa.ForeignKey("incident.id"), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("part", sa.String(length=40), nullable=False),
        sa.Column("revision", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("written_at", sa.BigInteger(), nullable=False),  # whole microseconds since 1970 in UTC
        sa.Column("written_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("incident", "kind", "number", "part", "revision"),
    )
    op.create_table(
        "report_correcting",
        sa.Column("incident", sa.String(length=60), sa.ForeignKey("incident.id"), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("serial", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("begun_at", sa.BigInteger(), nullable=False),
        sa.Column("begun_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("incident", "kind"),
    )


def downgrade() -> None:
    op.drop_table("report_correcting")
    op.drop_table("report_part_version")
    for name in ("superseded_by", "reason", "supersedes"):
        op.drop_column("report", name)
    op.drop_column("report_part", "paragraphs")
