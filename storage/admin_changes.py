"""Keeps what stood before and after each act of administration, for as long as it may be taken back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from storage.tables import admin_change
from storage.turns import take_turn


@dataclass(frozen=True, slots=True)
class AdminChange:
    """One act: `seq` is its row of the log, `kind` and `subject` say what it changed; `undone_by` took it back."""

    seq: int
    kind: str
    subject: str
    before: Any
    after: Any
    at: datetime
    undone_by: int | None = None


class AdminChanges:
    """The changes that may be taken back."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def take_turn(self) -> None:
        """Make this transaction the only one that takes changes back until it ends."""
        take_turn(self._connection, "admin_change")

    def add(self, change: AdminChange) -> None:
        """Keep a change."""
        self._connection.execute(
            insert(admin_change).values(
                seq=change.seq,
                kind=change.kind,
                subject=change.subject,
                before=change.before,
                after=change.after,
                at=change.at,
            )
        )

    def get(self, seq: int) -> AdminChange | None:
        """The change of that row of the log."""
        row = self._connection.execute(select(admin_change).where(admin_change.c.seq == seq)).first()
        return None if row is None else _change(row)

    def newest(self, limit: int) -> list[AdminChange]:
        """The newest changes, the newest first."""
        query = select(admin_change).order_by(admin_change.c.seq.desc()).limit(limit)
        return [_change(row) for row in self._connection.execute(query)]

    def undone(self, seq: int, by: int) -> None:
        """Note that the act of row `by` took it back."""
        self._connection.execute(update(admin_change).where(admin_change.c.seq == seq).values(undone_by=by))

    def forget(self, before: datetime) -> int:
        """Let go of what changed before then; how many changes."""
        return self._connection.execute(delete(admin_change).where(admin_change.c.at < before)).rowcount


def _change(row: Row[Any]) -> AdminChange:
    return AdminChange(row.seq, row.kind, row.subject, row.before, row.after, row.at, row.undone_by)
