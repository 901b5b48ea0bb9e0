"""Small named values of the installation, such as where an index has got to."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.dialects import postgresql, sqlite

from storage.tables import meta
from storage.turns import take_turn


class Meta:
    """Named JSON values."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def take_turn(self, key: str) -> None:
        """Make this transaction the only one that reads and then writes `key` until it ends."""
        take_turn(self._connection, f"meta {key}")

    def get(self, key: str) -> Any:
        """The value under `key`, or None."""
        return self._connection.execute(select(meta.c.value).where(meta.c.key == key)).scalar()

    def put(self, key: str, value: Any) -> None:
        """Store `value` (anything JSON can hold) under `key`. Of two who do so at once the later one holds."""
        insert = postgresql.insert if self._connection.dialect.name == "postgresql" else sqlite.insert
        asked = insert(meta).values(key=key, value=value)
        change = {"value": asked.excluded.value}
        self._connection.execute(asked.on_conflict_do_update(index_elements=[meta.c.key], set_=change))
