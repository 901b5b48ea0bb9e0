"""A process that is started before its database waits for it, longer and longer, and says so."""

from __future__ import annotations

import secrets
import signal
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, text

from huiying.awaiting import await_database, await_store, told_to_stop
from huiying.clock import SimulatedClock
from huiying.settings import Database, Settings
from huiying.starting import CannotStart
from huiying.wiring import Desk
from tests.storage.conftest import POSTGRES

NOON = datetime(2026, 4, 10, 4, 0, tzinfo=UTC)


class Pauses(threading.Event):
    """Pauses of no length, kept; at the `number`th one something happens."""

    def __init__(self, number: int, happens) -> None:
        super().__init__()
        self.kept: list[float | None] = []
        self._number = number
        self._happens = happens

    def wait(self, timeout: float | None = None) -> bool:
        self.kept.append(timeout)
        if len(self.kept) == self._number:
            self._happens()
        return self.is_set()


@pytest.fixture
def name() -> Iterator[str]:
    """The name of a PostgreSQL database that is not there, and not afterwards."""
    name = f"huiying_{secrets.token_hex(6)}"
    yield name
    on_server(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def on_server(statement: str) -> None:
    engine = create_engine(POSTGRES or "", isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()


@pytest.fixture
def desk(tmp_path: Path, name: str) -> Iterator[Desk]:
    url = make_url(POSTGRES or "").set(database=name).render_as_string(hide_password=False)
    opened = Desk(Settings(data_dir=tmp_path, database=Database(url=url)), SimulatedClock(NOON))
    yield opened
    opened.close()


POSTGRES_ONLY = pytest.mark.skipif(not POSTGRES, reason="PostgreSQL: HUIYING_TEST_POSTGRES names no server")


@pytest.mark.postgres
@POSTGRES_ONLY
def test_a_database_that_is_not_there_yet_is_waited_for_with_growing_pauses(desk: Desk, name: str):
    said: list[str] = []
    stop = Pauses(7, lambda: on_server(f"CREATE DATABASE {name}"))
    with pytest.raises(CannotStart, match="还没有表：请先运行 huiying prepare"):
        await_store(desk, stop, said.append)
    assert stop.kept == [1, 2, 4, 8, 16, 30, 30]
    assert "连不上数据库（OperationalError），1 秒后再试" in said[0]
    assert said[-1] == "数据库已连上"
    desk.store.migrate()
    assert await_store(desk, threading.Event(), said.append)


@pytest.mark.postgres
@POSTGRES_ONLY
def test_who_waits_ends_when_told(desk: Desk):
    stop = Pauses(2, lambda: stop.set())
    assert not await_database(desk, stop, lambda _: None)
    assert stop.kept == [1, 2]


def test_signals_are_told_within_the_block_only():
    before = signal.getsignal(signal.SIGTERM)
    with told_to_stop() as stop:
        signal.raise_signal(signal.SIGTERM)
        assert stop.is_set()
    assert signal.getsignal(signal.SIGTERM) is before
