"""`huiying crawl` needs a sources file on its own machine."""

from __future__ import annotations

from pathlib import Path

import pytest

from huiying.cli import run
from tests.huiying.commands.alone import settings_in


def test_a_missing_sources_file_is_said_with_what_to_do(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    file = settings_in(tmp_path)
    (tmp_path / "sources.yaml").unlink()
    assert run(["--settings", str(file), "crawl"]) == 2
    assert "huiying init" in capsys.readouterr().err
