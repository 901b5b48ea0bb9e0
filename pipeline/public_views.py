"""Reads the views that the posts of an incident share (网民观点): for its page and for the reports alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.views import may, visible_incident
from records.incidents import Member
from records.people import Person
from records.posts import REDACTED, Post
from storage.store import Transaction

if TYPE_CHECKING:
    from nlp.viewpoints import Viewpoint, Voice


@dataclass(frozen=True, slots=True)
class PublicViews:
    """The views, the most shared first, and how many of the incident's posts were grouped."""

    views: Sequence[Viewpoint]
    grouped: int

    @property
    def elsewhere(self) -> int:
        """How many posts share none of the views."""
        return self.grouped - sum(one.count for one in self.views)


def incident_views(t: Transaction, person: Person, incident_id: str) -> PublicViews | None:
    """The views of an incident; None for a person who may not see its posts."""
    incident = visible_incident(t, person, incident_id)
    if incident is None or not may(person, "view_posts", incident.unit):
        return None
    return views_among(t, t.incidents.members(incident_id))


def views_among(t: Transaction, members: Sequence[Member]) -> PublicViews:
    """The views that these members share; a copy counts with its original, a redacted post says nothing."""
    # Nothing but this needs the clustering: what never asks does not wait for it to load.
    from nlp.viewpoints import MOST_VOICES, viewpoints

    voices = _voices(t, members, MOST_VOICES)
    return PublicViews(viewpoints(voices), sum(one.count for one in voices))


def _voices(t: Transaction, members: Sequence[Member], most: int) -> list[Voice]:
    from nlp.viewpoints import Voice

    alike: dict[str, list[Member]] = {}
    for one in sorted(members, key=lambda one: (one.seen_at, one.post_id)):
        alike.setdefault(one.root, []).append(one)
    newest = list(alike.values())[-most:]
    posts = t.posts.many(group[0].post_id for group in newest)
    silent = [group for group in newest if not _says(posts.get(group[0].post_id))]
    posts |= t.posts.many(one.post_id for group in silent for one in group[1:])
    found = []
    for group in newest:
        speaking = next((post for one in group if (post := posts.get(one.post_id)) is not None and _says(post)), None)
        if speaking is not None:
            found.append(Voice(speaking, len(group), group[0].category))
    return found


def _says(post: Post | None) -> bool:
    return post is not None and REDACTED not in post.flags
