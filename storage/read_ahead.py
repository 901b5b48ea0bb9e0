"""Keeps what one worker has read of waiting posts until another settles it."""

from __future__ import annotations

import secrets

from sqlalchemy import Connection, delete, func, insert, select

from records.assessments import ReadPosts, read_posts_from, read_posts_written
from storage.meta import Meta
from storage.tables import read_ahead

_MARK = "read_mark"


class ReadAhead:
    """Batches of posts as read, in the order in which they are settled, and the mark of whoever read last.

    A reader remembers what it read before. Its memory holds as long as the mark is the one that it left last: another mark
    says that somebody else has read posts meanwhile.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def take_turn(self) -> None:
        """Make this transaction the only one that reads and then writes here until it ends."""
        Meta(self._connection).take_turn(_MARK)

    @property
    def mark(self) -> str | None:
        """What the last reader left, None before the first."""
        found = Meta(self._connection).get(_MARK)
        return None if found is None else str(found)

    def leave_mark(self, mark: str) -> None:
        """Say who has read last."""
        Meta(self._connection).put(_MARK, mark)

    def put(self, batch: ReadPosts) -> None:
        """Add a batch behind the others."""
        self._connection.execute(
            insert(read_ahead).values(changes=list(batch.changes), content=read_posts_written(batch))
        )

    def first(self) -> tuple[int, ReadPosts] | None:
        """The batch to be settled next with its number, None where there is none."""
        row = self._connection.execute(select(read_ahead).order_by(read_ahead.c.number).limit(1)).one_or_none()
        return None if row is None else (row.number, read_posts_from(row.content))

    @property
    def next(self) -> int | None:
        """The number of the batch to be settled next."""
        return self._connection.execute(select(func.min(read_ahead.c.number))).scalar()

    def count(self) -> int:
        """How many batches there are."""
        return self._connection.execute(select(func.count()).select_from(read_ahead)).scalar_one()

    def changes(self) -> set[int]:
        """The numbers of the changes that are read and not settled."""
        return {seq for content in self._connection.execute(select(read_ahead.c.changes)).scalars() for seq in content}

    def drop(self, number: int) -> None:
        """Let a settled batch go."""
        self._connection.execute(delete(read_ahead).where(read_ahead.c.number == number))

    def forget(self) -> None:
        """Let every batch go: the posts are read anew, by a reader that remembers only what is stored.

        The mark is then one that nobody has left: whoever is reading just now finds out, also where this was done before.
        """
        self.take_turn()
        self._connection.execute(delete(read_ahead))
        self.leave_mark(f"forgotten:{secrets.token_hex(8)}")
