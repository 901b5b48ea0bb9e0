"""Lets the posts on a record be counted by day without reading the posts.

Revision: 0023, after 0022
"""

from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("assessment_by_disclosure", "assessment")
    op.create_index("assessment_by_disclosure", "assessment", ["disclosure", "sentiment", "post_id"])
    op.create_index("post_by_id_published", "post", ["id", "published_at"])


def downgrade() -> None:
    op.drop_index("post_by_id_published", "post")
    op.drop_index("assessment_by_disclosure", "assessment")
    op.create_index("assessment_by_disclosure", "assessment", ["disclosure", "sentiment"])
