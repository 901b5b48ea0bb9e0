"""`huiying alive` ends with 0 only where a process of that kind lives on this machine."""

from __future__ import annotations

import socket
from datetime import timedelta
from pathlib import Path

import pytest

from huiying.cli import run
from tests.dashboard import seeding
from tests.dashboard.conftest import free_port
from tests.deploy.noting import noting

HERE = socket.gethostname()


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The settings file of a desk whose processes have left signs of life."""
    monkeypatch.chdir(tmp_path)
    file = seeding.write_settings(tmp_path, free_port())
    opened = seeding.opened(file)
    now = opened.clock.now()
    with opened.store.transaction() as t:
        t.clock.beat(f"judge@{HERE}", now - timedelta(hours=1))
        t.clock.beat(f"judge-2@{HERE}", now)
        t.clock.beat(f"send@{HERE}/page", now)
        t.clock.beat(f"crawl@{HERE}", now - timedelta(hours=1))
        t.clock.beat("clock@elsewhere", now)
    opened.close()
    return file


def alive(file: Path, kind: str) -> int:
    return run(["--settings", str(file), "alive", kind])


@pytest.mark.parametrize(("kind", "code"), [("judge", 0), ("send", 0), ("crawl", 1), ("clock", 1), ("desk", 1)])
def test_a_kind_is_alive_where_one_of_its_processes_on_this_machine_was_lately(desk: Path, kind: str, code: int):
    assert alive(desk, kind) == code


def test_the_web_server_is_alive_where_it_answers(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    with noting(200) as server:
        file = seeding.write_settings(tmp_path, server.server_address[1])
        assert alive(file, "desk") == 0
    with noting(503) as server:
        file = seeding.write_settings(tmp_path, server.server_address[1])
        assert alive(file, "desk") == 1
    assert "值班台进程没有动静" in capsys.readouterr().err


def test_asking_makes_no_database(tmp_path: Path):
    file = seeding.write_settings(tmp_path, free_port())
    assert alive(file, "judge") == 1
    assert not (tmp_path / "data").exists()


def test_a_database_that_does_not_answer_is_told_of(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    url = f"postgresql+psycopg://huiying@127.0.0.1:{free_port()}/huiying"
    file = seeding.write_settings(tmp_path, free_port(), database={"url": url})
    assert alive(file, "judge") == 1
    assert "连不上数据库" in capsys.readouterr().err
