"""Reads what a person chooses from when they merge or split an incident."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.views import IncidentRow, incident_rows, may, visible_incident
from records.incidents import Incident
from records.people import Person
from records.posts import Post
from storage.store import Transaction

MOST_TARGETS = 8
MOST_POSTS = 200


@dataclass(frozen=True, slots=True)
class Target:
    """An incident that another may be merged into, with its row in a list."""

    incident: Incident
    row: IncidentRow


@dataclass(frozen=True, slots=True)
class Choice:
    """The posts of an incident that fit, the newest first; `shown` are the first of all `ids`."""

    ids: Sequence[str]
    shown: Sequence[Post]


def targets(t: Transaction, person: Person, incident: Incident, words: str = "") -> list[Target]:
    """The ongoing incidents that the person sees, with all these words in number, name or unit.

    Those of the same record stand first, then the newest.
    """
    wanted = words.lower().split()
    found = [
        one
        for one in t.incidents.ongoing()
        if one.id != incident.id and all(word in f"{one.id} {one.title} {one.unit or ''}".lower() for word in wanted)
    ]
    found.sort(key=lambda one: one.disclosure != incident.disclosure or one.disclosure is None)
    seen: list[Incident] = []
    for one in found:
        if len(seen) < MOST_TARGETS and visible_incident(t, person, one.id) is not None:
            seen.append(one)
    rows = incident_rows(t, [one.id for one in seen])
    return [Target(one, row) for one, row in zip(seen, rows, strict=True)]


def posts_to_choose(
    t: Transaction, person: Person, incident: Incident, words: str = "", came_with: str | None = None
) -> Choice:
    """The incident's posts with all these words in their text, only those that `came_with` a merged incident where one is
    named; none for a person who may not see them."""
    if not may(person, "view_posts", incident.unit):
        return Choice((), ())
    members = t.incidents.members(incident.id)
    if came_with is not None:
        came = {one.post_id for one in t.incidents.members(came_with)}
        members = [one for one in members if one.post_id in came]
    wanted = words.lower().split()
    posts = t.posts.many(one.post_id for one in members)
    order = sorted(members, key=lambda one: (one.seen_at, one.post_id), reverse=True)
    fitting = [
        posts[one.post_id]
        for one in order
        if one.post_id in posts and all(word in _said(posts[one.post_id]) for word in wanted)
    ]
    return Choice([one.id for one in fitting], fitting[:MOST_POSTS])


def _said(post: Post) -> str:
    return f"{post.title or ''} {post.text}".lower()
