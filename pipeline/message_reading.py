"""Notes who was the first to read a message of the local message page."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from pipeline.refusals import Refused
from pipeline.views import recipients_of
from records.people import Person
from storage import tables
from storage.store import Transaction


def mark_read(t: Transaction, person: Person, message_id: int, at: datetime) -> bool:
    """Note that `person` has read it; False where somebody had before. Raises Refused for a message to somebody else."""
    query = select(tables.message.c.recipient).where(tables.message.c.id == message_id)
    if t.connection.execute(query).scalar() not in recipients_of(person):
        raise Refused("这条消息不是发给您或您单位的")
    return t.messages.read(message_id, person.name, at)


def mark_all_read(t: Transaction, person: Person, at: datetime, limit: int = 200) -> int:
    """Note that `person` has read whatever was unread; how many there were."""
    recipients = recipients_of(person)
    unread = t.messages.of(recipients, limit=limit, unread=True) if recipients else []
    return sum(t.messages.read(message.id, person.name, at) for message in unread)
