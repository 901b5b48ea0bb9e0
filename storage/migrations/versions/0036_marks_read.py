"""Keeps with the approval of an entry of the public site which marks were read with it.

Revision: 0036, after 0035
"""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("answer_entry", sa.Column("read", sa.JSON(), nullable=True))


def downgrade() -> None:
    op.drop_column("answer_entry", "read")
