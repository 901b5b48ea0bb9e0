"""Keeps the text indexes level with the store: takes in what is new or edited, lets go what has expired."""

from __future__ import annotations

from storage.search.embedded import EmbeddedIndex
from storage.search.record_index import RecordIndex
from storage.store import Store

WALK = 200
"""How many indexed posts each step checks for being still stored."""


def catch_up(store: Store, index: EmbeddedIndex, limit: int = 500) -> int:
    """Take in up to `limit` posts above the index's watermark; how many there were. Doing it again changes nothing.

    An index that is ahead of the store (an older backup was restored) is cleared and filled anew.
    """
    with store.reading() as t:
        if not t.posts.after(index.watermark - 1, 1) and index.watermark > 0:
            index.clear()
        fresh = t.posts.after(index.watermark, limit)
    if fresh:
        index.add((post for _, post in fresh), fresh[-1][0])
    return len(fresh)


def let_go(store: Store, index: EmbeddedIndex, number: int = WALK) -> int:
    """Check the next `number` indexed posts and forget those no longer stored; how many were forgotten."""
    ids = index.some_ids(number)
    with store.reading() as t:
        gone = [post_id for post_id in ids if t.posts.seq(post_id) is None]
    if gone:
        index.remove(gone)
    return len(gone)


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
