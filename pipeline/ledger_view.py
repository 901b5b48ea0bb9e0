"""Turns disclosure records into the ledger: beside each record the reaction to it, its incidents and the last answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Protocol, TypeVar

from sqlalchemy import ColumnElement, and_, func, or_, select, true

from pipeline.catalogue_view import Named, items_of_record
from pipeline.views import (
    PAGE_ROWS,
    IncidentRow,
    PostRow,
    incident_rows,
    may,
    may_read,
    may_somewhere,
    post_rows,
    visible,
    visible_incidents,
)
from records.disclosures import Disclosure
from records.incidents import IncidentState
from records.people import Person
from records.publications import Publication
from records.words import Scope, Sentiment
from records.zone import CHINA
from storage import tables
from storage.disclosures import Version
from storage.search.excerpts import Piece, excerpt
from storage.search.words import needles
from storage.store import Transaction

T = TypeVar("T")
_FEW = 500
"""So many hits are asked for by id; of more, all records that fit are read."""

_ONGOING = [state.value for state in IncidentState if state.ongoing]


class RecordState(StrEnum):
    """What became of a record, as far as records are looked for by it."""

    ONGOING = "ongoing"
    UNANSWERED = "unanswered"
    CORRECTED = "corrected"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        """Chinese label shown to people."""
        return {
            "ongoing": "有进行中的事件",
            "unanswered": "有事件尚无回应",
            "corrected": "更正过",
            "withdrawn": "已撤回",
        }[self.value]


@dataclass(frozen=True, slots=True)
class RecordRow:
    """One record in the ledger, in its current `version`. `answered_at` is when the last answer on it was published,
    `hits` where it holds what was looked for."""

    id: str
    title: str
    doc_number: str | None
    unit: str
    scope: Scope
    published_at: datetime
    posts: int
    negative: int
    ongoing: int
    incidents: int
    answered_at: datetime | None
    version: int
    withdrawn: bool
    hits: Sequence[tuple[str, Sequence[Piece]]] = ()


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which records are looked for; None means any. `item` is the catalogue item as the records name it, `state` what
    became of them."""

    words: str = ""
    unit: str | None = None
    year: int | None = None
    scope: Scope | None = None
    item: str | None = None
    state: RecordState | None = None


EVERYTHING = Wanted()


@dataclass(frozen=True, slots=True)
class Ledger:
    """A page of the records that fit, and how many fit in all."""

    rows: Sequence[RecordRow]
    total: int


@dataclass(frozen=True, slots=True)
class Filters:
    """What there is to filter by."""

    units: Sequence[str]
    years: Sequence[int]
    items: Sequence[str]


class Index(Protocol):
    """A text index over records: storage.search.record_index."""

    def find(self, query: str) -> Sequence[str]:
        """Ids of records that hold every word of the query, best first."""
        ...


@dataclass(frozen=True, slots=True)
class RecordPage:
    """One record with its versions, the reaction to it and its incidents; `items` as `items_of_record` has them."""

    record: Disclosure
    versions: Sequence[Version]
    row: RecordRow
    by_sentiment: dict[Sentiment, int]
    incidents: Sequence[IncidentRow]
    items: Named | None
    publications: Sequence[Publication]


def ledger(
    t: Transaction,
    person: Person,
    wanted: Wanted = EVERYTHING,
    index: Index | None = None,
    limit: int = 50,
    offset: int = 0,
) -> Ledger:
    """The records that this person may know of and that fit: newest first, those found by words best first.

    Where the index finds none, or there is none, the words must all stand in id, title, number or unit.
    """
    ids = matching(t, person, wanted, index)
    return Ledger(ledger_rows(t, ids[offset : offset + limit], wanted), len(ids))


def ledger_rows(t: Transaction, ids: Sequence[str], wanted: Wanted = EVERYTHING) -> list[RecordRow]:
    """These of the records that `matching` gave, each with where it holds what was looked for."""
    records = t.disclosures.many(ids)
    looked_for = needles(wanted.words)
    rows = _rows(t, [records[record_id] for record_id in ids])
    if not looked_for:
        return rows
    return [replace(row, hits=_hits(records[row.id], looked_for)) for row in rows]


def ledger_filters(t: Transaction, person: Person) -> Filters:
    """What the records that this person may know of can be filtered by."""
    return _remembered(t, person, "filters", lambda: _read_filters(t, person))


