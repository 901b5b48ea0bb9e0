"""Keeps the rectification ledger; items and entries are added and never changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, func, insert, select

from records.rectifications import Rectification, RectificationDid, RectificationEntry
from storage.tables import rectification, rectification_entry
from storage.turns import take_turn

_CHUNK = 500
_ENDS = (RectificationDid.PUBLISHED.value, RectificationDid.VOID.value)


class Rectifications:
    """Items and the entries of their ledger."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def take_turn(self) -> None:
        """Make this transaction the only one that reads and then writes the ledger until it ends."""
        take_turn(self._connection, "rectifications")

    def last_number(self, year: int) -> int:
        """The highest number given in that year, 0 before the first."""
        number = rectification.c.id
        query = select(number).where(number.startswith(f"Z{year}-"))
        found = self._connection.execute(query.order_by(func.length(number).desc(), number.desc()).limit(1)).scalar()
        return 0 if found is None else int(str(found).partition("-")[2])

    def open(self, made: Rectification) -> None:
        """Keep an item for good."""
        self._connection.execute(insert(rectification).values(**asdict(made)))

    def note(self, entry: RectificationEntry) -> RectificationEntry:
        """Write an entry for good; the same with its number."""
        values = {key: value for key, value in asdict(entry).items() if key != "id"}
        made = insert(rectification_entry).values(**values).returning(rectification_entry.c.id)
        return replace(entry, id=self._connection.execute(made).scalar_one())

    def get(self, item_id: str) -> Rectification | None:
        """The item of that number."""
        return next(iter(self._those(rectification.c.id == item_id)), None)

    def listed(self, *, unit: str | None = None, sheet: int | None = None) -> list[Rectification]:
        """The items of a unit, of a sheet, or all, the newest first."""
        conditions = [] if unit is None else [rectification.c.unit == unit]
        return self._those(*conditions, *([] if sheet is None else [rectification.c.sheet == sheet]))

    def of_sheets(self, sheets: Sequence[int]) -> dict[int, list[Rectification]]:
        """The items of several sheets, the newest first, by sheet."""
        found: dict[int, list[Rectification]] = {sheet: [] for sheet in sheets}
        for one in self._those(rectification.c.sheet.in_(list(found))):
            found[one.sheet].append(one)
        return found

    def open_ones(self) -> list[Rectification]:
        """The items that have not ended, the newest first."""
        ended = select(rectification_entry.c.id).where(
            rectification_entry.c.item == rectification.c.id, rectification_entry.c.did.in_(_ENDS)
        )
        return self._those(~ended.exists())

    def entries(self, item_ids: Sequence[str]) -> dict[str, list[RectificationEntry]]:
        """The entries of several items, oldest first, by item."""
        found: dict[str, list[RectificationEntry]] = {item_id: [] for item_id in item_ids}
        table, ids = rectification_entry, list(found)
        for begin in range(0, len(ids), _CHUNK):
            query = select(table).where(table.c.item.in_(ids[begin : begin + _CHUNK])).order_by(table.c.id)
            for row in self._connection.execute(query):
                found[row.item].append(_entry(row))
        return found

    def _those(self, *conditions: ColumnElement[bool]) -> list[Rectification]:
        query = select(rectification).where(*conditions).order_by(rectification.c.id.desc())
        return [_item(row) for row in self._connection.execute(query)]


def _item(row: Row[Any]) -> Rectification:
    return Rectification(row.id, row.sheet, row.check, row.unit, row.opened_at)


def _entry(row: Row[Any]) -> RectificationEntry:
    values = {key: value for key, value in row._mapping.items() if key != "did"}
    return RectificationEntry(did=RectificationDid(row.did), **values)
