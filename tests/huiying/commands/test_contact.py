"""`huiying contact` from the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from huiying.cli import run


@pytest.fixture(autouse=True)
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A desk of its own in an empty folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HUIYING_DATA_DIR", str(tmp_path / "data"))


def test_a_contact_is_added_listed_and_removed(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["contact", "list"]) == 0
    assert "还没有联系方式" in capsys.readouterr().out
    assert run(["contact", "add", "office", "email", "duty@qw.example", "--name", "值班室"]) == 0
    assert "还没有配置 alerts.email" in capsys.readouterr().out
    assert run(["contact", "list"]) == 0
    assert capsys.readouterr().out == "区委办公室值班员（office）\t1\temail\tduty@qw.example\t值班室\n"
    assert run(["contact", "remove", "office", "email", "duty@qw.example"]) == 0
    assert run(["contact", "remove", "office", "email", "duty@qw.example"]) == 1


def test_a_contact_may_be_told_only_after_others(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["contact", "add", "office", "sms", "13800138000", "--rank", "2"]) == 0
    assert "在前面的联系方式都没有送达时发到 13800138000" in capsys.readouterr().out
    assert run(["contact", "add", "office", "sms", "13800138000", "--rank", "0"]) == 2


@pytest.mark.parametrize(
    ("args", "code"), [(["office", "pigeon", "x"], 2), (["office", "page", "x"], 2), (["office", "email", "x"], 1)]
)
def test_a_contact_that_cannot_work_is_refused(args: list[str], code: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["contact", "add", *args]) == code
    assert capsys.readouterr().err.startswith("错误：")
