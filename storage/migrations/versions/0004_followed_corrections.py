"""Copies follow the correction of a post: which version of it was corrected, and which post a copy follows.

Revision: 0004, after 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("correction", sa.Column("post_version", sa.Integer(), nullable=False, server_default="1"))
    op.add_column("correction", sa.Column("follows", sa.String(length=200), nullable=True))
    op.create_index("correction_by_root", "correction", ["root"])
    op.create_index("assessment_by_original", "assessment", ["duplicate_of"])


def downgrade() -> None:
    op.drop_index("assessment_by_original", "assessment")
    op.drop_index("correction_by_root", "correction")
    op.drop_column("correction", "follows")
    op.drop_column("correction", "post_version")
