"""What a further clock is about, and which act ends it: frozen with the rest of its policy.

Revision: 0008, after 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("deadline", sa.Column("label", sa.Text(), nullable=True))
    op.add_column("deadline", sa.Column("ends", sa.String(length=40), nullable=True))


def downgrade() -> None:
    op.drop_column("deadline", "ends")
    op.drop_column("deadline", "label")
