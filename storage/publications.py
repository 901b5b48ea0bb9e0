"""Keeps the publication log: entries are added and never changed; that one was taken back is a row of its own."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, delete, insert, or_, select

from records.publications import LinkLook, LinkState, Publication
from storage.tables import disclosure, publication, publication_back, publication_look
from storage.turns import take_turn


class Publications:
    """Where records were published, and how their links were found."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def take_turn(self) -> None:
        """Let nobody else write here until this transaction ends."""
        take_turn(self._connection, "publications")

    def add(self, entry: Publication) -> int:
        """Add an entry (its own `id` is left aside); its number."""
        values = {
            "record": entry.record,
            "platform": entry.platform,
            "platform_name": entry.platform_name,
            "published_at": entry.published_at,
            "link": entry.link,
            "noted_at": entry.noted_at,
            "noted_by": entry.noted_by,
            "incident": entry.incident,
        }
        return int(
            self._connection.execute(insert(publication).values(values).returning(publication.c.id)).scalar_one()
        )

    def take_back(self, number: int, at: datetime, by: str, reason: str) -> None:
        """Note that an entry does not hold."""
        self._connection.execute(
            insert(publication_back).values(publication=number, taken_back_at=at, taken_back_by=by, reason=reason)
        )

    def get(self, number: int) -> Publication | None:
        """The entry of that number."""
        row = self._connection.execute(_entries().where(publication.c.id == number)).first()
        return None if row is None else _publication(row)

    def of(self, record_ids: Collection[str]) -> list[Publication]:
        """The entries of these records, also those taken back, in the order in which they were added."""
        query = _entries().where(publication.c.record.in_(record_ids)).order_by(publication.c.id)
        return [_publication(row) for row in self._connection.execute(query)]

    def to_look_at(self, since: datetime, before: datetime, scope: str, limit: int) -> list[Publication]:
        """Entries with a link, of records of that scope published `since`, not looked at since `before`: longest ago first."""
        records = select(disclosure.c.id).where(disclosure.c.scope == scope, disclosure.c.published_at >= since)
        last = publication_look.c.looked_at
        query = (
            _entries()
            .where(publication.c.link.is_not(None), publication_back.c.publication.is_(None))
            .where(publication.c.record.in_(records), or_(last.is_(None), last <= before))
            .order_by(last.is_not(None), last, publication.c.id)
            .limit(limit)
        )
        return [_publication(row) for row in self._connection.execute(query)]

    def looked(self, number: int, look: LinkLook) -> None:
        """Keep what the last look found."""
        self._connection.execute(delete(publication_look).where(publication_look.c.publication == number))
        self._connection.execute(
            insert(publication_look).values(
                publication=number,
                state=look.state.value,
                looked_at=look.at,
                detail=look.detail,
                failures=look.failures,
                told_at=look.told_at,
            )
        )


def published_on(entries: Sequence[Publication]) -> set[str]:
    """The platforms on which the record itself is published, by the entries that hold."""
    return {entry.platform for entry in entries if entry.holds}


def _entries() -> Select[Any]:
    joined = publication.outerjoin(publication_back).outerjoin(publication_look)
    columns = [column for table in (publication_back, publication_look) for column in table.c if not column.primary_key]
    return select(publication, *columns).select_from(joined)


def _publication(row: Row[Any]) -> Publication:
    look = None
    if row.state is not None:
        look = LinkLook(LinkState(row.state), row.looked_at, row.detail, row.failures, row.told_at)
    return Publication(
        id=row.id,
        record=row.record,
        platform=row.platform,
        platform_name=row.platform_name,
        published_at=row.published_at,
        link=row.link,
        noted_at=row.noted_at,
        noted_by=row.noted_by,
        taken_back_at=row.taken_back_at,
        taken_back_by=row.taken_back_by,
        reason=row.reason,
        look=look,
        incident=row.incident,
    )
