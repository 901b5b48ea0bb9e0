"""Turns stored rows into what the desk page shows, for one person: nothing leaves here that the person may not see."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, ScalarSelect, and_, case, false, func, nulls_last, or_, select, true

from pipeline.owing import further_clocks
from records.alerts import OFFICE, Deadline, DeadlineState
from records.assessments import Assessment
from records.co_units import CoUnit
from records.corrections import Correction
from records.disclosures import Disclosure
from records.incidents import Incident, IncidentState, detected_at
from records.messages import Message
from records.people import Person
from records.posts import Post
from records.suggestions import origin_of_post
from records.words import Category, Severity
from regulation.permissions import allowed, concerns, everywhere, may_read_record
from regulation.severity import calls_by_sound, calls_for_plan
from regulation.time_limits import ACKNOWLEDGEMENT, INITIAL_REPORT
from storage import tables
from storage.store import Transaction

PAGE_ROWS = 200
"""No list on a page is longer."""

HIDDEN_TITLE = "党内公开事项（题目不显示）"
_ONGOING = [state.value for state in IncidentState if state.ongoing]


@dataclass(frozen=True, slots=True)
class IncidentRow:
    """One incident in a list. `deadline` is its latest clock that was not cancelled; `detected_at` its first sign.

    `further` are the clocks beside it that run, the one due first at the head; `awaited` is that of its acknowledgement
    while it runs; `all_running` are these and those that are not shown to everybody; `co_units` help.
    """

    id: str
    title: str
    unit: str | None
    category: Category | None
    severity: Severity
    state: IncidentState
    detected_at: datetime
    acknowledged_at: datetime | None
    posts: int
    last_post_at: datetime | None
    deadline: Deadline | None
    further: Sequence[Deadline] = ()
    awaited: Deadline | None = None
    all_running: Sequence[Deadline] = ()
    co_units: Sequence[CoUnit] = ()

    @property
    def running(self) -> Deadline | None:
        """The clock, while it runs."""
        return self.deadline if self.deadline is not None and self.deadline.state is DeadlineState.OPEN else None

    @property
    def awaits_plan(self) -> bool:
        """Whether a plan must be started and is not: time goes by although no clock runs."""
        return awaits_plan(self.state, self.severity, self.deadline)

    @property
    def clocks(self) -> list[Deadline]:
        """Every clock that runs, that of the report first."""
        return [*([] if self.running is None else [self.running]), *self.further]


@dataclass(frozen=True, slots=True)
class Calling:
    """An ongoing incident that is grave enough to call by a sound; its title is not told."""

    id: str
    severity: Severity
    unit: str | None


@dataclass(frozen=True, slots=True)
class PostRow:
    """One post in a list, with how it was read (None while it waits) and the title of its record (None without one).

    `correction` is the last one that still holds; `correctable` says whether the person may correct the reading,
    `may_suggest` whether they may take the post for a suggestion; `suggestion` is the number of the one that was.
    """

    post: Post
    assessment: Assessment | None
    record_title: str | None
    correction: Correction | None = None
    correctable: bool = False
    suggestion: str | None = None
    may_suggest: bool = False


def may(person: Person, act: str, unit: str | None, helping: Collection[str] = ()) -> bool:
    """Whether the person may do `act` on a matter whose responsible unit is `unit` and with which these are `helping`."""
    return allowed(person.role, act, own=concerns(person.unit, unit), helping=person.unit in helping)


def may_everywhere(person: Person, act: str) -> bool:
    """Whether the person may do `act` on every matter."""
    return everywhere(person.role, act)


def may_somewhere(person: Person, act: str) -> bool:
    """Whether the person may do `act` on some matter at least."""
    return everywhere(person.role, act) or (person.unit is not None and allowed(person.role, act))


def visible(person: Person, act: str, unit: ColumnElement[str | None]) -> ColumnElement[bool]:
    """The condition under which a row, whose responsible unit stands in the column `unit`, shows to the person."""
    if everywhere(person.role, act):
        return true()
    if person.unit is not None and allowed(person.role, act):
        return unit == person.unit
    return false()


def visible_incidents(person: Person) -> ColumnElement[bool]:
    """The condition under which a row of the incidents shows to the person."""
    own = visible(person, "view_incident", tables.incident.c.unit)
    if person.unit is None or not allowed(person.role, "view_incident", own=False, helping=True):
        return own
    helping = tables.co_unit.c
    theirs = and_(helping.incident == tables.incident.c.id, helping.unit == person.unit, helping.removed_at.is_(None))
    return or_(own, select(helping.id).where(theirs).exists())


def open_incidents(
    t: Transaction, person: Person, limit: int = PAGE_ROWS, now: datetime | None = None
) -> list[IncidentRow]:
    """The ongoing incidents: what awaits its plan on top, then the gravest, of these what is due first, then the newest.

    With `now` what somebody else was given within this second will do, for pages that ask again and again.
    """
    table = tables.incident
    query = (
        select(table.c.id)
        .where(_ongoing_for(person))
        .order_by(_plan_awaited().desc(), _rank().desc(), nulls_last(_next_due()), table.c.opened_at.desc())
        .limit(limit)
    )
    ids = tuple(t.connection.execute(query).scalars())
    if now is None:
        return incident_rows(t, ids)
    return t.shared(f"ongoing incidents {person.unit or ''}", ids, now, lambda: incident_rows(t, ids))


def open_incident_count(t: Transaction, person: Person) -> int:
    """How many ongoing incidents show to the person, also beyond those that a page lists."""
    query = select(func.count()).select_from(tables.incident).where(_ongoing_for(person))
    return t.connection.execute(query).scalar_one()


def calling_incidents(t: Transaction, person: Person, limit: int = PAGE_ROWS) -> list[Calling]:
    """The ongoing incidents that call by a sound, the newest first."""
    table, grave = tables.incident, [one.value for one in Severity if calls_by_sound(one)]
    query = (
        select(table.c.id, table.c.severity, table.c.unit)
        .where(table.c.state.in_(_ONGOING), table.c.severity.in_(grave), visible_incidents(person))
        .order_by(table.c.opened_at.desc())
        .limit(limit)
    )
    return [Calling(row.id, Severity(row.severity), row.unit) for row in t.connection.execute(query)]


def ended_incidents(t: Transaction, person: Person, limit: int = 50) -> list[IncidentRow]:
    """The incidents that were closed or dismissed, the latest end first."""
    table = tables.incident
    query = (
        select(table.c.id)
        .where(table.c.state.not_in(_ONGOING), visible_incidents(person))
        .order_by(nulls_last(table.c.closed_at.desc()), table.c.id.desc())
        .limit(limit)
    )
    return incident_rows(t, list(t.connection.execute(query).scalars()))


def ended_with_clocks(t: Transaction, person: Person, limit: int = PAGE_ROWS) -> list[IncidentRow]:
    """The incidents that were closed or dismissed and of which something is still owed, what is due first on top."""
    table, deadline = tables.incident, tables.deadline
    running = and_(
        deadline.c.incident == table.c.id, deadline.c.state == DeadlineState.OPEN.value, deadline.c.ends.is_not(None)
    )
    due_at = select(func.min(deadline.c.due_at)).where(running).scalar_subquery()
    query = (
        select(table.c.id)
        .where(table.c.state.not_in(_ONGOING), visible_incidents(person), due_at.is_not(None))
        .order_by(due_at, table.c.id)
        .limit(limit)
    )
    return incident_rows(t, list(t.connection.execute(query).scalars()))


def still_owed(t: Transaction, person: Person, named: Collection[str], listed: Collection[str]) -> list[IncidentRow]:
    """The incidents that are not `listed` and of which something is owed all the same, what is due first on top.

    Those are the ones whose report or further clock runs, also when they have ended, and what is `named`, but dismissed ones.
    """
    table, due_at, deadline = tables.incident, _next_due(), tables.deadline
    owing = select(deadline.c.incident).where(_owed_clock())
    named_and_real = and_(table.c.id.in_(named), table.c.state != IncidentState.DISMISSED.value)
    query = (
        select(table.c.id)
        .where(visible_incidents(person), table.c.id.not_in(listed), or_(named_and_real, table.c.id.in_(owing)))
        .order_by(nulls_last(due_at), _rank().desc(), table.c.opened_at.desc())
        .limit(PAGE_ROWS)
    )
    return incident_rows(t, list(t.connection.execute(query).scalars()))


def incident_rows(t: Transaction, ids: Sequence[str]) -> list[IncidentRow]:
    """These incidents in this order, whoever asks: callers choose ids that the person may see."""
    if not ids:
        return []
    table, gathering = tables.incident, tables.gathering
    counts = [
        select(func.count()).select_from(held).where(held.c.gathering == table.c.gathering).scalar_subquery()
        for held in (tables.member, tables.former_member)
    ]
    posts = case((table.c.state == IncidentState.MERGED.value, counts[1]), else_=counts[0])
    query = (
        select(table, posts.label("posts"), gathering.c.last_post_at)
        .join(gathering, gathering.c.id == table.c.gathering)
        .where(table.c.id.in_(ids))
    )
    clocks, helping = t.deadlines.of_incidents(ids), t.co_units.of_incidents(ids)
    rows = {
        row.id: IncidentRow(
            id=row.id,
            title=row.title,
            unit=row.unit,
            category=Category(row.category) if row.category else None,
            severity=Severity(row.severity),
            state=IncidentState(row.state),
            detected_at=detected_at(row.opened_at, row.first_post_at),
            acknowledged_at=row.acknowledged_at,
            posts=row.posts,
            last_post_at=row.last_post_at,
            deadline=latest_clock(clocks.get(row.id, ())),
            further=[one for one in further_clocks(clocks.get(row.id, ())) if one.state is DeadlineState.OPEN],
            awaited=awaited(clocks.get(row.id, ())),
            all_running=[one for one in clocks.get(row.id, ()) if one.state is DeadlineState.OPEN],
            co_units=helping.get(row.id, ()),
        )
        for row in t.connection.execute(query)
    }
    return [rows[incident_id] for incident_id in ids]


def awaits_plan(state: IncidentState, severity: Severity, deadline: Deadline | None) -> bool:
    """Whether the plan of an incident must be started, by its severity, and is not; `deadline` is its latest clock."""
    return deadline is None and state.ongoing and calls_for_plan(severity)


def latest_clock(deadlines: Iterable[Deadline]) -> Deadline | None:
    """The latest report clock that was not cancelled, or None."""
    started = [one for one in deadlines if one.kind == INITIAL_REPORT and one.state is not DeadlineState.CANCELLED]
    return max(started, key=lambda one: one.activation, default=None)


def awaited(deadlines: Iterable[Deadline]) -> Deadline | None:
    """The clock that runs until somebody acknowledges the incident; its reason says why it is to be done again."""
    running = (
        one for one in deadlines if one.state is DeadlineState.OPEN and one.kind.startswith(f"{ACKNOWLEDGEMENT}.")
    )
    return next(running, None)


def newest_posts(t: Transaction, person: Person, limit: int = 30) -> list[PostRow]:
    """The posts that came in last, newest first."""
    if not may_somewhere(person, "view_posts"):
        return []
    return post_rows(t, person, t.posts.newest(limit))


def post_rows(t: Transaction, person: Person, posts: Sequence[Post]) -> list[PostRow]:
    """Posts with their assessments, in this order."""
    read = t.assessments.many(post.id for post in posts)
    titles = record_titles(t, person, {found.disclosure for found in read.values() if found.disclosure is not None})
    made = t.corrections.latest(found.post_id for found in read.values() if found.corrected)
    may_correct = may_everywhere(person, "correct_assessment")
    may_suggest = may_somewhere(person, "register_suggestion")
    origins = {post.id: origin_of_post(post.id) for post in posts}
    taken = t.suggestions.by_origin(origins.values())
    return [
        PostRow(
            post=post,
            assessment=(found := read.get(post.id)),
            record_title=_title(found, titles),
            correction=made.get(post.id),
            correctable=may_correct,
            suggestion=taken.get(origins[post.id]),
            may_suggest=may_suggest,
        )
        for post in posts
    ]


def record_titles(t: Transaction, person: Person, ids: Iterable[str]) -> dict[str, str]:
    """The titles of records, as far as the person may read them."""
    return {record_id: title_for(person, record) for record_id, record in t.disclosures.many(ids).items()}


def title_for(person: Person, record: Disclosure) -> str:
    """The record's title, or the words that stand in for one that the person may not read."""
    return record.title if may_read(person, record) else HIDDEN_TITLE


