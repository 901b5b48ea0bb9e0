"""Plain posts, records and incidents for tests of the store."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from records.assessments import Assessment
from records.disclosures import Disclosure
from records.incidents import Incident, IncidentState
from records.posts import Post, Reactions
from records.words import Category, Channel, Scope, Sentiment, Severity

NOON = datetime(2026, 4, 10, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def post(post_id: str = "p1", text: str = "暖气不热", *, seen_at: datetime = NOON, **more: object) -> Post:
    """A forum post."""
    values: dict[str, object] = {
        "id": post_id,
        "source": "bbs",
        "channel": Channel.FORUM,
        "url": None,
        "title": None,
        "text": text,
        "published_at": seen_at,
        "seen_at": seen_at,
        "reactions": Reactions(likes=1),
    }
    return Post(**(values | more))  # type: ignore[arg-type]


def assessment(post_id: str = "p1", **more: object) -> Assessment:
    """A negative reading linked to d1."""
    values: dict[str, object] = {
        "post_id": post_id,
        "sentiment": Sentiment.NEGATIVE,
        "negative": 0.9,
        "disclosure": "d1",
        "link": 0.8,
        "category": Category.PUBLIC_INTEREST,
        "category_scores": {Category.PUBLIC_INTEREST: 0.7, Category.EMERGENCY: 0.3},
        "duplicate_of": None,
        "why": (("不热", 1.5), ("暖气", 0.5)),
        "model": "m1",
    }
    return Assessment(**(values | more))  # type: ignore[arg-type]


def disclosure(record_id: str = "d1", title: str = "供热方案", **more: object) -> Disclosure:
    """A public record of 住建局."""
    values: dict[str, object] = {
        "id": record_id,
        "title": title,
        "doc_number": "惠川办发〔2026〕1号",
        "published_at": NOON,
        "unit": "住建局",
        "catalogue_item": None,
        "scope": Scope.PUBLIC,
        "url": None,
        "body": "全文",
        "watch_terms": ("供热",),
    }
    return Disclosure(**(values | more))  # type: ignore[arg-type]


def incident(incident_id: str = "20260410-001", **more: object) -> Incident:
    """An open general incident of d1."""
    values: dict[str, object] = {
        "id": incident_id,
        "disclosure": "d1",
        "title": "“供热方案”相关舆情",
        "unit": "住建局",
        "category": None,
        "severity": Severity.GENERAL,
        "state": IncidentState.OPEN,
        "opened_at": NOON,
        "first_post_at": None,
        "gathering": 1,
    }
    return Incident(**(values | more))  # type: ignore[arg-type]
