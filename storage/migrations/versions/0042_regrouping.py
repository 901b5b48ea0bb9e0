"""Keeps which incidents were merged into which, with the posts that they had, and which were split from which.

Revision: 0042, after 0041
"""

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("gathering", sa.Column("continued_by", sa.BigInteger()))
    op.add_column("gathering", sa.Column("branch", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("gathering", sa.Column("regrouped", sa.Integer(), server_default="0", nullable=False))
    op.create_index("gathering_by_continued", "gathering", ["continued_by"])
    op.add_column("incident", sa.Column("merged_into", sa.String(60)))
    op.add_column("incident", sa.Column("split_from", sa.String(60)))
    op.create_index("incident_by_merged", "incident", ["merged_into"])
    op.create_index("incident_by_split", "incident", ["split_from"])
    op.create_table(
        "former_member",
        sa.Column("gathering", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("post_id", sa.String(200), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.Column("channel", sa.String(20), nullable=False),
        sa.Column("category", sa.String(40)),
        sa.Column("root", sa.String(200), nullable=False),
        sa.Column("reactions", sa.BigInteger(), nullable=False),
        sa.Column("voice", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["gathering"], ["gathering.id"]),
        sa.PrimaryKeyConstraint("gathering", "post_id"),
    )
    op.create_index("former_member_by_post", "former_member", ["post_id"])


def downgrade() -> None:
    op.drop_table("former_member")
    op.drop_index("incident_by_split", "incident")
    op.drop_index("incident_by_merged", "incident")
    op.drop_column("incident", "split_from")
    op.drop_column("incident", "merged_into")
    op.drop_index("gathering_by_continued", "gathering")
    op.drop_column("gathering", "regrouped")
    op.drop_column("gathering", "branch")
    op.drop_column("gathering", "continued_by")
