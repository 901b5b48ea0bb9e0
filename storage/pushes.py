"""Keeps which pushes were accepted, so that none is accepted twice."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, delete, exists, select

from storage import tables
from storage.inserting import insert_new


class Pushes:
    """Keys of accepted pushes; a key is a hash and tells nothing of what was pushed."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, key: str, source: str, at: datetime) -> bool:
        """Note an accepted push; False where it was accepted before.

        Another transaction that is adding the same key is waited for.
        """
        return insert_new(self._connection, tables.push, key=key, source=source, at=at)

    def knows(self, key: str) -> bool:
        """Whether that push was accepted."""
        return bool(self._connection.execute(select(exists().where(tables.push.c.key == key))).scalar())

    def forget(self, before: datetime) -> int:
        """Drop the keys of pushes accepted before then; return how many."""
        return self._connection.execute(delete(tables.push).where(tables.push.c.at < before)).rowcount
