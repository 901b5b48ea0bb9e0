"""Keeps the yearly tables of days off that people import, and gives the calendar that counts by them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from pipeline.acts import Actor
from pipeline.attempts import attempting
from pipeline.refusals import Refused
from regulation.permissions import allowed
from regulation.working_days import BadCalendar, WorkingDays, YearTable, table_from
from storage.store import Store, Transaction

IMPORT = "import_calendar"
"""The act as permissions.yaml and the audit name it."""

_KEY = "working_days"
_ORIGIN = "导入的放假安排"


def working_days(t: Transaction) -> WorkingDays:
    """The calendar with all that was imported."""
    kept = t.meta.get(_KEY) or {}
    return WorkingDays({int(year): _kept(row) for year, row in kept.items()})


def import_calendar(store: Store, row: Any, actor: Actor, at: datetime) -> YearTable:
    """Count by this year's table from now on, in place of one imported before. Raises Refused."""
    with attempting(store, actor, IMPORT, "calendar", at) as t:
        if actor.role is not None and not allowed(actor.role, IMPORT):
            raise Refused("您没有权限导入放假安排：请联系区委办或管理员")
        try:
            table = table_from(row, _ORIGIN)
        except BadCalendar as fault:
            raise Refused(str(fault)) from None
        kept = t.meta.get(_KEY) or {}
        t.meta.put(_KEY, {**kept, str(table.year): _to_keep(table)})
        facts = {"off": len(table.off), "worked": len(table.worked), "before": str(table.year) in kept}
        t.audit.append(at, actor.name, actor.role, IMPORT, str(table.year), True, facts)
    return table


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