def may_read(person: Person, record: Disclosure) -> bool:
    """Whether the person may see title and body of the record."""
    return may_read_record(person.role, person.unit, record.scope, record.unit)


def visible_incident(t: Transaction, person: Person, incident_id: str) -> Incident | None:
    """The incident, or None where there is none or the person may not see it."""
    incident = t.incidents.get(incident_id)
    if incident is None or not may(person, "view_incident", incident.unit, t.co_units.names(incident_id)):
        return None
    return incident


def may_download_report(t: Transaction, person: Person, file: str) -> bool:
    """Whether `file` is a filed report of an incident whose reports the person may read, in whichever format."""
    filed = f"{file.rpartition('.')[0]}.docx"
    found = t.connection.execute(
        select(tables.report.c.incident).where(tables.report.c.file == filed).limit(1)
    ).scalar()
    incident = None if found is None else visible_incident(t, person, found)
    return incident is not None and may(person, "view_reports", incident.unit, t.co_units.names(incident.id))


def recipients_of(person: Person) -> tuple[str, ...]:
    """For whom this person reads messages: the office, their unit, both or nobody."""
    office = (OFFICE,) if everywhere(person.role, "view_messages") else ()
    own = (person.unit,) if person.unit is not None and allowed(person.role, "view_messages") else ()
    return office + own


