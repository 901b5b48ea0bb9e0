"""Says of an entry of the publication log to which incident it answers; None where the record itself was published.

Revision: 0025, after 0024
"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("publication", sa.Column("incident", sa.String(length=60), nullable=True))


def downgrade() -> None:
    op.drop_column("publication", "incident")
