"""Keeps rows of sources that people manage on the desk; a removed row stays, marked, and its history is in the audit log."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from storage.tables import source_row
from storage.turns import take_turn


@dataclass(frozen=True, slots=True)
class SourceRow:
    """A row as it was last saved. `revision` counts its changes from 1; `by` is who made the last one."""

    id: str
    row: Mapping[str, Any]
    revision: int
    at: datetime
    by: str
    removed: bool = False


class SourceRows:
    """The rows of sources in the store."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def take_turn(self) -> None:
        """Make this transaction the only one that changes rows until it ends."""
        take_turn(self._connection, "source_rows")

    def version(self) -> int:
        """A number that grows with every change of any row."""
        return int(self._connection.execute(select(func.coalesce(func.sum(source_row.c.revision), 0))).scalar_one())

    def all(self) -> list[SourceRow]:
        """Every row, removed ones too, by id."""
        return [_row(found) for found in self._connection.execute(select(source_row).order_by(source_row.c.id))]

    def get(self, source: str) -> SourceRow | None:
        """The row of that id, removed or not; None where there never was one."""
        found = self._connection.execute(select(source_row).where(source_row.c.id == source)).first()
        return None if found is None else _row(found)

    def put(self, source: str, row: Mapping[str, Any], at: datetime, by: str, removed: bool = False) -> int:
        """Store a row under its next revision, which is returned. Take the turn first."""
        before = self.get(source)
        revision = 1 if before is None else before.revision + 1
        values = {"row": dict(row), "removed": removed, "revision": revision, "changed_at": at, "changed_by": by}
        if before is None:
            self._connection.execute(insert(source_row).values(id=source, **values))
        else:
            self._connection.execute(update(source_row).where(source_row.c.id == source).values(**values))
        return revision


def _row(found: Row[Any]) -> SourceRow:
    return SourceRow(found.id, found.row, found.revision, found.changed_at, found.changed_by, found.removed)
