"""Turns words, a time and filters into the posts, incidents and records that a person finds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from pipeline import ledger_view
from pipeline.views import IncidentRow, PostRow, incident_rows, may_somewhere, post_rows, visible_incidents
from records.people import Person
from records.searches import Search
from storage import tables
from storage.search.text_index import TextIndex
from storage.search.words import parts
from storage.store import Transaction

LOOKED_AT = 20_000
"""So many of the newest posts that hold the words are looked at, and no more."""

MOST_RECORDS = 200
"""So many records may be meant by the words that name them."""

_VIEW = "view_posts"


@dataclass(frozen=True, slots=True)
class Indexes:
    """The text indexes over posts and over records."""

    posts: TextIndex
    records: ledger_view.Index


@dataclass(frozen=True, slots=True)
class Hits:
    """The posts that fit, newest first. `back_to` is the time of the oldest one looked at where there are older ones."""

    ids: Sequence[str] = ()
    back_to: datetime | None = None


@dataclass(frozen=True, slots=True)
class Beside:
    """What is found beside posts: the newest incidents and the best records, and how many fit in all."""

    incidents: Sequence[IncidentRow] = ()
    incidents_in_all: int = 0
    records: Sequence[ledger_view.RecordRow] = ()
    records_in_all: int = 0


def hits(
    t: Transaction, person: Person, indexes: Indexes, search: Search, now: datetime, look_at: int = LOOKED_AT
) -> Hits:
    """The posts that fit; none for a search that asks nothing, or a person who may not see posts. Raises SearchDown."""
    if not may_somewhere(person, _VIEW) or search.asks_nothing:
        return Hits()
    indexed, others = _indexed(t, person, indexes, search), _others(search)
    since, until = search.since(now), search.until
    if search.words.strip():
        found = indexes.posts.find(search.words, since, until, look_at + 1)
        kept = [*indexed, *others]
    else:
        found = t.posts.seen_between(since, until, look_at + 1, indexed)
        kept = others
    looked_at = found[:look_at]
    oldest = t.posts.get(looked_at[-1]) if len(found) > look_at else None
    return Hits(t.posts.those(looked_at, kept) if kept else looked_at, None if oldest is None else oldest.seen_at)


def days(person: Person, indexes: Indexes, search: Search, now: datetime) -> dict[date, int]:
    """How many posts hold the words on each day in Beijing within the time asked for, whatever else is asked; none without
    words, or for a person who may not see posts. Raises SearchDown."""
    if not may_somewhere(person, _VIEW) or not search.words.strip():
        return {}
    return indexes.posts.days(search.words, search.since(now), search.until)


def shown(t: Transaction, person: Person, ids: Sequence[str]) -> list[PostRow]:
    """These of the posts that `hits` gave, without those that are gone meanwhile."""
    posts = t.posts.many(ids)
    return post_rows(t, person, list(posts.values()))


def beside(t: Transaction, person: Person, indexes: Indexes, search: Search, now: datetime, limit: int = 10) -> Beside:
    """Incidents by words, time, category, severity and record; records by the words alone."""
    if search.asks_nothing:
        return Beside()
    wanted = ledger_view.Wanted(search.words)
    records = ledger_view.matching(t, person, wanted, indexes.records) if search.words.strip() else []
    fitting = _incidents(t, person, indexes, search, now)
    newest = fitting.order_by(tables.incident.c.opened_at.desc(), tables.incident.c.id.desc()).limit(limit)
    return Beside(
        incidents=incident_rows(t, list(t.connection.execute(newest).scalars())),
        incidents_in_all=t.connection.execute(select(func.count()).select_from(fitting.subquery())).scalar_one(),
        records=ledger_view.ledger_rows(t, records[:limit], wanted),
        records_in_all=len(records),
    )


def _indexed(t: Transaction, person: Person, indexes: Indexes, search: Search) -> list[ColumnElement[bool]]:
    """The filters by which the store finds posts without looking at all of them."""
    conditions: list[ColumnElement[bool]] = []
    if search.source is not None:
        conditions.append(tables.post.c.source == search.source)
    if search.record.strip():
        conditions.append(tables.assessment.c.disclosure.in_(_meant(t, person, indexes, search)))
    if search.severity is not None:
        conditions.append(tables.post.c.id.in_(_members(person, search.severity.value)))
    return conditions


def _others(search: Search) -> list[ColumnElement[bool]]:
    """The filters that are looked up post by post."""
    asked = (
        (tables.post.c.channel, search.channel),
        (tables.assessment.c.sentiment, search.sentiment),
        (tables.assessment.c.category, search.category),
    )
    return [column == word.value for column, word in asked if word is not None]


def _meant(t: Transaction, person: Person, indexes: Indexes, search: Search) -> list[str]:
    """The records that the person may know of and that the words name, by id or by what stands in them."""
    wanted = ledger_view.Wanted(search.record)
    found = ledger_view.matching(t, person, wanted, indexes.records)
    named = search.record.strip()
    return [named] if named in found else list(found[:MOST_RECORDS])


def _members(person: Person, severity: str) -> Select[Any]:
    """The posts of incidents of that severity, as far as the person may see those incidents."""
    member, incident = tables.member.c, tables.incident
    joined = select(member.post_id).join(incident, incident.c.gathering == member.gathering)
    return joined.where(incident.c.severity == severity, visible_incidents(person))


def _incidents(t: Transaction, person: Person, indexes: Indexes, search: Search, now: datetime) -> Select[Any]:
    incident = tables.incident.c
    conditions = [visible_incidents(person), *(_holds(word) for word in parts(search.words))]
    since, until = search.since(now), search.until
    if since is not None:
        conditions.append(incident.opened_at >= since)
    if until is not None:
        conditions.append(incident.opened_at <= until)
    if search.category is not None:
        conditions.append(incident.category == search.category.value)
    if search.severity is not None:
        conditions.append(incident.severity == search.severity.value)
    if search.record.strip():
        conditions.append(incident.disclosure.in_(_meant(t, person, indexes, search)))
    return select(incident.id).where(and_(*conditions))


def _holds(word: str) -> ColumnElement[bool]:
    incident = tables.incident.c
    return or_(*(column.icontains(word, autoescape=True) for column in (incident.title, incident.id, incident.unit)))
