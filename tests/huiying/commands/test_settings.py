"""`huiying settings` shows what is in force, or what can be set."""

from __future__ import annotations

from pathlib import Path

import pytest

from huiying.cli import run


def test_what_is_in_force_is_shown_without_passwords(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("HUIYING_DATABASE__PASSWORD", "not to be seen")
    file = tmp_path / "huiying.yaml"
    file.write_text("desk: {port: 9100}\n", encoding="utf-8")
    assert run(["--settings", str(file), "settings"]) == 0
    shown = capsys.readouterr().out
    assert "port: 9100" in shown
    assert "not to be seen" not in shown


def test_the_page_of_documentation_can_be_printed(capsys: pytest.CaptureFixture[str]):
    assert run(["settings", "--markdown"]) == 0
    assert "HUIYING_DESK__PORT" in capsys.readouterr().out
