"""A copy of the store is of one moment, although the desk goes on writing, and only an empty store takes it up."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from threading import Event, Thread

from storage.backup import damage, dump, is_empty, load
from storage.store import Store
from tests.storage.making import NOON


def test_a_copy_made_while_the_desk_writes_is_whole(store: Store, tmp_path: Path):
    """On SQLite; on PostgreSQL the copy is `pg_dump`'s, and its database is tried in tests/huiying/commands."""
    if store.engine.dialect.name != "sqlite":
        return
    stop = Event()

    def write() -> None:
        while not stop.is_set():
            with store.transaction() as t:
                t.audit.append(NOON, "甲", None, "act", "s" * 200, True, {})

    writer = Thread(target=write)
    writer.start()
    stop.wait(0.3)
    dump(store.url, tmp_path / "copy")
    stop.set()
    writer.join()
    load(f"sqlite:///{tmp_path / 'new.db'}", tmp_path / "copy")
    copy = Store(f"sqlite:///{tmp_path / 'new.db'}")
    with store.reading() as t, copy.reading() as c:
        assert 0 < c.audit.count() <= t.audit.count()
        assert c.audit.verify() is None
    assert damage(copy.engine) is None
    copy.close()


def test_a_store_without_tables_is_empty(empty_url: str):
    store = Store(empty_url)
    assert is_empty(store.engine)
    store.migrate()
    assert not is_empty(store.engine)
    store.close()


def test_a_database_that_is_damaged_is_told(store: Store):
    if store.engine.dialect.name != "sqlite":
        assert damage(store.engine) is None
        return
    with sqlite3.connect(store.url.removeprefix("sqlite:///")) as stranger:
        stranger.execute("INSERT INTO attempt (outbox, fence, started_at, outcome) VALUES (7, 1, 0, 'open')")
    stranger.close()
    assert damage(store.engine) is not None
