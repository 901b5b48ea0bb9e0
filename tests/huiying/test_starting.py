"""What would stop a desk is said before it starts; the first account is made once and its password kept from others."""

from __future__ import annotations

import os
import socket
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from huiying.alone import set_up
from huiying.clock import SimulatedClock
from huiying.settings import BadSettings, Settings, load
from huiying.starting import (
    CannotStart,
    check_port,
    first_admin,
    make_folders,
    migrate,
    prepare,
    write_first_logins,
)
from huiying.wiring import Desk
from pipeline import accounts
from records.words import Role
from tests.storage.test_migrations import taken_back

NOON = datetime(2026, 4, 10, 4, 0, tzinfo=UTC)


@pytest.fixture
def port() -> Iterator[int]:
    """A port that is taken."""
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        yield taken.getsockname()[1]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    (tmp_path / "sources.yaml").write_text("sources: []\n", encoding="utf-8")
    (tmp_path / "huiying.yaml").write_text("data_dir: data\n", encoding="utf-8")
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        free = probe.getsockname()[1]
    opened = Desk(load(tmp_path / "huiying.yaml", {"HUIYING_DESK__PORT": str(free)}), SimulatedClock(NOON))
    yield opened
    opened.close()


@pytest.fixture
def own_mask() -> Iterator[None]:
    """The mask of new files as it was, for what comes after."""
    before = os.umask(0o022)
    yield
    os.umask(before)


def test_everything_is_made_and_only_for_its_owner(desk: Desk):
    prepare(desk, print)
    prepare(desk, print)
    for folder in (desk.settings.data_dir, desk.settings.reports_dir, desk.settings.logs_dir):
        assert folder.stat().st_mode & 0o777 == 0o700
    assert desk.store.schema_version() is not None


def test_a_missing_sources_file_is_said_with_what_to_do(desk: Desk):
    desk.settings.sources_file.unlink()
    with pytest.raises(BadSettings, match="huiying init"):
        prepare(desk, print)


@pytest.mark.parametrize(
    ("rules", "told"),
    [
        ("{escalation: [{severity: major, office: 10}]}", "应晚于单位负责人"),
        ("{duty: {warn_hours: 1}}", "warn_hours"),
        ("{telling: {quiet_from: 22}}", "quiet_from"),
        ("{oversight: {silent_seconds: 1}}", "silent_seconds"),
    ],
)
def test_rules_that_cannot_be_used_are_said_before_anything_starts(tmp_path: Path, desk: Desk, rules: str, told: str):
    (tmp_path / "huiying.yaml").write_text(f"data_dir: data\nrules: {rules}\n", encoding="utf-8")
    refused = Desk(load(tmp_path / "huiying.yaml", {"HUIYING_DESK__PORT": str(desk.settings.desk.port)}), desk.clock)
    with pytest.raises(BadSettings, match=told):
        prepare(refused, print)


STARTS: dict[str, Callable[[Settings], object]] = {
    "all": lambda settings: prepare(Desk(settings, SimulatedClock(NOON)), print),
    "judge": lambda settings: set_up(settings, "judge"),
    "desk": lambda settings: set_up(settings, "desk"),
}


@pytest.mark.parametrize("start", STARTS.values(), ids=STARTS.keys())
def test_a_cluster_whose_password_cannot_be_read_is_said_before_anything_starts(
    tmp_path: Path, desk: Desk, own_mask: None, start: Callable[[Settings], object]
):
    search = "{engine: elasticsearch, url: 'https://search.example:9200', user: desk, password_file: nowhere}"
    (tmp_path / "huiying.yaml").write_text(f"data_dir: data\nsearch: {search}\n", encoding="utf-8")
    settings = load(tmp_path / "huiying.yaml", {"HUIYING_DESK__PORT": str(desk.settings.desk.port)})
    with pytest.raises(BadSettings, match=r"读不到 search\.password_file"):
        start(settings)


def test_a_taken_port_is_said_with_what_to_change(port: int):
    with pytest.raises(CannotStart, match=rf"127\.0\.0\.1:{port} 用不了（已被占用）.*desk\.port"):
        check_port("127.0.0.1", port, "设置 desk.port")


def test_a_database_that_does_not_answer_is_said_without_its_password(tmp_path: Path, desk: Desk):
    settings = load(
        tmp_path / "huiying.yaml",
        {
            "HUIYING_DATABASE__URL": "postgresql+psycopg://desk@127.0.0.1:1/none",
            "HUIYING_DATABASE__PASSWORD": "not to be seen",
            "HUIYING_DESK__PORT": str(desk.settings.desk.port),
        },
    )
    other = Desk(settings, SimulatedClock(NOON))
    try:
        with pytest.raises(CannotStart, match="连不上数据库") as caught:
            prepare(other, print)
    finally:
        other.close()
    assert "not to be seen" not in str(caught.value)


def taken_back_to(desk: Desk, revision: str) -> None:
    """A store as a program of that time left it."""
    migrate(desk, print)
    taken_back(desk.store, revision)


def test_before_a_store_with_data_is_upgraded_the_backup_is_named_once(desk: Desk):
    said: list[str] = []
    prepare(desk, said.append)
    assert said == []
    taken_back_to(desk, "0050")
    migrate(desk, said.append)
    migrate(desk, said.append)
    assert [line for line in said if "从 0050 升级到" in line and "升级前请先 huiying backup" in line] == said[:1]
    assert len(said) == 1


def test_a_store_that_others_have_in_use_is_said_with_what_to_stop(desk: Desk):
    make_folders(desk.settings)
    taken_back_to(desk, "0050")
    with desk.store.engine.connect() as connection:
        connection.connection.cursor().execute("PRAGMA busy_timeout=100")
    with closing(sqlite3.connect(desk.store.engine.url.database or "")) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(CannotStart, match=r"没有升级.*先停下各台机器上所有的 huiying 进程"):
            migrate(desk, print)
    assert desk.store.schema_version() == "0050"


def test_a_store_of_a_later_program_is_said_and_left_alone(desk: Desk):
    prepare(desk, print)
    with desk.store.transaction() as t:
        t.connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(CannotStart, match=r"9999，比本程序（.*）新"):
        migrate(desk, print)
    assert desk.store.schema_version() == "9999"


def test_the_first_administrator_is_made_once_and_can_sign_in(desk: Desk):
    prepare(desk, print)
    (login,) = first_admin(desk, NOON)
    assert login.person.role is Role.ADMIN
    signed = accounts.sign_in(desk.store, login.person.username, login.password, NOON)
    assert signed.person.must_change_password
    assert first_admin(desk, NOON) == []


def test_first_passwords_are_kept_where_only_their_owner_reads(desk: Desk, tmp_path: Path):
    prepare(desk, print)
    logins = first_admin(desk, NOON)
    file = tmp_path / "first-login.txt"
    write_first_logins(file, "http://127.0.0.1:8501", logins)
    assert file.stat().st_mode & 0o777 == 0o600
    assert logins[0].password in file.read_text(encoding="utf-8")
    assert logins[0].password.encode() not in (desk.settings.data_dir / "huiying.db").read_bytes()
