"""Says which days are off and by which table, which years lack one, and what an import would change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from pipeline.refusals import Refused
from pipeline.views import may_somewhere
from pipeline.working_calendar import IMPORT, Imported, previewed, working_days
from records.people import Person
from records.zone import CHINA
from regulation.calendar_notice import Line, lines_of, notice_of, row_of
from regulation.working_days import YearTable
from storage.store import Transaction


@dataclass(frozen=True, slots=True)
class CalendarPage:
    """The tables of the years that matter now, the current one first; `missing` are those without one of their own.

    `drafts` are the words of a year's notice, as far as they are known, to be completed: first of the year that lacks one.
    """

    tables: Sequence[YearTable]
    missing: Sequence[int]
    drafts: Mapping[int, str]


@dataclass(frozen=True, slots=True)
class Draft:
    """What was written for a year: its lines as they were read; what an import would change, or why there can be none."""

    lines: Sequence[Line]
    imported: Imported | None
    fault: str | None


def calendar_page(t: Transaction, person: Person, now: datetime) -> CalendarPage | None:
    """The calendar; None for a person who does not import it."""
    if not may_somewhere(person, IMPORT):
        return None
    calendar, today = working_days(t), now.astimezone(CHINA).date()
    others = sorted(set(calendar.imported) - {today.year, today.year + 1}, reverse=True)
    missing = calendar.missing(today)
    years = sorted((today.year, today.year + 1), key=lambda year: (year not in missing, -year))
    drafts = {year: notice_of(calendar.table(year)) for year in years}
    return CalendarPage([calendar.table(year) for year in (today.year, today.year + 1, *others)], missing, drafts)


def preview(t: Transaction, year: int, text: str) -> Draft:
    """How this text is read, and what its import would change."""
    lines = lines_of(year, text)
    if any(line.fault for line in lines):
        return Draft(lines, None, "上面标出的行改好以后才能导入")
    try:
        return Draft(lines, previewed(t, row_of(year, lines)), None)
    except Refused as refused:
        return Draft(lines, None, str(refused))
