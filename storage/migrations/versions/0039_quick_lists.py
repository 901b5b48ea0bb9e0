"""Indexes for what the pages ask at every drawing: signatures by their row, responses by incident, the last record written.

Revision: 0039, after 0036
"""

from alembic import op

revision = "0039"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("proposal_entry_by_sign", "proposal_entry", ["sign", "id"])
    op.create_index("response_by_incident", "response", ["incident", "published_at"])
    op.create_index("disclosure_by_recorded", "disclosure", ["recorded_at"])


def downgrade() -> None:
    op.drop_index("disclosure_by_recorded", table_name="disclosure")
    op.drop_index("response_by_incident", table_name="response")
    op.drop_index("proposal_entry_by_sign", table_name="proposal_entry")
