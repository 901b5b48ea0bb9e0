"""A unit helps with an incident once at a time: of two rows the older one stays, the other counts as taken off at once.

Revision: 0016, after 0015
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_HELPING = sa.text("removed_at IS NULL")


def upgrade() -> None:
    op.execute(
        "UPDATE co_unit SET removed_at = named_at WHERE removed_at IS NULL AND EXISTS (SELECT 1 FROM co_unit AS older"
        " WHERE older.incident = co_unit.incident AND older.unit = co_unit.unit"
        " AND older.removed_at IS NULL AND older.id < co_unit.id)"
    )
    op.create_index(
        "co_unit_helping",
        "co_unit",
        ["incident", "unit"],
        unique=True,
        sqlite_where=_HELPING,
        postgresql_where=_HELPING,
    )


def downgrade() -> None:
    op.drop_index("co_unit_helping", "co_unit")
