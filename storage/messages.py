"""Keeps the messages of the local message page, which needs no server and no network."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, select, update

from records.messages import Message
from storage.inserting import insert_new
from storage.tables import message as messages


class Messages:
    """The local message page."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(
        self,
        idem_key: str,
        recipient: str,
        at: datetime,
        title: str,
        body: str,
        link: str | None,
        repeated: bool = False,
        kind: str | None = None,
    ) -> bool:
        """Show a message to `recipient`; a second one with the same key changes nothing and returns False."""
        return insert_new(
            self._connection,
            messages,
            idem_key=idem_key,
            recipient=recipient,
            at=at,
            title=title,
            body=body,
            link=link,
            repeated=repeated,
            kind=kind,
        )

    def of(self, recipients: Sequence[str] | None = None, limit: int = 100, unread: bool = False) -> list[Message]:
        """Messages to these recipients (all of them where None), newest first."""
        query = select(messages).order_by(messages.c.at.desc(), messages.c.id.desc()).limit(limit)
        if recipients is not None:
            query = query.where(messages.c.recipient.in_(recipients))
        if unread:
            query = query.where(messages.c.read_at.is_(None))
        return [_message(row) for row in self._connection.execute(query)]

    def unread_count(self, recipients: Sequence[str] | None = None) -> int:
        """How many messages to these recipients nobody has read."""
        query = select(func.count()).select_from(messages).where(messages.c.read_at.is_(None))
        if recipients is not None:
            query = query.where(messages.c.recipient.in_(recipients))
        return self._connection.execute(query).scalar_one()

    def read(self, message_id: int, by: str, at: datetime) -> bool:
        """Note the first reader of a message; False where it was read before."""
        changed = self._connection.execute(
            update(messages)
            .where(messages.c.id == message_id, messages.c.read_at.is_(None))
            .values(read_at=at, read_by=by)
        )
        return changed.rowcount == 1


def _message(row: Row[Any]) -> Message:
    return Message(
        id=row.id,
        idem_key=row.idem_key,
        recipient=row.recipient,
        at=row.at,
        title=row.title,
        body=row.body,
        link=row.link,
        repeated=row.repeated,
        read_at=row.read_at,
        read_by=row.read_by,
        kind=row.kind,
    )
