"""Turns everything stored about one incident into what its page shows."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import BigInteger, ScalarSelect, Table, case, func, select, type_coerce

from alerts.deadlines import counted
from pipeline.checklists import ADD, TICK
from pipeline.correcting import CORRECT
from pipeline.dismissing import dismissal_of, wrongly_read
from pipeline.measures import NOTE
from pipeline.owing import further_clocks
from pipeline.recounting import Change, changes
from pipeline.regrouping import MERGE, RELINK, SPLIT
from pipeline.views import (
    PostRow,
    awaited,
    awaits_plan,
    latest_clock,
    may,
    may_everywhere,
    may_read,
    post_rows,
    visible_incident,
)
from pipeline.working_calendar import working_days
from playbooks.engine import Moments, Task, checklist
from playbooks.matching import NoPlaybook, playbook_for
from playbooks.playbook import library
from records.actions import Act
from records.alerts import Deadline, DeadlineState
from records.checklists import ChecklistEntry
from records.co_units import CoUnit
from records.disclosures import Disclosure
from records.incidents import Incident, SeverityChange
from records.people import Person
from records.posts import Post
from records.reports import Part, Report, Response
from records.words import Channel, ReportKind
from regulation.dismissals import Dismissal
from storage import tables
from storage.audit import Entry
from storage.incidents import held_in
from storage.reports import DraftPart
from storage.store import Transaction

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_BUCKETS = (timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1), timedelta(days=1))
_MOST_BUCKETS = 180
_MOST_POINTS = 3000


@dataclass(frozen=True, slots=True)
class Figures:
    """How large the incident is. `reactions` are comments, reposts and likes together."""

    posts: int
    voices: int
    reactions: int
    by_channel: Mapping[Channel, int]
    last_post_at: datetime | None


@dataclass(frozen=True, slots=True)
class Point:
    """How many posts of one channel came in the stretch of time that begins `at`."""

    at: datetime
    channel: Channel
    posts: int


@dataclass(frozen=True, slots=True)
class Trend:
    """The posts of an incident over time, in stretches as long as `step`."""

    step: timedelta
    points: Sequence[Point]


@dataclass(frozen=True, slots=True)
class IncidentPage:
    """One incident with all that belongs to it. `record` is None where there is none or the person may not read it;
    `further` are the clocks beside that of the report, `awaited` is that of its acknowledgement while it runs; `acts` are
    those that the person may do; `co_units` help, `own_co_unit` is the person's own among them; `playbook` is its name, None
    where no playbook fits; `handed_over` is the last hand-over to another unit; `counts` says by kind how the working days
    of a clock are counted, `moved` which of them another calendar has moved; `dismissal` says why it stands dismissed, and
    so many posts are `wrongly_read` by it still that this person may correct; `merged` are the incidents that were merged
    into it and that the person may see, `split_off` those that were split from it."""

    incident: Incident
    record: Disclosure | None
    record_hidden: bool
    figures: Figures
    history: Sequence[SeverityChange]
    deadline: Deadline | None
    further: Sequence[Deadline]
    counts: Mapping[str, Sequence[str]]
    moved: Sequence[Change]
    awaited: Deadline | None
    reports: Sequence[Report]
    responses: Sequence[Response]
    acts: frozenset[str]
    co_units: Sequence[CoUnit]
    own_co_unit: CoUnit | None
    playbook: str | None
    tasks: Sequence[Task]
    handed_over: Entry | None
    dismissal: Dismissal | None
    wrongly_read: int
    merged: Sequence[Incident] = ()
    split_off: Sequence[Incident] = ()

    @property
    def awaits_plan(self) -> bool:
        """Whether a plan must be started and is not."""
        return awaits_plan(self.incident.state, self.incident.severity, self.deadline)


def incident_page(t: Transaction, person: Person, incident_id: str) -> IncidentPage | None:
    """The page, or None where there is no such incident or the person may not see it."""
    incident = visible_incident(t, person, incident_id)
    if incident is None:
        return None
    record = None if incident.disclosure is None else t.disclosures.get(incident.disclosure)
    history = list(t.incidents.history(incident_id))
    deadlines = t.deadlines.of_incident(incident_id)
    deadline = latest_clock(deadlines)
    further = [one for one in further_clocks(deadlines) if one.state is not DeadlineState.CANCELLED]
    log = t.audit.about(incident_id)
    helping = t.co_units.of(incident_id)
    names = [one.unit for one in helping]
    reports = may(person, "view_reports", incident.unit, names)
    item = None if record is None else record.catalogue_item
    playbook, tasks = _tasks(incident, item, history, deadline, log, t.checklists.of_incident(incident_id))
    dismissal, correct = dismissal_of(incident, log), may_everywhere(person, CORRECT)
    return IncidentPage(
        incident=incident,
        record=record if record is not None and may_read(person, record) else None,
        record_hidden=record is not None and not may_read(person, record),
        figures=figures(t, incident_id),
        history=history,
        deadline=deadline,
        further=further,
        counts=_counts(t, further),
        moved=changes(t, incident_id),
        awaited=awaited(deadlines),
        reports=t.reports.of(incident_id) if reports else [],
        responses=t.reports.responses(incident_id),
        acts=_acts(person, incident.unit, names) if incident.merged_into is None else _read_only(reports),
        co_units=helping,
        own_co_unit=next((one for one in helping if one.unit == person.unit), None),
        playbook=playbook,
        tasks=tasks,
        handed_over=next((entry for entry in reversed(log) if entry.act == Act.HAND_OVER and entry.allowed), None),
        dismissal=dismissal,
        merged=_seen_by(t, person, t.incidents.merged_into(incident_id)),
        split_off=_seen_by(t, person, t.incidents.split_from(incident_id)),
        wrongly_read=0 if dismissal is None or not correct else len(wrongly_read(t, incident, dismissal)),
    )


def _counts(t: Transaction, further: Sequence[Deadline]) -> dict[str, Sequence[str]]:
    """How the working days of each of these clocks are counted, day by day."""
    if all(one.working_days is None for one in further):
        return {}
    calendar = working_days(t)
    found = {one.kind: counted(one, calendar) for one in further}
    return {kind: count.explained() for kind, count in found.items() if count is not None}


def figures(t: Transaction, incident_id: str) -> Figures:
    """How many posts, voices and reactions the incident has, and on which channels."""
    member = _members(t, incident_id)
    query = (
        select(
            member.c.channel,
            func.count().label("posts"),
            func.sum(case((member.c.voice, 1), else_=0)).label("voices"),
            func.sum(member.c.reactions).label("reactions"),
            func.max(member.c.seen_at).label("last"),
        )
        .where(member.c.gathering == _gathering(incident_id))
        .group_by(member.c.channel)
        .order_by(func.count().desc(), member.c.channel)
    )
    rows = t.connection.execute(query).all()
    return Figures(
        posts=sum(row.posts for row in rows),
        voices=sum(int(row.voices) for row in rows),
        reactions=sum(int(row.reactions) for row in rows),
        by_channel={Channel(row.channel): row.posts for row in rows},
        last_post_at=max((row.last for row in rows), default=None),
    )


def incident_posts(t: Transaction, person: Person, incident_id: str, limit: int = 20, offset: int = 0) -> list[PostRow]:
    """The incident's posts, newest first; nothing for a person who may not see them."""
    incident = visible_incident(t, person, incident_id)
    if incident is None or not may(person, "view_posts", incident.unit):
        return []
    member = held_in(incident.state)
    query = (
        select(member.c.post_id)
        .where(member.c.gathering == _gathering(incident_id))
        .order_by(member.c.seen_at.desc(), member.c.position.desc())
        .limit(limit)
        .offset(offset)
    )
    ids = list(t.connection.execute(query).scalars())
    posts: Mapping[str, Post] = t.posts.many(ids)
    return post_rows(t, person, [posts[post_id] for post_id in ids if post_id in posts])