def _read_filters(t: Transaction, person: Person) -> Filters:
    table = tables.disclosure
    known = and_(_current(), _known(person))
    units = select(table.c.unit).where(known).distinct().order_by(table.c.unit)
    items = select(table.c.catalogue_item).where(known, table.c.catalogue_item.is_not(None)).distinct()
    ends = select(func.min(table.c.published_at), func.max(table.c.published_at)).where(known)
    first, last = t.connection.execute(ends).one()
    years = () if first is None else range(last.astimezone(CHINA).year, first.astimezone(CHINA).year - 1, -1)
    return Filters(
        units=list(t.connection.execute(units).scalars()),
        years=list(years),
        items=sorted(t.connection.execute(items).scalars()),
    )


def matching(t: Transaction, person: Person, wanted: Wanted, index: Index | None = None) -> Sequence[str]:
    """The ids of all records that `ledger` shows, in its order."""
    table = tables.disclosure
    fitting = select(table.c.id).where(_current(), _known(person), *_filters(wanted))
    newest = fitting.order_by(table.c.published_at.desc(), table.c.id)
    if wanted == EVERYTHING:
        return _remembered(t, person, "ids", lambda: tuple(t.connection.execute(newest).scalars()))
    if not wanted.words.strip():
        return list(t.connection.execute(newest).scalars())
    best = index.find(wanted.words) if index is not None else ()
    if best:
        few = len(best) <= _FEW
        kept = set(t.connection.execute(fitting.where(table.c.id.in_(best)) if few else fitting).scalars())
        return [record_id for record_id in best if record_id in kept]
    return list(t.connection.execute(newest.where(_holding(wanted.words))).scalars())


def _remembered(t: Transaction, person: Person, what: str, read: Callable[[], T]) -> T:
    """What hangs on the records alone, and on whom among them the person may know: every change is one version more."""
    name = f"{what} of the ledger for {person.role} of {person.unit}"
    return t.remembered(name, t.disclosures.count_versions(), read)


def _filters(wanted: Wanted) -> list[ColumnElement[bool]]:
    table = tables.disclosure
    asked: list[ColumnElement[bool]] = []
    if wanted.unit is not None:
        asked.append(table.c.unit == wanted.unit)
    if wanted.year is not None:
        asked.append(table.c.published_at >= datetime(wanted.year, 1, 1, tzinfo=CHINA))
        asked.append(table.c.published_at < datetime(wanted.year + 1, 1, 1, tzinfo=CHINA))
    if wanted.scope is not None:
        asked.append(table.c.scope == wanted.scope.value)
    if wanted.item is not None:
        asked.append(table.c.catalogue_item == wanted.item)
    if wanted.state is not None:
        asked.append(_became(wanted.state))
    return asked


def _became(state: RecordState) -> ColumnElement[bool]:
    table, incident, response = tables.disclosure, tables.incident, tables.response
    cases = select(incident.c.disclosure).where(incident.c.disclosure.is_not(None))
    answered = cases.join(response, response.c.incident == incident.c.id)
    stood = incident.c.state.in_([state.value for state in IncidentState if state.counts])
    return {
        RecordState.ONGOING: table.c.id.in_(cases.where(incident.c.state.in_(_ONGOING))),
        RecordState.UNANSWERED: and_(table.c.id.in_(cases.where(stood)), table.c.id.not_in(answered)),
        RecordState.CORRECTED: and_(table.c.version > 1, ~table.c.withdrawn),
        RecordState.WITHDRAWN: table.c.withdrawn,
    }[state]


def _hits(record: Disclosure, looked_for: Sequence[str]) -> tuple[tuple[str, Sequence[Piece]], ...]:
    """In which of its texts the record holds what was looked for, each with an excerpt."""
    texts = {"题目": record.title, "文号": record.doc_number or "", "单位": record.unit, "正文": record.body}
    found = ((name, excerpt(" ".join(text.split()), looked_for)) for name, text in texts.items())
    return tuple((name, pieces) for name, pieces in found if pieces)


def record_posts(
    t: Transaction, person: Person, record: Disclosure, limit: int = PAGE_ROWS, offset: int = 0
) -> list[PostRow]:
    """The posts on a record, the newest first, as far as the person may see posts on it."""
    if not may(person, "view_posts", record.unit):
        return []
    assessment, post = tables.assessment, tables.post
    newest = (
        select(post.c.id)
        .join(assessment, assessment.c.post_id == post.c.id)
        .where(assessment.c.disclosure == record.id)
        .order_by(post.c.seen_at.desc(), post.c.seq.desc())
        .limit(limit)
        .offset(offset)
    )
    ids = list(t.connection.execute(newest).scalars())
    stored = t.posts.many(ids)
    return post_rows(t, person, [stored[post_id] for post_id in ids if post_id in stored])


