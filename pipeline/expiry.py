"""Lets go what is kept no longer: posts and texts of corrections whose time is up, gone posts, old page memories and log lines."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from storage.store import Store

LEAST_PAGE_MEMORY = timedelta(days=60)
"""A page that was not listed for this long is forgotten, or for as long as posts are kept, if that is longer."""

AT_ONCE = 1_000
"""So many posts go in one transaction: every act on an incident waits until it is over."""

UNDATED_KEPT = 10
"""The ids of expired posts without a date are kept for this many times as long as the posts were."""


@dataclass(frozen=True, slots=True)
class Keeping:
    """How long is kept what was read: posts, those that are gone from their page, lines of the patrol log.

    The masked text of a correction is kept for `corrections` from the correction on, where its post is stored no longer;
    that of a post which is gone from its page goes with the post. Acts of administration can be taken back for `undo`.
    """

    posts: timedelta = timedelta(days=180)
    gone: timedelta = timedelta(days=3)
    patrols: timedelta = timedelta(days=400)
    corrections: timedelta = timedelta(days=180)
    undo: timedelta = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class LetGo:
    """How much was let go."""

    posts: int
    pages: int
    patrols: int
    corrections: int = 0


def let_go_of_old(store: Store, keeping: Keeping, now: datetime, at_once: int = AT_ONCE) -> LetGo:
    """Let go what is over by `now`, so many posts in one transaction; doing it again changes nothing.

    A page memory outlives the posts of its page: were it forgotten before, they would come back as new.
    """
    posts = part = _some(store, keeping, now, at_once)
    while part >= at_once:
        part = _some(store, keeping, now, at_once)
        posts += part
    with store.transaction() as t:
        corrections = t.corrections.let_go_of_texts(now - keeping.corrections)
        pages = t.sources.forget_pages(now - max(keeping.posts, LEAST_PAGE_MEMORY))
        patrols = t.sources.forget_patrols(now - keeping.patrols)
        t.admin_changes.forget(now - keeping.undo)
        t.posts.forget_expired(now - UNDATED_KEPT * keeping.posts)
    return LetGo(posts, pages, patrols, corrections)


def _some(store: Store, keeping: Keeping, now: datetime, most: int) -> int:
    with store.transaction() as t:
        # Else a post that is being settled just now would go, and its assessment come after.
        t.incidents.take_turn()
        return t.posts.expire(now, now - keeping.gone, most)
