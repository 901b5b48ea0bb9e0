"""Says which days are off and by which table, which years lack one, and what an import would change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from pipeline.refusals import Refused
from pipeline.views import may_somewhere
from pipeline.working_calendar import IMPORT, Imported, previewed, working_days
from records.people import Person
from regulation.working_days import SHANGHAI, BadCalendar, YearTable, by_law, written_table
from storage.store import Transaction


@dataclass(frozen=True, slots=True)
class CalendarPage:
    """The tables of the years that matter now, the current one first; `missing` are those without one of their own.

    `draft` is the table of the first of these, or of the next year, as far as the law knows it: to be completed.
    """

    tables: Sequence[YearTable]
    missing: Sequence[int]
    draft: str


def calendar_page(t: Transaction, person: Person, now: datetime) -> CalendarPage | None:
    """The calendar; None for a person who does not import it."""
    if not may_somewhere(person, IMPORT):
        return None
    calendar, today = working_days(t), now.astimezone(SHANGHAI).date()
    others = sorted(set(calendar.imported) - {today.year, today.year + 1}, reverse=True)
    missing = calendar.missing(today)
    draft = by_law(missing[0] if missing else today.year + 1).written()
    return CalendarPage([calendar.table(year) for year in (today.year, today.year + 1, *others)], missing, draft)


def preview(t: Transaction, text: str) -> Imported:
    """What an import of this text would change. Raises Refused."""
    try:
        row = written_table(text)
    except BadCalendar as fault:
        raise Refused(str(fault)) from None
    return previewed(t, row)
