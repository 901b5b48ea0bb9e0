"""A new file is opened by several processes at once: each waits for the others instead of failing."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYet
from contextlib import closing
from pathlib import Path

import pytest

from storage.search.embedded import EmbeddedIndex
from storage.search.record_index import RecordIndex
from storage.store import Store
from storage.write_ahead import write_ahead


def plain(path: Path, timeout: float = 5) -> sqlite3.Connection:
    return sqlite3.connect(path, timeout=timeout, isolation_level=None, check_same_thread=False)


def new_file(path: Path) -> None:
    """As another process leaves it that has begun and does not keep a write-ahead log yet."""
    with closing(plain(path)) as connection:
        connection.execute("CREATE TABLE begun (number INTEGER)")


def open_store(path: Path) -> None:
    store = Store(f"sqlite:///{path}")
    try:
        with store.engine.connect():
            pass
    finally:
        store.close()


def open_posts(path: Path) -> None:
    EmbeddedIndex(path).close()


def open_records(path: Path) -> None:
    RecordIndex(path).close()


@pytest.mark.parametrize("begin", ["BEGIN", "BEGIN IMMEDIATE"])
@pytest.mark.parametrize("open_file", [open_store, open_posts, open_records])
def test_who_opens_a_file_that_another_has_waits_for_it(open_file: Callable[[Path], None], begin: str, tmp_path: Path):
    path = tmp_path / "new.db"
    new_file(path)
    with closing(plain(path)) as other, ThreadPoolExecutor(1) as pool:
        other.execute(begin)
        other.execute("SELECT * FROM begun").fetchall()
        opening = pool.submit(open_file, path)
        with pytest.raises(NotYet):
            opening.result(timeout=0.3)
        other.execute("COMMIT")
        opening.result(timeout=20)
    with closing(plain(path)) as after:
        assert after.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_a_file_that_stays_in_use_is_told_after_the_timeout(tmp_path: Path):
    path = tmp_path / "new.db"
    new_file(path)
    with closing(plain(path)) as other, closing(plain(path, timeout=0.1)) as connection:
        other.execute("BEGIN")
        other.execute("SELECT * FROM begun").fetchall()
        with pytest.raises(sqlite3.OperationalError) as told:
            write_ahead(connection)
        assert told.value.sqlite_errorname == "SQLITE_BUSY"
        other.execute("COMMIT")
        write_ahead(connection)


def test_another_fault_is_told_at_once(tmp_path: Path):
    path = tmp_path / "torn.db"
    path.write_bytes(b"no database" * 500)
    with closing(plain(path)) as connection, pytest.raises(sqlite3.DatabaseError, match="not a database"):
        write_ahead(connection)
