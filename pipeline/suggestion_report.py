"""Writes the paper about suggestions for the leading group, for the office to sign and to hand in; it writes nothing else."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime, time, timedelta

from casework.reports.document import Letterhead, Paper, Section
from casework.suggestions.briefing import TITLE, Figures, Matter, figures, sections
from pipeline.printing import FORMATS, Format
from pipeline.refusals import Refused
from pipeline.suggestion_view import SuggestionRow, ledger
from pipeline.views import may_everywhere
from records.naming import office_name
from records.people import Person
from records.zone import CHINA
from regulation.suggestions import SuggestionRules
from storage.store import Transaction

REPORT = "report_suggestion"
"""The act as permissions.yaml names it."""

MOST = 99
"""No paper names more important suggestions."""

_DAY = timedelta(days=1)


def rows_of(t: Transaction, person: Person, first: date, last: date, now: datetime) -> list[SuggestionRow]:
    """The suggestions that came in from one day to the other, as far as this person may see them."""
    since, until = (datetime.combine(day, time(), CHINA) for day in (first, last + _DAY))
    return ledger(t, person, now, since=since, until=until)


def figures_of(rows: Iterable[SuggestionRow], rules: SuggestionRules, now: datetime) -> Figures:
    """The figures of these suggestions."""
    return figures(map(_matter, rows), rules, now)


def written_report(
    t: Transaction,
    person: Person,
    period: tuple[date, date],
    chosen: Collection[str],
    now: datetime,
    rules: SuggestionRules,
    issuer: str,
    format_: Format = FORMATS[0],
) -> bytes:
    """The paper as .docx: the figures of the period, and the `chosen` suggestions with what was done.

    `issuer` signs it; its number is left to be written in. Raises Refused.
    """
    if not may_everywhere(person, REPORT):
        raise Refused(f"您没有权限：书面报告由{office_name()}起草")
    matters = [_matter(row) for row in rows_of(t, person, *period, now)]
    picked = sorted((one for one in matters if one.suggestion.id in chosen), key=lambda one: one.suggestion.id)[:MOST]
    paper = Paper(
        letterhead=Letterhead(issuer, "", rules.report.addressee, issuer),
        serial=f"〔{now.astimezone(CHINA).year}〕    号",
        title=TITLE,
        sections=tuple(Section(*one) for one in sections(period, figures(matters, rules, now), picked, rules)),
        signed_at=now,
        closing=f"（起草人：{person.name}）",
    )
    return format_.printed(paper)


def _matter(row: SuggestionRow) -> Matter:
    return Matter(row.suggestion, row.course, f"“{row.outward_title}”" if row.outward_title else None)
