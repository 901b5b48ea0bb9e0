"""`huiying prepare` builds the store and makes the first account once, however often it runs."""

from __future__ import annotations

from pathlib import Path

import pytest

from huiying.cli import run
from huiying.settings import load
from storage.revisions import newest_schema
from storage.store import Store
from tests.huiying.commands.alone import settings_in


def test_it_makes_store_and_first_administrator_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    file = settings_in(tmp_path)
    assert run(["--settings", str(file), "prepare"]) == 0
    first = capsys.readouterr().out
    assert f"数据库已从 空库 升级到 {newest_schema()}" in first
    assert "用户名 admin" in first
    login = tmp_path / "data" / "first-login.txt"
    kept = login.read_text("utf-8")
    assert login.stat().st_mode & 0o777 == 0o600
    assert run(["--settings", str(file), "prepare"]) == 0
    again = capsys.readouterr().out
    assert again.startswith(f"数据库已是 {newest_schema()}")
    assert "密码" not in again
    assert login.read_text("utf-8") == kept
    store = Store(load(file, {}).database_url)
    with store.reading() as t:
        assert [person.username for person in t.people.all()] == ["admin"]
    store.close()
