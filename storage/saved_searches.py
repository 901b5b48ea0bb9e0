"""Keeps the searches that people at the desk have saved, each for the one who saved it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from records.searches import Search, search_from
from storage.tables import saved_search


class SavedSearches:
    """Searches by their owner's username and their name."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of(self, username: str) -> dict[str, Search]:
        """That person's searches, by name."""
        query = select(saved_search).where(saved_search.c.username == username).order_by(saved_search.c.name)
        return {row.name: search_from(row.search) for row in self._connection.execute(query)}

    def put(self, username: str, name: str, search: Search, at: datetime) -> None:
        """Save a search under that name, in place of the one that had it."""
        self.remove(username, name)
        values = {"username": username, "name": name, "search": search.row(), "saved_at": at}
        self._connection.execute(insert(saved_search).values(**values))

    def remove(self, username: str, name: str) -> bool:
        """Forget a search; False where there was none of that name."""
        mine = delete(saved_search).where(saved_search.c.username == username, saved_search.c.name == name)
        return self._connection.execute(mine).rowcount > 0
