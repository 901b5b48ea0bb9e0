"""Posts and records for tests, with only what a test cares about."""

from __future__ import annotations

from datetime import datetime, timedelta

from records.disclosures import Disclosure
from records.posts import Post, RawPost
from records.words import Channel, Scope

NOON = datetime.fromisoformat("2026-05-01T12:00:00+08:00")


def raw(text: str, **changes: object) -> RawPost:
    """A raw post with that text."""
    values: dict[str, object] = {
        "id": "p1",
        "source": "forum",
        "channel": Channel.FORUM,
        "url": None,
        "title": None,
        "published_at": NOON,
        "seen_at": NOON,
    }
    return RawPost(text=text, **(values | changes))  # type: ignore[arg-type]


def post(text: str, post_id: str = "p1", minutes: float = 0, **changes: object) -> Post:
    """A stored post with that text, seen some minutes after noon."""
    at = NOON + timedelta(minutes=minutes)
    values: dict[str, object] = {
        "source": "forum",
        "channel": Channel.FORUM,
        "url": None,
        "title": None,
        "published_at": at,
        "seen_at": at,
    }
    return Post(id=post_id, text=text, **(values | changes))  # type: ignore[arg-type]


def record(record_id: str, title: str, body: str, **changes: object) -> Disclosure:
    """A published record."""
    values: dict[str, object] = {
        "doc_number": None,
        "published_at": NOON - timedelta(days=3),
        "unit": "区住建局",
        "catalogue_item": None,
        "scope": Scope.PUBLIC,
        "url": None,
    }
    return Disclosure(id=record_id, title=title, body=body, **(values | changes))  # type: ignore[arg-type]
