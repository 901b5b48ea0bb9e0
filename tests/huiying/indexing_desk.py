"""A desk whose posts come into an index, as tests fill it, run it and look at it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta

from huiying.doctor import Finding, examine
from huiying.index_keeping import keep_indexes
from huiying.wiring import Desk
from pipeline.search_note import SearchNote, search_note
from storage.search.text_index import SearchDown
from tests.storage.making import post

NOON = datetime(2026, 4, 10, 4, 0, tzinfo=UTC)
LATER = NOON + timedelta(days=180)


@contextmanager
def running(desk: Desk, work: object) -> Iterator[None]:
    """A worker of the desk in a thread."""
    stop = threading.Event()
    worker = threading.Thread(target=work, args=(desk, stop))  # type: ignore[arg-type]
    worker.start()
    try:
        yield
    finally:
        stop.set()
        worker.join(30)
        assert not worker.is_alive()


def keep(desk: Desk, stop: threading.Event) -> None:
    """Keep the indexes level, whoever else there may be."""
    keep_indexes(desk, stop, lambda: True)


def add(desk: Desk, *post_ids: str) -> None:
    with desk.store.transaction() as t:
        for post_id in post_ids:
            t.posts.add(post(post_id, "又停水了，没人管"), LATER)


def found(desk: Desk) -> set[str] | None:
    """What the desk finds; None where it finds nothing because the cluster is away."""
    try:
        with closing(desk.index()) as index:
            return set(index.find("停水"))
    except SearchDown:
        return None


def note(desk: Desk) -> SearchNote | None:
    with desk.store.reading() as t:
        return search_note(t)


def waiting(desk: Desk) -> int:
    with desk.store.reading() as t:
        return t.posts.waiting_count()


def index_line(desk: Desk) -> Finding:
    return next(line for line in examine(desk, "huiying.yaml") if line.subject == "索引")
