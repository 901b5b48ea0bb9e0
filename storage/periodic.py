"""Keeps until when the papers of which period must be signed; one is owed until it is signed or its kind is switched off."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, func, select, update

from records.papers import PaperKind
from records.periodic import PeriodicDue
from storage.inserting import insert_new
from storage.tables import paper, periodic_due
from storage.turns import take_turn


class PeriodicDues:
    """The papers that are or were owed, one row a kind and period."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def take_turn(self) -> None:
        """Make this transaction the only one that reads and then writes these rows until it ends."""
        take_turn(self._connection, "periodic")

    def add(self, due: PeriodicDue) -> bool:
        """Keep that a paper is owed; False where it is known already."""
        return insert_new(
            self._connection,
            periodic_due,
            kind=due.kind.value,
            first_day=due.first.isoformat(),
            last_day=due.last.isoformat(),
            due_at=due.due_at,
            remind_hours=list(due.remind_hours),
            recorded_at=due.recorded_at,
            clause=due.clause,
            calendar=due.calendar,
            drafted_at=due.drafted_at,
        )

    def drafted(self, due: PeriodicDue, at: datetime) -> None:
        """Note that the desk has drafted it."""
        self._connection.execute(update(periodic_due).where(_of(due)).values(drafted_at=at))

    def move(self, due: PeriodicDue, due_at: datetime, calendar: str) -> None:
        """Write when it is due by another calendar."""
        self._connection.execute(update(periodic_due).where(_of(due)).values(due_at=due_at, calendar=calendar))

    def withdraw(self, kind: PaperKind, at: datetime) -> int:
        """Let nothing of this kind be owed any more; how many are not from now on."""
        open_still = (periodic_due.c.kind == kind.value, periodic_due.c.withdrawn_at.is_(None), ~_signed())
        return self._connection.execute(update(periodic_due).where(*open_still).values(withdrawn_at=at)).rowcount

    def last(self, kind: PaperKind) -> date | None:
        """The last day of the newest period of which a paper of this kind was owed."""
        query = select(func.max(periodic_due.c.last_day)).where(periodic_due.c.kind == kind.value)
        found = self._connection.execute(query).scalar()
        return None if found is None else date.fromisoformat(found)

    def owed(self, kinds: Collection[PaperKind] = tuple(PaperKind)) -> list[PeriodicDue]:
        """What must still be signed, what is due first at the head."""
        those = (
            periodic_due.c.kind.in_([one.value for one in kinds]),
            periodic_due.c.withdrawn_at.is_(None),
            ~_signed(),
        )
        query = select(periodic_due).where(*those)
        rows = self._connection.execute(query.order_by(periodic_due.c.due_at, periodic_due.c.kind))
        return [_due(row) for row in rows]

    def all(self) -> list[PeriodicDue]:
        """Everything that was ever owed, by period and kind."""
        query = select(periodic_due).order_by(periodic_due.c.first_day, periodic_due.c.last_day, periodic_due.c.kind)
        return [_due(row) for row in self._connection.execute(query)]


def _of(due: PeriodicDue) -> ColumnElement[bool]:
    return and_(periodic_due.c.kind == due.kind.value, periodic_due.c.first_day == due.first.isoformat())


def _signed() -> ColumnElement[bool]:
    """Whether a paper of that kind and period was signed, be it superseded since."""
    about = (paper.c.kind == periodic_due.c.kind, paper.c.first_day == periodic_due.c.first_day)
    whole = (paper.c.last_day == periodic_due.c.last_day, paper.c.unit.is_(None), paper.c.incident.is_(None))
    return select(paper.c.id).where(*about, *whole, paper.c.signed_at.is_not(None)).exists()


def _due(row: Row[Any]) -> PeriodicDue:
    return PeriodicDue(
        kind=PaperKind(row.kind),
        first=date.fromisoformat(row.first_day),
        last=date.fromisoformat(row.last_day),
        due_at=row.due_at,
        remind_hours=tuple(row.remind_hours),
        recorded_at=row.recorded_at,
        clause=row.clause,
        calendar=row.calendar,
        drafted_at=row.drafted_at,
    )
