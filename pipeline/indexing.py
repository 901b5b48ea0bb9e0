"""Keeps the text indexes level with the store: takes in what is new or edited, lets go what has expired."""

from __future__ import annotations

from datetime import datetime, timedelta

from storage.search.record_index import RecordIndex
from storage.search.text_index import PostsRefused, TextIndex
from storage.store import Store

AT_ONCE = 2_000
"""So many posts are taken in with one watermark, where as many wait."""
WALK = 200
"""How many indexed posts each step checks for being still stored."""


def catch_up(store: Store, index: TextIndex, limit: int = AT_ONCE) -> int:
    """Take in up to `limit` posts above the index's watermark; how many there were. Doing it again changes nothing.

    An index that is ahead of the store (an older backup was restored) is cleared and filled anew. Raises SearchDown.
    """
    reached = index.watermark
    with store.reading() as t:
        ahead = reached > 0 and not t.posts.after(reached - 1, 1)
        fresh = t.posts.after(0 if ahead else reached, limit)
    if ahead:
        index.clear()
    if fresh:
        index.add((post for _, post in fresh), fresh[-1][0])
    return len(fresh)


def let_go(store: Store, index: TextIndex, number: int = WALK) -> int:
    """Check the next `number` indexed posts and forget those no longer stored; how many were forgotten. Raises SearchDown."""
    ids = index.some_ids(number)
    with store.reading() as t:
        gone = [post_id for post_id in ids if t.posts.seq(post_id) is None]
    if gone:
        index.remove(gone)
    return len(gone)


def let_go_of_spans(store: Store, index: TextIndex, before: datetime) -> int:
    """Drop whole parts of the index that end before then and of whose time no post is stored any more; how many.

    Raises SearchDown.
    """
    dropped = 0
    for span in index.spans():
        if span.until > before:
            continue
        with store.reading() as t:
            kept = t.posts.seen_between(span.since, span.until - timedelta(microseconds=1), 1)
        if not kept:
            index.drop(span)
            dropped += 1
    return dropped


def offer_again(store: Store, index: TextIndex) -> int:
    """Offer the index the posts again that it refused, and forget those no longer stored; how many it still refuses.

    Raises SearchDown.
    """
    waiting = list(index.waiting())
    if not waiting:
        return 0
    with store.reading() as t:
        stored = t.posts.many(waiting)
    if gone := [post_id for post_id in waiting if post_id not in stored]:
        index.remove(gone)
    for post in stored.values():
        try:
            # One by one: a post that is refused among others is noted anew, and would look as if it had come in.
            index.add([post])
        except PostsRefused:
            continue
    return len(index.waiting())


def catch_up_records(store: Store, index: RecordIndex, limit: int = 500) -> int:
    """Take in up to `limit` records that are new or corrected; how many. An index ahead of the store lets go of the rest."""
    with store.reading() as t:
        level = t.disclosures.level()
        if level == index.level:
            return 0
        current, here = t.disclosures.numbers(), index.versions()
        behind = [record_id for record_id, version in current.items() if here.get(record_id) != version]
        fresh = t.disclosures.many(behind[:limit])
    index.put(fresh.values(), here.keys() - current.keys(), level if len(behind) <= limit else "")
    return len(fresh)
