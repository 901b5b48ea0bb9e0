"""`huiying records links`: what it says."""

from __future__ import annotations

from pathlib import Path

import pytest

from huiying.cli import run


def test_without_links_nothing_is_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HUIYING_DATA_DIR", str(tmp_path / "data"))
    assert run(["records", "links"]) == 0
    assert capsys.readouterr().out == "检查了 0 个网址，新提醒 0 条\n"
