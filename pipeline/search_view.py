"""Turns words, a time and filters into the posts that a person finds, newest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from pipeline.views import PAGE_ROWS, PostRow, may_somewhere, post_rows
from records.people import Person
from records.words import Channel, Sentiment
from storage.store import Transaction

_LOOKED_AT = 500
"""So many hits of the words are looked at when a filter thins them out."""


class Index(Protocol):
    """A text index over posts: storage.search.embedded."""

    def find(
        self, query: str, since: datetime | None = None, until: datetime | None = None, limit: int = 50
    ) -> Sequence[str]:
        """Ids of posts that hold every word of the query, newest first."""
        ...


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for; None means any."""

    words: str
    since: datetime | None = None
    until: datetime | None = None
    channel: Channel | None = None
    sentiment: Sentiment | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """The newest posts that fit; `more` says that the list was cut."""

    rows: Sequence[PostRow]
    more: bool


def search(t: Transaction, person: Person, index: Index, wanted: Wanted, limit: int = 50) -> Found:
    """The posts that fit, as many as a page takes; nothing for a person who may not see posts."""
    if not may_somewhere(person, "view_posts") or not wanted.words.strip():
        return Found((), False)
    limit = min(limit, PAGE_ROWS)
    ids = index.find(wanted.words, wanted.since, wanted.until, _LOOKED_AT)
    posts = t.posts.many(ids)
    kept = [posts[post_id] for post_id in ids if post_id in posts]
    kept = [post for post in kept if wanted.channel is None or post.channel is wanted.channel]
    if wanted.sentiment is None:
        return Found(post_rows(t, person, kept[:limit]), len(kept) > limit)
    fitting = [
        row for row in post_rows(t, person, kept) if row.assessment and row.assessment.sentiment is wanted.sentiment
    ]
    return Found(fitting[:limit], len(fitting) > limit)
