"""`huiying redact` from the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from huiying.cli import run


@pytest.fixture(autouse=True)
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A desk of its own in an empty folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HUIYING_DATA_DIR", str(tmp_path / "data"))


def test_an_unknown_post_is_refused_in_a_line(capsys: pytest.CaptureFixture[str]):
    assert run(["redact", "p99", "--reason", "漏了手机号"]) == 1
    assert capsys.readouterr().err == "错误：没有编号为“p99”的帖子\n"


def test_a_reason_is_needed(capsys: pytest.CaptureFixture[str]):
    assert run(["redact", "p99"]) == 2
    assert "--reason" in capsys.readouterr().err