def record_page(t: Transaction, person: Person, record_id: str) -> RecordPage | None:
    """One record, or None where there is none or the person may not read it."""
    record = t.disclosures.get(record_id)
    if record is None or not may_read(person, record):
        return None
    assessment, incident = tables.assessment, tables.incident
    counts = t.connection.execute(
        select(assessment.c.sentiment, func.count().label("posts"))
        .where(assessment.c.disclosure == record_id)
        .group_by(assessment.c.sentiment)
    )
    mine = t.connection.execute(
        select(incident.c.id)
        .where(incident.c.disclosure == record_id, visible_incidents(person))
        .order_by(incident.c.opened_at.desc())
        .limit(50)
    )
    return RecordPage(
        record=record,
        versions=t.disclosures.versions(record_id),
        row=_rows(t, [record])[0],
        by_sentiment={Sentiment(row.sentiment): row.posts for row in counts},
        incidents=incident_rows(t, list(mine.scalars())),
        items=items_of_record(t, record),
        publications=t.publications.of([record_id]),
    )


def record_choices(t: Transaction, person: Person, limit: int = 200) -> list[tuple[str, str]]:
    """Ids and titles of the newest records that the person may name when entering something."""
    table = tables.disclosure
    query = select(table.c.id, table.c.title).where(_current(), _known(person))
    newest = query.order_by(table.c.published_at.desc(), table.c.id).limit(limit)
    return [(row.id, row.title) for row in t.connection.execute(newest)]


def _rows(t: Transaction, records: Sequence[Disclosure]) -> list[RecordRow]:
    ids = [record.id for record in records]
    posts, negative = _reactions(t, ids)
    incidents, ongoing, answered = _incidents(t, ids)
    return [
        RecordRow(
            id=record.id,
            title=record.title,
            doc_number=record.doc_number,
            unit=record.unit,
            scope=record.scope,
            published_at=record.published_at,
            posts=posts.get(record.id, 0),
            negative=negative.get(record.id, 0),
            ongoing=ongoing.get(record.id, 0),
            incidents=incidents.get(record.id, 0),
            answered_at=answered.get(record.id),
            version=record.version,
            withdrawn=record.withdrawn,
        )
        for record in records
    ]


def _reactions(t: Transaction, ids: Sequence[str]) -> tuple[dict[str, int], dict[str, int]]:
    table = tables.assessment
    query = (
        select(table.c.disclosure, table.c.sentiment, func.count().label("posts"))
        .where(table.c.disclosure.in_(ids))
        .group_by(table.c.disclosure, table.c.sentiment)
    )
    posts: dict[str, int] = {}
    negative: dict[str, int] = {}
    for row in t.connection.execute(query):
        posts[row.disclosure] = posts.get(row.disclosure, 0) + row.posts
        if row.sentiment == Sentiment.NEGATIVE.value:
            negative[row.disclosure] = row.posts
    return posts, negative


def _incidents(t: Transaction, ids: Sequence[str]) -> tuple[dict[str, int], dict[str, int], dict[str, datetime]]:
    incident, response = tables.incident, tables.response
    totals = select(incident.c.disclosure, incident.c.state, func.count().label("number"))
    query = totals.where(incident.c.disclosure.in_(ids)).group_by(incident.c.disclosure, incident.c.state)
    total: dict[str, int] = {}
    ongoing: dict[str, int] = {}
    for row in t.connection.execute(query):
        total[row.disclosure] = total.get(row.disclosure, 0) + row.number
        if row.state in _ONGOING:
            ongoing[row.disclosure] = ongoing.get(row.disclosure, 0) + row.number
    answers = (
        select(incident.c.disclosure, func.max(response.c.published_at).label("at"))
        .join(response, response.c.incident == incident.c.id)
        .where(incident.c.disclosure.in_(ids))
        .group_by(incident.c.disclosure)
    )
    return total, ongoing, {row.disclosure: row.at for row in t.connection.execute(answers)}


def _current() -> ColumnElement[bool]:
    table = tables.disclosure
    newer = table.alias("newer")
    return ~select(newer.c.id).where(newer.c.id == table.c.id, newer.c.version > table.c.version).exists()


def _known(person: Person) -> ColumnElement[bool]:
    """Public records, and party records as far as the person may read them: the others are not listed at all."""
    table = tables.disclosure
    if not may_somewhere(person, "view_disclosures"):
        return table.c.id.is_(None)
    public = table.c.scope == Scope.PUBLIC.value
    return or_(public, visible(person, "view_party_records", table.c.unit))


def _holding(words: str) -> ColumnElement[bool]:
    table = tables.disclosure
    columns = (table.c.id, table.c.title, table.c.doc_number, table.c.unit)
    wanted = words.split()[:8]
    if not wanted:
        return true()
    return and_(*(or_(*(column.contains(word, autoescape=True) for column in columns)) for word in wanted))
