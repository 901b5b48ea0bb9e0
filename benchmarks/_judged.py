"""Lets posts wait in a store for judging, and waits until they are judged and indexed."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from subprocess import Popen

from sqlalchemy import func, select

from records.disclosures import Disclosure
from records.posts import Post
from storage import tables
from storage.search.embedded import EmbeddedIndex
from storage.store import Store

KEPT = timedelta(days=3650)
"""How long each post is kept from when it was seen: workers go by the time it really is, and would let go of old ones."""

_CHUNK = 2_000
_LOOK_SECONDS = 0.25


def taken_in(store: Store, posts: Sequence[Post], records: Sequence[Disclosure], begin: datetime) -> int:
    """Let everything wait; the number of the newest post."""
    with store.transaction() as t:
        t.disclosures.add_all(records, begin, "基准")
    for start in range(0, len(posts), _CHUNK):
        with store.transaction() as t:
            for post in posts[start : start + _CHUNK]:
                t.posts.add(post, post.seen_at + KEPT)
    with store.reading() as t:
        return int(t.connection.execute(select(func.max(tables.post.c.seq))).scalar_one())


def wait(store: Store, index: EmbeddedIndex, running: Sequence[Popen[bytes]], most: int, newest: int) -> None:
    """Until no more than so many posts wait; where none may, until the index is level as well."""
    while left(store) > most or (not most and index.watermark < newest):
        if any(one.poll() is not None for one in running):
            raise RuntimeError("a judging worker has ended")
        time.sleep(_LOOK_SECONDS)


def left(store: Store) -> int:
    """How many posts wait."""
    with store.reading() as t:
        return t.posts.waiting_count()
