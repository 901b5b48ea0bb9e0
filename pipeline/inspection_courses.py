"""Counts for one unit and one half-year how proposals, suggestions and incidents went: steps, returns, time limits, answers."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import and_, or_, select

from casework.disclosures.due import due_of
from casework.suggestions.standing import Course
from pipeline.due_days import pending
from pipeline.proposing import Proposal, proposals
from pipeline.suggestion_courses import courses
from pipeline.working_calendar import working_days
from records.alerts import DeadlineState, Ending
from records.incidents import IncidentState
from records.inspections import Case
from records.proposals import Noted
from records.suggestions import Did, Standing, SuggestionEntry
from records.words import Attribute
from records.zone import CHINA
from regulation.disclosure_time import DisclosureTime
from regulation.time_limits import ACKNOWLEDGEMENT, CO_ACKNOWLEDGEMENT, INITIAL_REPORT
from storage.store import Transaction
from storage.suggestions import Wanted
from storage.tables import deadline, incident, proposal

_LOOKED_BACK = timedelta(days=366)
"""What is due in a half-year was begun no longer before it."""

_NEVER = "逾期，还没有公开"
_MOST = 100_000
_CHUNK = 500
_DAY = timedelta(days=1)
_REPORTS = (Ending.INITIAL_REPORT.value, Ending.FINAL_REPORT.value)
_ACKNOWLEDGED = (ACKNOWLEDGEMENT, CO_ACKNOWLEDGEMENT)
_COUNTED = [state.value for state in IncidentState if state.counts]


@dataclass(frozen=True, slots=True)
class Window:
    """Of which unit, from when until when; nothing after `now` is known."""

    unit: str
    since: datetime
    until: datetime
    now: datetime

    @property
    def ends(self) -> datetime:
        """The end, or now where that is sooner."""
        return min(self.until, self.now)

    def holds(self, moment: datetime | None) -> bool:
        """Whether a moment lies in it."""
        return moment is not None and self.since <= moment < self.until


@dataclass(frozen=True, slots=True)
class Looked:
    """The cases by figure, and which records went through a procedure."""

    cases: Mapping[str, Sequence[Case]]
    with_course: frozenset[str]


def look(t: Transaction, window: Window, rules: DisclosureTime, records: Collection[str]) -> Looked:
    """Count; `records` are those that the unit published in that time."""
    found = _proposals(t, window, records)
    published = [one for one in found if one.standing.published and window.holds(one.standing.published.at)]
    suggested = _suggestions(t, window)
    return Looked(
        cases={
            "secrecy_in_time": list(_secrecy(published)),
            "not_returned": list(_returned(published)),
            "extended": list(_extended(found, window)),
            "limits_kept": list(_limits(t, found, window, rules)),
            "suggestions_answered": list(_answered(suggested, window)),
            "suggestions_fed_back": list(_fed_back(suggested, window)),
            **_clocks(t, window),
        },
        with_course=frozenset(
            record for one in found if one.standing.published for record in (one.kept.id, one.kept.record) if record
        ),
    )


def late_by(due: date, done: date) -> int:
    """By how many days something was done after its last day."""
    return max(0, (done - due).days)


def _proposals(t: Transaction, window: Window, records: Collection[str]) -> list[Proposal]:
    """What the unit proposed not too long ago, and what its published records came from, whoever proposed that."""
    columns = proposal.c
    recent = and_(columns.unit == window.unit, columns.begun_at >= window.since - _LOOKED_BACK)
    ids = set(t.connection.execute(select(columns.id).where(recent, columns.begun_at < window.ends)).scalars())
    known = sorted(records)
    for begin in range(0, len(known), _CHUNK):
        part = known[begin : begin + _CHUNK]
        query = select(columns.id).where(or_(columns.id.in_(part), columns.record.in_(part)))
        ids |= set(t.connection.execute(query).scalars())
    wanted = sorted(ids)
    parts = (wanted[begin : begin + _CHUNK] for begin in range(0, len(wanted), _CHUNK))
    return [one for part in parts for one in proposals(t, t.proposals.many(part))]


def _secrecy(published: Sequence[Proposal]) -> Iterator[Case]:
    """What the last look before publication found and no form had shown: it was nearly let out."""
    for one in published:
        late = sum(entry.noted is Noted.CHECKED and bool(entry.flags) for entry in one.entries)
        yield Case(one.kept.id, not late, 0, "公开前最后复查才查出涉密或敏感标记" if late else None)


def _returned(published: Sequence[Proposal]) -> Iterator[Case]:
    for one in published:
        times = sum(entry.noted is Noted.RETURNED for entry in one.entries)
        yield Case(one.kept.id, not times, 0, f"退回 {times} 次" if times else None)


def _extended(found: Sequence[Proposal], window: Window) -> Iterator[Case]:
    for one in found:
        if any(entry.noted is Noted.EXTENDED and window.holds(entry.at) for entry in one.entries):
            yield Case(one.kept.id, True)


def _limits(t: Transaction, found: Sequence[Proposal], window: Window, rules: DisclosureTime) -> Iterator[Case]:
    calendar, today = working_days(t), window.now.astimezone(CHINA).date()
    first, after = window.since.astimezone(CHINA).date(), window.until.astimezone(CHINA).date()
    for one in found:
        now = one.standing
        ended = now.end is not None and now.published is None
        if one.kept.unit != window.unit or now.form is None or ended or now.attribute is Attribute.WITHHELD:
            continue
        extensions = [entry.until for entry in one.entries if entry.noted is Noted.EXTENDED and entry.until]
        day = due_of(now.form, extensions, calendar, rules).day
        if day is None or not first <= day < after:
            continue
        if now.published is not None:
            late = late_by(day, now.published.at.astimezone(CHINA).date())
            yield Case(one.kept.id, True, late, f"迟 {late} 天公开" if late else None)
        elif today > day:
            yield Case(one.kept.id, False, 0, _NEVER)
    for again in pending(t, window.now, rules):
        day = again.due.day
        if (
            again.record is not None
            and again.unit == window.unit
            and day is not None
            and first <= day < min(after, today)
        ):
            yield Case(f"{again.record}（{again.what}）", False, 0, _NEVER)


def _suggestions(t: Transaction, window: Window) -> list[Course]:
    wanted = Wanted(unit=window.unit, since=window.since - _LOOKED_BACK, until=window.ends)
    found = sorted(t.suggestions.listed(wanted, _MOST), key=lambda one: one.id)
    read = courses(t, found)
    mine = [read[one.id] for one in found]
    return [one for one in mine if one.unit == window.unit and one.standing is not Standing.VOID]


def _answered(found: Sequence[Course], window: Window) -> Iterator[Case]:
    """Answered by its day, and what was adopted carried out by the day that was promised."""
    for one in found:
        asked = one.transferred or _registered(one)
        done = None if one.answer is None else one.answer.at
        yield from _due(one.suggestion, asked, done, window, "办理")
        if one.answer is not None and one.answer.did is Did.ADOPTED:
            carried = None if one.outcome is None else one.outcome.at
            yield from _due(f"{one.suggestion}（落实）", one.answer, carried, window, "落实")


def _fed_back(found: Sequence[Course], window: Window) -> Iterator[Case]:
    for one in found:
        told = None if one.feedback is None else one.feedback.happened_at or one.feedback.at
        yield from _due(one.suggestion, one.outcome, told, window, "反馈")


def _registered(course: Course) -> SuggestionEntry | None:
    return next((one for one in course.entries if one.did is Did.REGISTERED), None)


def _due(ref: str, asked: SuggestionEntry | None, done: datetime | None, window: Window, what: str) -> Iterator[Case]:
    """The case of one wait, where it was due in that time."""
    if asked is None or asked.due_at is None or not window.holds(asked.due_at):
        return
    if done is not None:
        late = _days_begun(asked.due_at, done)
        yield Case(ref, True, late, f"迟 {late} 天{what}" if late else None)
    elif window.now > asked.due_at:
        yield Case(ref, False, 0, f"逾期，还没有{what}")


def _days_begun(due: datetime, done: datetime) -> int:
    """By how many days begun something was done after the moment until which it was due."""
    return 0 if done <= due else -((due - done) // _DAY)


def _clocks(t: Transaction, window: Window) -> dict[str, list[Case]]:
    """The clocks of incidents that the unit owed, by figure; what was cancelled was owed no more."""
    columns = deadline.c
    owed = or_(columns.unit == window.unit, and_(columns.unit.is_(None), incident.c.unit == window.unit))
    query = (
        select(columns.incident, columns.kind, columns.activation, columns.due_at, columns.state, columns.ended_at)
        .add_columns(columns.ends)
        .join(incident, incident.c.id == columns.incident)
        .where(owed, columns.due_at >= window.since, columns.due_at < window.until)
        .where(columns.state != DeadlineState.CANCELLED.value, incident.c.state.in_(_COUNTED))
        .order_by(columns.id)
    )
    found: dict[str, list[Case]] = {"acknowledged": [], "reported": [], "answered": []}
    for row in t.connection.execute(query):
        ref = f"{row.incident}/{row.kind}/{row.activation}"
        figure = _figure(row.kind, row.ends)
        if row.ended_at is not None:
            late = _days_begun(row.due_at, row.ended_at)
            found[figure].append(Case(ref, True, late, f"迟 {_span(row.ended_at - row.due_at)}" if late else None))
        elif window.now > row.due_at:
            found[figure].append(Case(ref, False, 0, "逾期，还没有办"))
    return found


def _figure(kind: str, ends: str | None) -> str:
    duty = kind.partition(".")[0]
    if duty in _ACKNOWLEDGED:
        return "acknowledged"
    return "reported" if duty == INITIAL_REPORT or ends in _REPORTS else "answered"


def _span(length: timedelta) -> str:
    minutes = max(1, length // timedelta(minutes=1))
    if minutes < 60:
        return f"{minutes} 分钟"
    hours, left = divmod(minutes, 60)
    if hours < 24:
        return f"{hours} 小时 {left} 分钟" if left else f"{hours} 小时"
    return f"{hours // 24} 天 {hours % 24} 小时"
