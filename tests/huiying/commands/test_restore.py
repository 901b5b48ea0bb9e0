"""`huiying restore` carries a whole desk over, checks it, and overwrites nothing."""

from __future__ import annotations

import sqlite3
import tarfile
from pathlib import Path

import pytest

from huiying.locking import held
from tests.huiying.commands.desks import at, desks, urls

__all__ = ["desks", "urls"]


def test_a_desk_comes_back_whole_under_other_settings(desks: list[Path], capsys: pytest.CaptureFixture[str]):
    old, new = desks
    assert at(old, "backup", "desk.huiying") == 0
    assert at(old, "person", "add", "zhao", "--name", "后来的人", "--role", "duty") == 0
    assert at(new, "restore", "desk.huiying") == 0
    capsys.readouterr()
    assert at(new, "person", "list") == 0
    listed = capsys.readouterr().out
    assert ("wang" in listed, "li" in listed, "zhao" in listed) == (True, True, False)
    assert Path("new/reports/一.docx").read_bytes() == b"report"
    assert not Path("new/cookie.secret").exists(), "keys are no part of a backup: the desk makes itself a new one"
    assert at(new, "audit", "verify") == 0
    assert "操作日志完整，共 4 行" in capsys.readouterr().out, "two people, the backup, and that it was restored"


def test_nothing_is_overwritten(desks: list[Path], capsys: pytest.CaptureFixture[str]):
    old, new = desks
    assert at(old, "backup", "desk.huiying") == 0
    assert at(old, "restore", "desk.huiying") == 1
    assert "不覆盖" in capsys.readouterr().err
    Path("new/reports").mkdir(parents=True)
    Path("new/reports/二.docx").write_bytes(b"x")
    assert at(new, "restore", "desk.huiying") == 1
    assert "里已有文件，不覆盖" in capsys.readouterr().err


def test_a_desk_that_runs_is_refused(desks: list[Path], capsys: pytest.CaptureFixture[str]):
    old, new = desks
    assert at(old, "backup", "desk.huiying") == 0
    with held(Path("new/up.lock")):
        assert at(new, "restore", "desk.huiying") == 1
    assert "正被另一个回应台使用" in capsys.readouterr().err


def test_a_damaged_backup_restores_nothing(desks: list[Path], capsys: pytest.CaptureFixture[str]):
    old, new = desks
    assert at(old, "backup", "desk.huiying") == 0
    whole = Path("desk.huiying").read_bytes()
    place = whole.index(b"report", whole.index(b"reports/\xe4\xb8\x80"[:8], 4096) + 512)
    Path("bad.huiying").write_bytes(whole[:place] + b"REPORT" + whole[place + 6 :])
    assert at(new, "restore", "bad.huiying") == 1
    assert "已损坏，没有恢复" in capsys.readouterr().err
    Path("cut.huiying").write_bytes(whole[: len(whole) // 3])
    assert at(new, "restore", "cut.huiying") == 1
    assert "不是完整的备份文件" in capsys.readouterr().err
    assert at(new, "restore", "desk.huiying") == 0


def test_a_backup_of_a_later_version_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.chdir(tmp_path)
    for name in ("old", "new"):
        Path(f"{name}.yaml").write_text(f"data_dir: {name}\n", encoding="utf-8")
    assert at(Path("old.yaml"), "person", "add", "wang", "--name", "某人", "--role", "duty") == 0
    assert at(Path("old.yaml"), "backup", "desk.huiying") == 0
    with tarfile.open("desk.huiying") as archive:
        archive.extractall("unpacked", filter="data")
    manifest = Path("unpacked/manifest.json")
    manifest.write_text(manifest.read_text("utf-8").replace('"schema": "', '"schema": "later'), encoding="utf-8")
    with tarfile.open("later.huiying", "w") as archive:
        for file in sorted(Path("unpacked").iterdir()):
            archive.add(file, file.name)
    assert at(Path("new.yaml"), "restore", "later.huiying") == 1
    assert "请先升级" in capsys.readouterr().err


def test_a_tampered_log_is_noticed_when_it_is_restored(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.chdir(tmp_path)
    for name in ("old", "new"):
        Path(f"{name}.yaml").write_text(f"data_dir: {name}\n", encoding="utf-8")
    assert at(Path("old.yaml"), "person", "add", "wang", "--name", "某人", "--role", "duty") == 0
    connection = sqlite3.connect("old/huiying.db")
    with connection:
        connection.execute("UPDATE audit SET actor = '别人'")
    connection.close()
    assert at(Path("old.yaml"), "backup", "desk.huiying") == 0
    assert at(Path("new.yaml"), "restore", "desk.huiying") == 1
    assert "操作日志第 1 行" in capsys.readouterr().err
