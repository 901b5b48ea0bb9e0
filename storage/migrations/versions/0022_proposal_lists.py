"""What lists of proposals ask for: the record that one is about, and the signatures that it waits for.

Revision: 0022, after 0021
"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("proposal", sa.Column("record", sa.String(length=200), nullable=True))
    op.add_column("proposal", sa.Column("waits", sa.JSON(), nullable=False, server_default="[]"))
    op.create_index("proposal_by_record", "proposal", ["record"])


def downgrade() -> None:
    op.drop_index("proposal_by_record", "proposal")
    op.drop_column("proposal", "waits")
    op.drop_column("proposal", "record")
