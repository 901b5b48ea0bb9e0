"""Reads from the store what happened in a period, for the papers of it; what may not leave the system stays out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from casework.disclosures.procedure import End
from casework.papers.periodic.figures import (
    Case,
    CatalogueFiling,
    ClockRow,
    Figures,
    Filed,
    Outcome,
    Patrols,
    Publication,
    RecordDue,
    Scheduling,
    SuggestionFigures,
    UnitStanding,
    china_day,
)
from casework.reports.drafting import matter
from casework.suggestions.standing import Course
from pipeline.due_days import Pending, due_ever, pending
from pipeline.proposing import Proposal, proposals, running
from pipeline.suggestion_courses import courses, courses_of
from records.alerts import Deadline, DeadlineState
from records.days import By
from records.disclosures import Disclosure
from records.incidents import Incident, IncidentState
from records.naming import office_name
from records.suggestions import Did, Standing
from records.words import Attribute
from regulation.disclosure_time import DisclosureTime
from regulation.periodic import Stretch
from regulation.time_limits import DUTY_LABELS
from storage.store import Transaction
from storage.suggestions import Wanted

_MOST = 1_000_000
_CHUNK = 500
_NOT_OWED = (End.WITHHELD, End.DROPPED)


def figures_of(t: Transaction, stretch: Stretch, now: datetime) -> Figures:
    """Everything of the period as it is known now."""
    since, until = stretch.begins_at, stretch.ends_at
    found = [one for one in t.incidents.between(since, until) if one.state.counts]
    going_on = [one for one in t.incidents.ongoing() if one.opened_at < until]
    ongoing = sorted(going_on, key=lambda one: (one.opened_at, one.id))
    due = [one for one in t.deadlines.due_between(since, until) if one.state is not DeadlineState.CANCELLED]
    records = t.disclosures.many(one.disclosure for one in (*found, *ongoing) if one.disclosure is not None)
    return Figures(
        stretch=stretch,
        at=now,
        whole=_whole(t, stretch, now),
        posts=tuple(t.post_days.counted(stretch.first, stretch.last, (By.DAY, By.CHANNEL, By.CATEGORY, By.SENTIMENT))),
        opened=_cases((one for one in found if since <= one.opened_at < until), records),
        closed=_cases((one for one in found if _closed_in(one, since, until)), records),
        ongoing=_cases(ongoing, records),
        clocks=_clocks(t, due),
        alerts=tuple(t.alerts.states_between(since, until)),
        reports=tuple(Filed(one.incident, one.kind, one.serial) for one in t.reports.filed_in(since, until)),
        answers=tuple(one.incident for one in t.reports.responses_in(since, until)),
        patrols=_patrols(t, stretch),
        suggestions=_suggestions(t, since, until, now),
        published=tuple(Publication(one.id, one.unit) for one in t.disclosures.published_in(since, until)),
        catalogue=tuple(sorted(one.number for one in t.catalogues.versions() if since <= one.at < until)),
        filings=tuple(
            CatalogueFiling(one.id or 0, one.noted)
            for one in t.catalogues.filings()
            if since <= one.happened_at < until
        ),
    )


def scheduling_of(t: Transaction, stretch: Stretch, now: datetime, rules: DisclosureTime) -> Scheduling:
    """How the units stand with what they owed in the period, and what they owe now."""
    today, owed = china_day(now), _owed(t, now, rules)
    late = _late_clocks(t, stretch, now)
    suggestions = _late_suggestions(t, now)
    before = stretch.before()
    earlier = _standings(owed, before, today, {}, {}) if _whole(t, before, now) else None
    return Scheduling(stretch, now, today, _standings(owed, stretch, today, late, suggestions), earlier)


def _whole(t: Transaction, stretch: Stretch, now: datetime) -> bool:
    """Whether the period is over, the desk watched from its first day on, and no post of it went uncounted."""
    begun, counted = t.audit.begun_at(), t.post_days.since()
    watched = begun is not None and china_day(begun) <= stretch.first
    return stretch.ends_at <= now and watched and (counted is None or counted <= stretch.first)


def _closed_in(one: Incident, since: datetime, until: datetime) -> bool:
    return one.state is IncidentState.CLOSED and one.closed_at is not None and since <= one.closed_at < until


def _cases(incidents: Iterable[Incident], records: Mapping[str, Disclosure]) -> tuple[Case, ...]:
    return tuple(
        Case(
            one.id,
            matter(one, records.get(one.disclosure or "")),
            one.unit,
            one.category,
            one.severity,
            one.state,
            one.opened_at,
            one.acknowledged_at,
            one.closed_at,
        )
        for one in incidents
    )


def _clocks(t: Transaction, due: Sequence[Deadline]) -> tuple[ClockRow, ...]:
    units = {name: t.incidents.get(name) for name in {one.incident for one in due}}
    return tuple(_clock(one, units[one.incident]) for one in due)


def _clock(one: Deadline, incident: Incident | None) -> ClockRow:
    assert one.id is not None
    what = one.label or DUTY_LABELS.get(one.kind.partition(".")[0], one.kind)
    unit = one.unit or (None if incident is None else incident.unit)
    return ClockRow(one.id, one.incident, what, unit, one.due_at, one.state, one.ended_at)


def _patrols(t: Transaction, stretch: Stretch) -> Patrols:
    days = t.source_days.between(stretch.first, stretch.last)
    return Patrols(len(days), sum(one.attempts for one in days), sum(one.answers for one in days))


def _suggestions(t: Transaction, since: datetime, until: datetime, now: datetime) -> SuggestionFigures:
    received = t.suggestions.listed(Wanted(since=since, until=until), _MOST)
    found = [one for one in courses(t, received).values() if one.standing is not Standing.VOID]
    return SuggestionFigures(
        ids=tuple(sorted(one.suggestion for one in found)),
        adopted=_answered(found, Did.ADOPTED),
        explained=_answered(found, Did.EXPLAINED),
        finished=sum(one.finished is not None for one in found),
        overdue=tuple(sorted(one.suggestion for one in found if one.overdue(now))),
    )


def _answered(found: Iterable[Course], did: Did) -> int:
    return sum(one.answer is not None and one.answer.did is did for one in found)


def _owed(t: Transaction, now: datetime, rules: DisclosureTime) -> list[RecordDue]:
    """Everything that had or has to be published and has a due day, by number: a title may not be known outside yet."""
    ended = [one for one in t.proposals.ended(_MOST) if one.ended not in _NOT_OWED]
    parts = [ended[begin : begin + _CHUNK] for begin in range(0, len(ended), _CHUNK)]
    known = [*running(t), *(one for part in parts for one in proposals(t, part))]
    found = [row for one in known if (row := _of_proposal(t, one, rules)) is not None]
    return found + [row for one in pending(t, now, rules) if (row := _of_record(one)) is not None]


def _of_proposal(t: Transaction, one: Proposal, rules: DisclosureTime) -> RecordDue | None:
    stands = one.standing
    if stands.form is None or stands.end in _NOT_OWED or stands.attribute is Attribute.WITHHELD:
        return None
    day = due_ever(t, one, rules).day
    published = None if stands.published is None else china_day(stands.published.at)
    number = one.kept.id
    return None if day is None else RecordDue(one.kept.unit, f"拟公开事项{number}", number, day, published)


def _of_record(one: Pending) -> RecordDue | None:
    if one.proposal is not None or one.record is None or one.due.day is None:
        return None
    ref = f"{one.record}/{one.what}"
    return RecordDue(one.unit, f"公开事项{one.record}之后的{one.what}", ref, one.due.day, None)


def _late_clocks(t: Transaction, stretch: Stretch, now: datetime) -> Mapping[str, Sequence[ClockRow]]:
    """What was due in the period and went late, and what is overdue whenever it was due; by unit."""
    due = [
        one
        for one in t.deadlines.due_between(stretch.begins_at, stretch.ends_at)
        if one.state is not DeadlineState.CANCELLED
    ]
    known = {one.id for one in due}
    open_still = [one for one in t.deadlines.running() if one.due_at < stretch.begins_at and one.id not in known]
    found: dict[str, list[ClockRow]] = defaultdict(list)
    for one in _clocks(t, [*open_still, *due]):
        if one.outcome(now) in (Outcome.LATE, Outcome.OVERDUE):
            found[one.unit or office_name()].append(replace(one, unit=one.unit or office_name()))
    return found


def _late_suggestions(t: Transaction, now: datetime) -> Mapping[str, Sequence[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for one in courses_of(t, t.suggestions.overdue(now)).values():
        if one.overdue(now):
            found[one.unit or office_name()].append(one.suggestion)
    return found


def _standings(
    owed: Sequence[RecordDue],
    stretch: Stretch,
    today: date,
    clocks: Mapping[str, Sequence[ClockRow]],
    suggestions: Mapping[str, Sequence[str]],
) -> tuple[UnitStanding, ...]:
    due, overdue = defaultdict[str, list[RecordDue]](list), defaultdict[str, list[RecordDue]](list)
    for row in sorted(owed, key=lambda one: (one.day, one.ref)):
        if stretch.first <= row.day <= stretch.last:
            due[row.unit].append(row)
        if row.published is None and row.day < today:
            overdue[row.unit].append(row)
    units = sorted({*due, *overdue, *clocks, *suggestions})
    return tuple(
        UnitStanding(
            unit,
            tuple(due.get(unit, ())),
            tuple(overdue.get(unit, ())),
            tuple(clocks.get(unit, ())),
            tuple(suggestions.get(unit, ())),
        )
        for unit in units
    )
