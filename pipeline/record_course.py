"""Says of each record in a list what came of it: reaction day by day, incidents, the last answer, what is to be published."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import BigInteger, and_, func, select, type_coerce

from pipeline.due_view import DueRow, due_rows
from pipeline.views import visible_incidents
from records.incidents import IncidentState
from records.people import Person
from records.words import Severity
from records.zone import CHINA
from regulation.disclosure_time import DisclosureTime
from storage import tables
from storage.store import Transaction

DAYS = 30
"""So many days of reaction are shown, today the last."""

MOST_INCIDENTS = 2
"""So many incidents of a record are named, those under way first; the record's page has all."""

_DAY = timedelta(days=1)
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Trend:
    """How many posts on a record were published on each day, from `first` on."""

    first: date
    posts: tuple[int, ...]

    @property
    def total(self) -> int:
        """Posts in all these days."""
        return sum(self.posts)

    @property
    def peak(self) -> tuple[date, int]:
        """The day with the most posts, the last of them, and how many."""
        most = max(self.posts)
        place = len(self.posts) - 1 - self.posts[::-1].index(most)
        return self.first + place * _DAY, most


@dataclass(frozen=True, slots=True)
class Case:
    """One incident of a record."""

    id: str
    severity: Severity
    state: IncidentState


@dataclass(frozen=True, slots=True)
class Answer:
    """The last published answer on a record, and the incident to which it was given."""

    incident: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Course:
    """What came of one record, as far as a person may see it. `due` is what must be published next under it."""

    trend: Trend
    cases: Sequence[Case] = ()
    answer: Answer | None = None
    due: DueRow | None = None


def courses(
    t: Transaction, person: Person, ids: Sequence[str], now: datetime, rules: DisclosureTime
) -> dict[str, Course]:
    """What came of these records."""
    trends, cases = _trends(t, ids, now), _cases(t, person, ids)
    answers = _answers(t, person, ids)
    due = {row.record: row for row in reversed(due_rows(t, person, now, rules)) if row.record is not None}
    return {one: Course(trends[one], cases.get(one, ()), answers.get(one), due.get(one)) for one in ids}


def _trends(t: Transaction, ids: Sequence[str], now: datetime) -> dict[str, Trend]:
    read, post = tables.assessment, tables.post
    first = now.astimezone(CHINA).date() - (DAYS - 1) * _DAY
    begin = datetime(first.year, first.month, first.day, tzinfo=CHINA)
    since = type_coerce(post.c.published_at, BigInteger) - _micros(begin)
    day = (since // (_DAY // _MICROSECOND)).label("day")
    query = (
        select(read.c.disclosure, day, func.count().label("posts"))
        .join(post, post.c.id == read.c.post_id)
        .where(read.c.disclosure.in_(ids), post.c.published_at >= begin, post.c.published_at < begin + DAYS * _DAY)
        .group_by(read.c.disclosure, day)
    )
    counted = {one: [0] * DAYS for one in ids}
    for row in t.connection.execute(query):
        counted[row.disclosure][int(row.day)] = row.posts
    return {one: Trend(first, tuple(posts)) for one, posts in counted.items()}


def _micros(at: datetime) -> int:
    return int(at.timestamp()) * 1_000_000


def _cases(t: Transaction, person: Person, ids: Sequence[str]) -> Mapping[str, Sequence[Case]]:
    incident = tables.incident
    query = (
        select(incident.c.id, incident.c.disclosure, incident.c.severity, incident.c.state)
        .where(incident.c.disclosure.in_(ids), visible_incidents(person))
        .order_by(incident.c.opened_at.desc(), incident.c.id)
    )
    found: dict[str, list[Case]] = {}
    for row in t.connection.execute(query):
        found.setdefault(row.disclosure, []).append(Case(row.id, Severity(row.severity), IncidentState(row.state)))
    return {
        one: sorted(cases, key=lambda case: not case.state.ongoing)[:MOST_INCIDENTS] for one, cases in found.items()
    }


def _answers(t: Transaction, person: Person, ids: Sequence[str]) -> dict[str, Answer]:
    incident, response = tables.incident, tables.response
    query = (
        select(incident.c.disclosure, incident.c.id, response.c.published_at)
        .join(response, response.c.incident == incident.c.id)
        .where(and_(incident.c.disclosure.in_(ids), visible_incidents(person)))
        .order_by(response.c.published_at, response.c.id)
    )
    return {row.disclosure: Answer(row.id, row.published_at) for row in t.connection.execute(query)}
