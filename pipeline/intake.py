"""Takes a cleaned and masked post into the store once: a new one is queued for judging, a known one updated."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum

from records.posts import BACKLOG, REDACTED, UNDATED, Post
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


TOO_OLD_REASON = "发布时间早于保存期限"
"""What people read for Received.TOO_OLD."""


def receive(t: Transaction, post: Post, now: datetime, retention: timedelta) -> Received:
    """Take in a post that a crawler read: a known id with another text is an edited page, its next version.

    One that was published longer ago than posts are kept stays outside: it would come back as new each time it expired.
    So does one that shows no date and has been here before. A known one is back on its page, if it was gone from there.
    """
    t.posts.take_turn()
    known = t.posts.known(post.id)
    if known is None:
        undated = bool(UNDATED.intersection(post.flags))
        too_old = t.posts.has_expired(post.id, now) if undated else post.published_at + retention <= now
        return Received.TOO_OLD if too_old else _take_in(t, post, None, now, retention)
    if known.gone_at is not None:
        t.posts.back(post.id)
    if REDACTED in known.flags:
        # What a person has redacted does not come back with the next look at its page, edited or not.
        return Received.UPDATED if t.posts.set_reactions(post.id, post.reactions, now) else Received.UNCHANGED
    # What was old when its source was first read does not become news by an edit.
    kept = tuple(flag for flag in known.flags if flag == BACKLOG and flag not in post.flags)
    return _take_in(t, replace(post, flags=post.flags + kept), known.fingerprint, now, retention)


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
    if t.posts.revise(post, now, now + retention) is not None:
        return Received.EDITED
    # Its time was over between the two looks: who lets old posts go waits for nobody.
    t.posts.add(post, now + retention)
    return Received.NEW
