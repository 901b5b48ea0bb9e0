"""Reads how an incident spread from channel to channel, and whether reaction calmed down after each answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from casework.incidents.calming import Calming, calming
from casework.incidents.spread import Reached, media, spread
from pipeline.views import visible_incident
from records.incidents import Incident, Member
from records.people import Person
from records.posts import Post
from records.reports import Response
from records.words import Sentiment
from regulation.calming import CalmingRules
from storage import tables
from storage.store import Transaction


@dataclass(frozen=True, slots=True)
class ChannelRow:
    """One channel with its first post, None where that is no longer stored."""

    reached: Reached
    first: Post | None


@dataclass(frozen=True, slots=True)
class SpreadView:
    """The channels in the order in which the incident reached them, the media among them (None: they say nothing), and each
    answer, the newest first, with what reaction did after it."""

    channels: Sequence[ChannelRow]
    media: Reached | None
    answers: Sequence[tuple[Response, Calming]]


def incident_spread(
    t: Transaction, person: Person, incident_id: str, now: datetime, rules: CalmingRules
) -> SpreadView | None:
    """How the incident spread; None where there is no such incident or the person may not see it."""
    incident = visible_incident(t, person, incident_id)
    if incident is None:
        return None
    members = t.incidents.members(incident_id)
    channels = spread(members)
    firsts = t.posts.many(one.first.post_id for one in channels)
    return SpreadView(
        channels=[ChannelRow(one, firsts.get(one.first.post_id)) for one in channels],
        media=media(channels),
        answers=_answers(t, incident, members, now, rules),
    )


def _answers(
    t: Transaction, incident: Incident, members: Sequence[Member], now: datetime, rules: CalmingRules
) -> list[tuple[Response, Calming]]:
    found = t.reports.responses(incident.id)
    if not found:
        return []
    posts = [one.seen_at for one in members]
    heard = _heard(t, incident.disclosure, min(one.published_at for one in found) - rules.window, now)
    return [(one, calming(one.published_at, now, posts, heard, rules)) for one in reversed(found)]


def _heard(t: Transaction, record: str | None, since: datetime, until: datetime) -> list[tuple[datetime, bool]]:
    """The moments of all posts about the record, and whether each is negative; none without a record."""
    if record is None:
        return []
    post, read = tables.post, tables.assessment
    query = (
        select(post.c.seen_at, read.c.sentiment)
        .join(read, read.c.post_id == post.c.id)
        .where(read.c.disclosure == record, post.c.seen_at >= since, post.c.seen_at <= until)
    )
    return [(row.seen_at, row.sentiment == Sentiment.NEGATIVE.value) for row in t.connection.execute(query)]
