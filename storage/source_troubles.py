"""Keeps since when each source is watched, and what is wrong with it: noticed, told, ended, and its end told too."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, delete, insert, select, update

from records.patrols import Trouble
from storage.inserting import insert_new
from storage.tables import source_trouble as troubles
from storage.tables import source_watch as watch
from storage.turns import take_turn


class SourceTroubles:
    """The watch over the sources and their troubles.

    A trouble is settled once there is nothing left to tell of it: it has ended, and whoever was told of it knows.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def take_turn(self) -> None:
        """Make this transaction the only one that judges sources until it ends."""
        take_turn(self._connection, "source_trouble")

    def watched(self) -> dict[str, datetime]:
        """The sources under watch, and since when without a break."""
        return {row.source: row.since for row in self._connection.execute(select(watch))}

    def begin_watch(self, sources: Iterable[str], at: datetime) -> None:
        """Watch these sources from now on."""
        for source in sources:
            if not insert_new(self._connection, watch, source=source, since=at):
                self._connection.execute(update(watch).where(watch.c.source == source).values(since=at))

    def end_watch(self, sources: Iterable[str], at: datetime) -> None:
        """Watch these sources no more; what was wrong with them is over, and nothing is left to tell."""
        gone = list(sources)
        self._connection.execute(delete(watch).where(watch.c.source.in_(gone)))
        mine = troubles.c.source.in_(gone)
        self._change(mine & troubles.c.ended_at.is_(None), ended_at=at)
        self._change(mine & troubles.c.settled.is_(False), settled=True)

    def unsettled(self) -> list[Trouble]:
        """What lasts, and what has ended without its end being told, in the order of being noticed."""
        query = select(troubles).where(troubles.c.settled.is_(False)).order_by(troubles.c.noticed_at, troubles.c.id)
        return [_trouble(row) for row in self._connection.execute(query)]

    def open(self, source: str, kind: str, since: datetime, at: datetime, detail: str | None) -> None:
        """Note a trouble."""
        values = {"source": source, "kind": kind, "since": since, "noticed_at": at, "detail": detail}
        self._connection.execute(insert(troubles).values(settled=False, **values))

    def open_again(self, trouble: int) -> None:
        """Note that a trouble goes on whose end nobody has been told of."""
        self._change(troubles.c.id == trouble, ended_at=None)

    def end(self, trouble: Trouble, at: datetime) -> None:
        """Note that a trouble is over; of one that nobody was told of there is nothing left to tell."""
        self._change(troubles.c.id == trouble.id, ended_at=at, settled=trouble.told_at is None)

    def told(self, ids: Iterable[int], at: datetime) -> None:
        """Note that people have been told of these troubles."""
        self._change(troubles.c.id.in_(list(ids)), told_at=at)

    def settle(self, ids: Iterable[int]) -> None:
        """Note that nothing is left to tell of these troubles."""
        self._change(troubles.c.id.in_(list(ids)), settled=True)

    def told_since(self, begin: datetime) -> list[Trouble]:
        """The troubles that people were told of since then."""
        query = select(troubles).where(troubles.c.told_at >= begin).order_by(troubles.c.told_at, troubles.c.id)
        return [_trouble(row) for row in self._connection.execute(query)]

    def between(self, since: datetime, until: datetime) -> list[Trouble]:
        """The troubles that lasted at some moment of that time, in the order in which they began."""
        lasted = (troubles.c.since <= until) & (troubles.c.ended_at.is_(None) | (troubles.c.ended_at >= since))
        query = select(troubles).where(lasted).order_by(troubles.c.since, troubles.c.id)
        return [_trouble(row) for row in self._connection.execute(query)]

    def of_source(self, source: str, limit: int = 50) -> list[Trouble]:
        """A source's troubles, the newest first."""
        query = select(troubles).where(troubles.c.source == source)
        newest = query.order_by(troubles.c.noticed_at.desc(), troubles.c.id.desc()).limit(limit)
        return [_trouble(row) for row in self._connection.execute(newest)]

    def _change(self, where: ColumnElement[bool], **values: Any) -> None:
        self._connection.execute(update(troubles).where(where).values(**values))


def _trouble(row: Row[Any]) -> Trouble:
    return Trouble(
        id=row.id,
        source=row.source,
        kind=row.kind,
        since=row.since,
        noticed_at=row.noticed_at,
        told_at=row.told_at,
        ended_at=row.ended_at,
        detail=row.detail,
    )
