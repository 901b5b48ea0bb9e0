"""What kind of alert a message of the message page is.

Revision: 0012, after 0011
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("message", sa.Column("kind", sa.String(length=40), nullable=True))


def downgrade() -> None:
    op.drop_column("message", "kind")
