"""Turns the suggestions ledger into what its page and the record's page show, for one person: a unit sees its own."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from casework.suggestions.moves import may_be_taken_back, possible
from casework.suggestions.standing import Course, course_of
from pipeline.suggesting import ACTS
from pipeline.suggestion_courses import courses, courses_of
from pipeline.views import HIDDEN_TITLE, may, may_everywhere, may_read, may_somewhere
from records.disclosures import Disclosure
from records.people import Person
from records.suggestions import Did, Standing, Suggestion, SuggestionEntry
from regulation.suggestions import SuggestionRules
from storage.store import Transaction
from storage.suggestions import Wanted

VIEW = "view_suggestions"
MOST = 20_000
"""So many suggestions are looked through for the ledger, the newest first."""

HIDDEN_TEXT = "（涉及党内公开事项，内容不向您显示）"


@dataclass(frozen=True, slots=True)
class SuggestionRow:
    """One suggestion in a list, its words and the record's title as this person may read them.

    `outward_title` is the title for a file or a paper: never that of a party record, whoever asks.
    """

    suggestion: Suggestion
    course: Course
    record_title: str | None
    outward_title: str | None


@dataclass(frozen=True, slots=True)
class SuggestionPage:
    """One suggestion with the steps that the person may note now, and the entries that they may take back."""

    row: SuggestionRow
    steps: frozenset[Did]
    mistaken: Sequence[SuggestionEntry]
    may_redact: bool


def ledger(
    t: Transaction,
    person: Person,
    now: datetime,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    standing: Standing | None = None,
    open_only: bool = False,
    record: str | None = None,
) -> list[SuggestionRow]:
    """The suggestions that this person may see: what is overdue first, then what waits, then what is finished."""
    if not may_somewhere(person, VIEW):
        return []
    unit = None if may_everywhere(person, VIEW) else person.unit
    found = t.suggestions.listed(Wanted(unit, since, until, record, open_only), MOST)
    rows = _rows(t, person, found, courses(t, found))
    wanted = [row for row in rows if standing in (None, row.course.standing)]
    return sorted(wanted, key=lambda row: _urgency(row, now))


def page(t: Transaction, person: Person, suggestion_id: str, rules: SuggestionRules) -> SuggestionPage | None:
    """One suggestion; None where there is none or the person may not see it."""
    found = t.suggestions.get(suggestion_id)
    if found is None:
        return None
    course = courses_of(t, [suggestion_id])[suggestion_id]
    if not any(may(person, VIEW, unit) for unit in _units(found, course)):
        return None
    (row,) = _rows(t, person, [found], {suggestion_id: course})
    steps = frozenset(did for did in possible(course, rules) if may(person, ACTS[did], course.unit))
    mistaken = may_be_taken_back(course) if Did.VOID in steps else []
    return SuggestionPage(row, steps - {Did.VOID, Did.REGISTERED}, mistaken, may_everywhere(person, "redact"))


def _rows(
    t: Transaction, person: Person, suggestions: Sequence[Suggestion], found: Mapping[str, Course]
) -> list[SuggestionRow]:
    records = t.disclosures.many(one.record for one in suggestions if one.record is not None)
    return [_row(person, one, found[one.id], records.get(one.record or "")) for one in suggestions]


def _row(person: Person, found: Suggestion, course: Course, record: Disclosure | None) -> SuggestionRow:
    known = record is None or may_read(person, record)
    title = None if record is None else record.title if known else HIDDEN_TITLE
    outward = None if record is None else record.outward_title
    if known or (person.unit is not None and person.unit in _units(found, course)):
        return SuggestionRow(found, course, title, outward)
    wordless = course_of([replace(entry, text=None) for entry in course.entries], found.unit)
    return SuggestionRow(replace(found, text=HIDDEN_TEXT), wordless, title, outward)


def _units(found: Suggestion, course: Course) -> Collection[str | None]:
    """Every unit that handles the suggestion or has handled it."""
    transferred = [one.unit for one in course.entries if one.did is Did.TRANSFERRED and one.id not in course.gone]
    return {found.unit, *transferred}


def _urgency(row: SuggestionRow, now: datetime) -> tuple[bool, bool, float, float]:
    due = row.course.next_due()
    late = row.course.overdue(now)
    return (
        not row.course.waits,
        not late,
        float("inf") if due is None else due.timestamp(),
        -row.suggestion.received_at.timestamp(),
    )
