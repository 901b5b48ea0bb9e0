"""Takes a cleaned and masked post into the store once: a new one is queued for judging, a known one updated."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from records.posts import Post
from records.reading import BadRecord
from storage.posts import fingerprint
from storage.store import Transaction


class Received(StrEnum):
    """What became of a post at the door."""

    NEW = "new"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    EDITED = "edited"
    TOO_OLD = "too_old"


def receive(t: Transaction, post: Post, now: datetime, retention: timedelta) -> Received:
    """Take in a post that a crawler read: a known id with another text is an edited page, its next version.

    One that was published longer ago than posts are kept stays outside: it would come back as new each time it expired.
    """
    t.posts.take_turn()
    known = t.posts.fingerprint(post.id)
    if known is None and post.published_at + retention <= now:
        return Received.TOO_OLD
    return _take_in(t, post, known, now, retention)


def receive_file_row(t: Transaction, post: Post, now: datetime, retention: timedelta) -> Received:
    """Take in a row of a posts file. Raises BadRecord for a known id with another text: a file has no newer page."""
    t.posts.take_turn()
    known = t.posts.fingerprint(post.id)
    if known is not None and known != fingerprint(post):
        raise BadRecord("“id”已经用于另一段正文：同一编号只能对应同一条帖子")
    return _take_in(t, post, known, now, retention)


def _take_in(t: Transaction, post: Post, known: str | None, now: datetime, retention: timedelta) -> Received:
    if known is None:
        t.posts.add(post, now + retention)
        return Received.NEW
    if known == fingerprint(post):
        return Received.UPDATED if t.posts.set_reactions(post.id, post.reactions, now) else Received.UNCHANGED
    t.posts.revise(post, now, now + retention)
    return Received.EDITED
