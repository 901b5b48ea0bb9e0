"""Keeps the sheets of the half-yearly inspection; sheets and the entries on them are added and never changed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, insert, select

from records.inspections import Case, Counted, Sheet, SheetEntry, SheetKind, SheetNoted
from storage.tables import inspection_entry, inspection_sheet
from storage.turns import take_turn


class Inspections:
    """Sheets and their entries."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def take_turn(self) -> None:
        """Let no other transaction write here until this one ends."""
        take_turn(self._connection, "inspections")

    def begin(self, begun: Sheet) -> Sheet:
        """Keep a new sheet for good; the same with its number."""
        values = {
            "kind": begun.kind.value,
            "unit": begun.unit,
            "first_day": begun.first.isoformat(),
            "last_day": begun.last.isoformat(),
            "rules": begun.rules,
            "begun_at": begun.begun_at,
            "begun_by": begun.begun_by,
        }
        made = insert(inspection_sheet).values(**values).returning(inspection_sheet.c.id)
        return replace(begun, id=self._connection.execute(made).scalar_one())

    def note(self, entry: SheetEntry) -> SheetEntry:
        """Write an entry for good; the same with its number."""
        values = {
            "sheet": entry.sheet,
            "noted": entry.noted.value,
            "at": entry.at,
            "actor": entry.actor,
            "check": entry.check,
            "points": entry.points,
            "text": entry.text,
            "evidence": entry.evidence,
            "figures": None if entry.figures is None else [_counted_values(one) for one in entry.figures],
            "of": entry.of,
        }
        made = insert(inspection_entry).values(**values).returning(inspection_entry.c.id)
        return replace(entry, id=self._connection.execute(made).scalar_one())

    def get(self, sheet_id: int) -> Sheet | None:
        """The sheet of that number."""
        return next(iter(self._those(inspection_sheet.c.id == sheet_id)), None)

    def many(self, sheet_ids: Collection[int]) -> dict[int, Sheet]:
        """The sheets of these numbers, by number."""
        return {one.id: one for one in self._those(inspection_sheet.c.id.in_(list(sheet_ids)))}

    def find(self, kind: SheetKind, unit: str, first: date) -> Sheet | None:
        """The sheet of that kind for that unit and the half-year that begins then."""
        table = inspection_sheet.c
        those = self._those(table.kind == kind.value, table.unit == unit, table.first_day == first.isoformat())
        return next(iter(those), None)

    def listed(self, firsts: Collection[date] | None = None, unit: str | None = None) -> list[Sheet]:
        """The sheets of these half-years, by the day on which each begins, or of all; with `unit` those of that unit alone."""
        table = inspection_sheet.c
        conditions = [] if unit is None else [table.unit == unit]
        if firsts is not None:
            conditions.append(table.first_day.in_([one.isoformat() for one in firsts]))
        return self._those(*conditions)

    def half_years(self) -> list[date]:
        """On which days the half-years begin of which there is a sheet, the last one first."""
        column = inspection_sheet.c.first_day
        days = self._connection.execute(select(column).distinct().order_by(column.desc())).scalars()
        return [date.fromisoformat(day) for day in days]

    def entries(self, sheet_ids: Sequence[int]) -> dict[int, list[SheetEntry]]:
        """The entries of several sheets, oldest first, by sheet."""
        found: dict[int, list[SheetEntry]] = {sheet_id: [] for sheet_id in sheet_ids}
        query = (
            select(inspection_entry).where(inspection_entry.c.sheet.in_(list(found))).order_by(inspection_entry.c.id)
        )
        for row in self._connection.execute(query):
            found[row.sheet].append(_entry(row))
        return found

    def _those(self, *conditions: ColumnElement[bool]) -> list[Sheet]:
        query = select(inspection_sheet).where(*conditions).order_by(inspection_sheet.c.id)
        found = [_sheet(row) for row in self._connection.execute(query)]
        return sorted(found, key=lambda one: (-one.first.toordinal(), one.unit, one.kind))


def _sheet(row: Row[Any]) -> Sheet:
    return Sheet(
        id=row.id,
        kind=SheetKind(row.kind),
        unit=row.unit,
        first=date.fromisoformat(row.first_day),
        last=date.fromisoformat(row.last_day),
        rules=row.rules,
        begun_at=row.begun_at,
        begun_by=row.begun_by,
    )


def _entry(row: Row[Any]) -> SheetEntry:
    return SheetEntry(
        id=row.id,
        sheet=row.sheet,
        noted=SheetNoted(row.noted),
        at=row.at,
        actor=row.actor,
        check=row.check,
        points=row.points,
        text=row.text,
        evidence=row.evidence,
        figures=None if row.figures is None else tuple(_counted(one) for one in row.figures),
        of=row.of,
    )


def _counted_values(one: Counted) -> dict[str, Any]:
    return {"figure": one.figure, "cases": [[case.ref, case.held, case.days_late, case.what] for case in one.cases]}


def _counted(values: dict[str, Any]) -> Counted:
    return Counted(values["figure"], tuple(Case(*case) for case in values["cases"]))
