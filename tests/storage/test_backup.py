"""A copy of the store is of one moment, although the desk goes on writing, and only an empty store takes it up."""

from __future__ import annotations

import os
import socket
import sqlite3
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event, Thread

import pytest

from storage.backup import CannotCopy, damage, dump, is_empty, load, program
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
    try:
        stop.wait(0.3)
        dump(store.url, tmp_path / "copy")
    finally:
        stop.set()
        writer.join(60)
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


@pytest.mark.parametrize("given", ["huiying:geheim@{place}", "huiying@{place}?password=geheim"])
def test_no_password_stands_on_a_command_line_or_in_what_is_said(tmp_path: Path, given: str):
    """A server that takes a connection and says nothing holds `pg_dump` up while its command line is looked at."""
    if program("pg_dump") is None:
        pytest.skip("PostgreSQL: it is not installed")
    with socket.create_server(("127.0.0.1", 0)) as silent, ThreadPoolExecutor(1) as pool:
        place = f"127.0.0.1:{silent.getsockname()[1]}/huiying"
        dumping = pool.submit(dump, f"postgresql+psycopg://{given.format(place=place)}", tmp_path / "copy")
        silent.settimeout(60)
        connection, _ = silent.accept()
        lines = [line for line in command_lines() if place in line]
        connection.close()
        silent.close()
        with pytest.raises(CannotCopy) as failed:
            dumping.result(60)
    assert len(lines) == 1
    assert "geheim" not in lines[0]
    assert "geheim" not in str(failed.value)


def command_lines() -> list[str]:
    """Those of the processes whose parent is this one, as everybody on the machine sees them."""
    listed = subprocess.run(
        ["ps", "-ww", "--ppid", str(os.getpid()), "-o", "args="],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    return listed.stdout.splitlines()


def test_a_password_that_could_only_stand_on_the_command_line_is_refused(tmp_path: Path):
    if program("pg_dump") is None:
        pytest.skip("PostgreSQL: it is not installed")
    with pytest.raises(CannotCopy, match="sslpassword") as refused:
        dump("postgresql+psycopg://huiying@127.0.0.1:9/huiying?sslpassword=geheim", tmp_path / "copy")
    assert "geheim" not in str(refused.value)