def messages(t: Transaction, person: Person, limit: int = 100, unread: bool = False) -> list[Message]:
    """The messages that this person is to read, newest first."""
    recipients = recipients_of(person)
    return t.messages.of(recipients, limit=min(limit, PAGE_ROWS), unread=unread) if recipients else []


def unread_messages(t: Transaction, person: Person) -> int:
    """How many of them nobody has read."""
    recipients = recipients_of(person)
    return t.messages.unread_count(recipients) if recipients else 0


def _ongoing_for(person: Person) -> ColumnElement[bool]:
    return and_(tables.incident.c.state.in_(_ONGOING), visible_incidents(person))


def _plan_awaited() -> ColumnElement[int]:
    """1 for an ongoing incident that awaits its plan (`awaits_plan`), else 0."""
    table, deadline = tables.incident, tables.deadline
    started = and_(
        deadline.c.incident == table.c.id,
        deadline.c.kind == INITIAL_REPORT,
        deadline.c.state != DeadlineState.CANCELLED.value,
    )
    grave = [one.value for one in Severity if calls_for_plan(one)]
    awaits = and_(table.c.severity.in_(grave), ~select(deadline.c.id).where(started).exists())
    return case((awaits, 1), else_=0)


def _next_due() -> ScalarSelect[datetime | None]:
    """When the first clock of an incident is due that runs and is shown to everybody who sees it; null without one."""
    deadline = tables.deadline
    running = and_(deadline.c.incident == tables.incident.c.id, _owed_clock())
    return select(func.min(deadline.c.due_at)).where(running).scalar_subquery()


def _owed_clock() -> ColumnElement[bool]:
    deadline = tables.deadline
    shown_to_all = or_(deadline.c.kind == INITIAL_REPORT, deadline.c.ends.is_not(None))
    return and_(deadline.c.state == DeadlineState.OPEN.value, shown_to_all)


def _rank() -> ColumnElement[int]:
    return case({severity.value: severity.rank for severity in Severity}, value=tables.incident.c.severity)


def _title(found: Assessment | None, titles: Mapping[str, str]) -> str | None:
    return None if found is None or found.disclosure is None else titles.get(found.disclosure)
