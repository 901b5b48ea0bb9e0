"""Keeps the yearly tables of days off that people import, counts by them, and moves the deadlines that a new one changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from pipeline import changes
from pipeline.attempts import Acting, attempting
from pipeline.notify import Routes, stored_contacts
from pipeline.recounting import Move, moves, recount
from pipeline.refusals import Refused
from pipeline.timekeeping import CLOCK
from records.naming import office_name
from records.words import Role
from regulation.permissions import allowed
from regulation.working_days import BadCalendar, WorkingDays, YearTable, table_from
from storage.store import Store, Transaction

IMPORT = "import_calendar"
"""The act as permissions.yaml and the audit name it."""

_KEY = changes.CALENDAR_KEY
_ORIGIN = "导入的放假安排"
_RENEWED = "程序附带的放假安排有更新"


@dataclass(frozen=True, slots=True)
class Imported:
    """A year's table, and the open deadlines that it moves."""

    table: YearTable
    moves: Sequence[Move]


@dataclass(frozen=True, slots=True)
class _Clock:
    """Who recounts where nobody has imported anything."""

    name: str = CLOCK
    role: Role | None = None


def working_days(t: Transaction) -> WorkingDays:
    """The calendar with all that was imported."""
    kept = t.meta.get(_KEY) or {}
    return WorkingDays({int(year): _kept(row) for year, row in kept.items()})


def previewed(t: Transaction, row: Any) -> Imported:
    """What an import of this year's table would change; nothing is written. Raises Refused."""
    table = _table(row)
    return Imported(table, moves(t, _with(working_days(t), table)))


def import_calendar(store: Store, row: Any, actor: Acting, at: datetime, routes: Routes = stored_contacts) -> Imported:
    """Count by this year's table from now on, in place of one imported before, the deadlines that run as well.

    Raises Refused.
    """
    with attempting(store, actor, IMPORT, "calendar", at) as t:
        if actor.role is not None and not allowed(actor.role, IMPORT):
            raise Refused(f"您没有权限导入放假安排：请联系{office_name()}或管理员")
        table = _table(row)
        t.meta.take_turn(_KEY)
        kept = t.meta.get(_KEY) or {}
        before = changes.calendar_of(t, str(table.year))
        t.meta.put(_KEY, {**kept, str(table.year): _to_keep(table)})
        moved = recount(t, working_days(t), actor, at, f"导入了 {table.year} 年的放假安排", routes)
        facts = {
            "off": len(table.off),
            "worked": len(table.worked),
            "before": str(table.year) in kept,
            "moved": len(moved),
        }
        seq = t.audit.append(at, actor.name, actor.role, IMPORT, str(table.year), True, facts)
        changes.note(t, seq, changes.CALENDAR, str(table.year), before, _to_keep(table), at)
    return Imported(table, moved)


def put_back(t: Transaction, year: str, table: Any, actor: Acting, at: datetime, routes: Routes) -> int:
    """Count that year by this table again, by none where there was none; how many deadlines moved."""
    t.meta.take_turn(_KEY)
    kept = {key: row for key, row in (t.meta.get(_KEY) or {}).items() if key != year}
    t.meta.put(_KEY, kept if table is None else {**kept, year: table})
    return len(recount(t, working_days(t), actor, at, f"撤销了 {year} 年放假安排的改动", routes))


def recount_open(store: Store, now: datetime, routes: Routes) -> int:
    """Move what the calendar has otherwise than it was counted, as after a new version of the program; how many moved."""
    with store.reading() as t:
        if not moves(t, working_days(t)):
            return 0
    with store.transaction() as t:
        return len(recount(t, working_days(t), _Clock(), now, _RENEWED, routes))


def _table(row: Any) -> YearTable:
    try:
        return table_from(row, _ORIGIN)
    except BadCalendar as fault:
        raise Refused(str(fault)) from None


def _with(calendar: WorkingDays, table: YearTable) -> WorkingDays:
    return WorkingDays({**calendar.imported, table.year: table})


def _to_keep(table: YearTable) -> dict[str, Any]:
    return {
        "year": table.year,
        "off": {day.isoformat(): name for day, name in sorted(table.off.items())},
        "worked": [day.isoformat() for day in sorted(table.worked)],
    }


def _kept(row: dict[str, Any]) -> YearTable:
    return YearTable(
        row["year"],
        {date.fromisoformat(day): name for day, name in row["off"].items()},
        frozenset(date.fromisoformat(day) for day in row["worked"]),
        _ORIGIN,
    )
