"""Keeps the duty roster, the shift log and the notes of handing over; what is written there is never changed."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, delete, insert, or_, select, update

from records.duty import Handover, LogEntry, Shift
from storage.meta import Meta
from storage.tables import duty_entry as entries
from storage.tables import duty_handover as handovers
from storage.tables import duty_shift as shifts
from storage.turns import take_turn


class Duty:
    """Shifts, the entries of shift logs, and handovers."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def on_duty(self, recipient: str, at: datetime) -> Shift | None:
        """Whose duty for the recipient lasts at that moment."""
        found = self.between(recipient, at, None)
        return next((shift for shift in found[:1] if shift.covers(at)), None)

    def has_roster(self, recipient: str) -> bool:
        """Whether there is any row for the recipient, past or to come, since its roster was last stopped."""
        stopped = Meta(self._connection).get(_stopped(recipient))
        query = select(shifts.c.begins_at).where(shifts.c.recipient == recipient).limit(1)
        if stopped is not None:
            query = query.where(shifts.c.ends_at > datetime.fromisoformat(stopped))
        return self._connection.execute(query).first() is not None

    def stop(self, recipient: str, at: datetime) -> None:
        """The recipient has a roster no more, until a shift is written that ends later than those there are; these stay."""
        last = max((shift.ends_at for shift in self.between(recipient, at, None)), default=at)
        Meta(self._connection).put(_stopped(recipient), last.isoformat())

    def stopped(self, recipient: str) -> str | None:
        """The mark that `stop` left, as it is kept; None without one."""
        mark: str | None = Meta(self._connection).get(_stopped(recipient))
        return mark

    def put_back_mark(self, recipient: str, mark: str | None) -> None:
        """Let the mark be again what `stopped` once gave."""
        Meta(self._connection).put(_stopped(recipient), mark)

    def recipients(self) -> list[str]:
        """Everybody for whom there is, or was, a roster."""
        return list(
            self._connection.execute(select(shifts.c.recipient).distinct().order_by(shifts.c.recipient)).scalars()
        )

    def between(self, recipient: str, begin: datetime, end: datetime | None) -> list[Shift]:
        """The recipient's shifts of which some moment lies in [begin, end), in order of time."""
        query = select(shifts).where(shifts.c.recipient == recipient, shifts.c.ends_at > begin)
        if end is not None:
            query = query.where(shifts.c.begins_at < end)
        return [_shift(row) for row in self._connection.execute(query.order_by(shifts.c.begins_at))]

    def take_turn(self, recipient: str) -> None:
        """Hold the recipient's roster against other writers until the transaction ends."""
        take_turn(self._connection, f"duty {recipient}")

    def add(self, shift: Shift) -> None:
        """Write one shift; the caller has seen that it overlaps no other."""
        self._connection.execute(
            insert(shifts).values(
                recipient=shift.recipient,
                begins_at=shift.begins_at,
                ends_at=shift.ends_at,
                name=shift.name,
                instead_of=shift.instead_of,
                reason=shift.reason,
            )
        )

    def replace(self, gone: Sequence[Shift], new: Sequence[Shift]) -> None:
        """Take shifts out and write others in their place."""
        for shift in gone:
            own = (shifts.c.recipient == shift.recipient, shifts.c.begins_at == shift.begins_at)
            self._connection.execute(delete(shifts).where(*own))
        for shift in new:
            self.add(shift)

    def note(self, entry: LogEntry) -> LogEntry:
        """Write an entry of the shift log for good; the same with its number."""
        values = {key: value for key, value in asdict(entry).items() if key != "id"}
        written = insert(entries).values(**values).returning(entries.c.id)
        return replace(entry, id=self._connection.execute(written).scalar_one())

    def noted(self, recipient: str, begin: datetime, end: datetime) -> list[LogEntry]:
        """The recipient's entries of what happened, or was written, in [begin, end), by the time when it happened.

        What strikes one of them is among them, whenever it was written.
        """
        within = [and_(moment >= begin, moment < end) for moment in (entries.c.happened_at, entries.c.at)]
        own = select(entries.c.id).where(entries.c.recipient == recipient, or_(*within))
        return self._noted(or_(entries.c.id.in_(own), entries.c.of.in_(own)))

    def noted_of(self, incident: str) -> list[LogEntry]:
        """The entries on an incident, of whose duty ever, by the time when it happened."""
        return self._noted(entries.c.incident == incident)

    def entry(self, entry_id: int) -> LogEntry | None:
        """The entry of that number."""
        return next(iter(self._noted(entries.c.id == entry_id)), None)

    def struck(self, entry_id: int) -> bool:
        """Whether another entry strikes that one."""
        return bool(self._noted(entries.c.of == entry_id))

    def _noted(self, condition: ColumnElement[bool]) -> list[LogEntry]:
        query = select(entries).where(condition).order_by(entries.c.happened_at, entries.c.id)
        return [LogEntry(**row._mapping) for row in self._connection.execute(query)]

    def write(self, handover: Handover) -> int:
        """Keep a note; its id."""
        written = self._connection.execute(
            insert(handovers)
            .values(
                recipient=handover.recipient,
                by=handover.by,
                by_name=handover.by_name,
                to=handover.to,
                to_name=handover.to_name,
                note=handover.note,
                open_matters=list(handover.open_matters),
                written_at=handover.written_at,
                digest=handover.digest,
            )
            .returning(handovers.c.id)
        )
        return int(written.scalar_one())

    def sign(self, handover_id: int, at: datetime) -> bool:
        """Note that it was signed for; False where it had been."""
        changed = self._connection.execute(
            update(handovers).where(handovers.c.id == handover_id, handovers.c.signed_at.is_(None)).values(signed_at=at)
        )
        return changed.rowcount == 1

    def handover(self, handover_id: int) -> Handover | None:
        """The note of that id."""
        row = self._connection.execute(select(handovers).where(handovers.c.id == handover_id)).one_or_none()
        return None if row is None else _handover(row)

    def handovers(self, recipient: str, limit: int) -> list[Handover]:
        """The recipient's newest notes, the newest first."""
        query = select(handovers).where(handovers.c.recipient == recipient)
        order = (handovers.c.written_at.desc(), handovers.c.id.desc())
        return [_handover(row) for row in self._connection.execute(query.order_by(*order).limit(limit))]


def _stopped(recipient: str) -> str:
    return f"duty_stopped:{hashlib.sha256(recipient.encode()).hexdigest()}"


def _shift(row: Row[Any]) -> Shift:
    return Shift(row.recipient, row.name, row.begins_at, row.ends_at, row.instead_of, row.reason)


def _handover(row: Row[Any]) -> Handover:
    found = Handover(
        id=row.id,
        recipient=row.recipient,
        by=row.by,
        by_name=row.by_name,
        to=row.to,
        to_name=row.to_name,
        note=row.note,
        open_matters=tuple(row.open_matters),
        written_at=row.written_at,
        signed_at=row.signed_at,
    )
    return replace(found, intact=found.digest == row.digest)