def trend(t: Transaction, incident_id: str, step: timedelta | None = None) -> Trend:
    """The incident's posts by time and channel; the stretches are `step` long, without it as fine as fits a chart."""
    member = _members(t, incident_id)
    mine = member.c.gathering == _gathering(incident_id)
    first, last = t.connection.execute(select(func.min(member.c.seen_at), func.max(member.c.seen_at)).where(mine)).one()
    if first is None:
        return Trend(_BUCKETS[0], ())
    step = step or next((one for one in _BUCKETS if (last - first) / one <= _MOST_BUCKETS), _BUCKETS[-1])
    micros = step // timedelta(microseconds=1)
    bucket = (type_coerce(member.c.seen_at, BigInteger) // micros).label("bucket")
    query = (
        select(bucket, member.c.channel, func.count().label("posts"))
        .where(mine)
        .group_by(bucket, member.c.channel)
        .order_by(bucket, member.c.channel)
        .limit(_MOST_POINTS)
    )
    return Trend(
        step,
        [
            Point(_EPOCH + int(row.bucket) * step, Channel(row.channel), row.posts)
            for row in t.connection.execute(query)
        ],
    )


def draft_parts(t: Transaction, incident_id: str, kind: ReportKind) -> dict[Part, DraftPart]:
    """The stored parts of the report that is being written."""
    return t.reports.parts(incident_id, kind)


def _members(t: Transaction, incident_id: str) -> Table:
    """The table with the incident's posts."""
    state = t.connection.execute(select(tables.incident.c.state).where(tables.incident.c.id == incident_id)).scalar()
    return held_in(state or "")


def _gathering(incident_id: str) -> ScalarSelect[int]:
    table = tables.incident
    return select(table.c.gathering).where(table.c.id == incident_id).scalar_subquery()


def _acts(person: Person, unit: str | None, helping: Collection[str]) -> frozenset[str]:
    return frozenset(
        act
        for act in (*Act, ADD, TICK, NOTE, MERGE, SPLIT, RELINK, "edit_part", "confirm_part", "view_reports")
        if may(person, act, unit, helping)
    )


def _read_only(reports: bool) -> frozenset[str]:
    """What may be done where an incident was merged into another: it is worked on there."""
    return frozenset({"view_reports"}) if reports else frozenset()


def _seen_by(t: Transaction, person: Person, found: Sequence[Incident]) -> list[Incident]:
    return [one for one in found if visible_incident(t, person, one.id) is not None]


def _tasks(
    incident: Incident,
    item: str | None,
    history: Sequence[SeverityChange],
    deadline: Deadline | None,
    log: Sequence[Entry],
    entries: Sequence[ChecklistEntry],
) -> tuple[str | None, list[Task]]:
    try:
        book = playbook_for(incident, library(), item)
    except NoPlaybook:
        return None, []
    raised = next((one.at for one in reversed(history) if one.severity is incident.severity), incident.opened_at)
    moments = Moments(incident.opened_at, raised, None if deadline is None else deadline.started_at)
    return book.name, checklist(book, moments, _done(log), entries)


def _done(log: Sequence[Entry]) -> dict[Act, datetime]:
    done: dict[Act, datetime] = {}
    for entry in log:
        if entry.allowed and entry.act in set(Act):
            done.setdefault(Act(entry.act), entry.at)
    return done
