"""`huiying init` leaves two commented files and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from crawlers.sources import load_sources
from huiying.cli import run
from huiying.settings import load


def test_it_writes_a_settings_file_and_a_sources_file_that_can_be_used(tmp_path: Path):
    assert run(["init", str(tmp_path / "desk")]) == 0
    assert sorted(file.name for file in (tmp_path / "desk").iterdir()) == ["huiying.yaml", "sources.yaml"]
    settings = load(tmp_path / "desk" / "huiying.yaml", {})
    assert settings.sample is False
    assert settings.sources_file == tmp_path / "desk" / "sources.yaml"
    assert not [source for source in load_sources(settings.sources_file) if source.enabled]


def test_it_overwrites_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    (tmp_path / "sources.yaml").write_text("mine", encoding="utf-8")
    assert run(["init", str(tmp_path)]) == 1
    assert "sources.yaml" in capsys.readouterr().err
    assert (tmp_path / "sources.yaml").read_text(encoding="utf-8") == "mine"
    assert not (tmp_path / "huiying.yaml").exists()


def test_a_place_where_nothing_can_be_written_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    (tmp_path / "file").write_text("", encoding="utf-8")
    assert run(["init", str(tmp_path / "file" / "below")]) == 2
    assert "写不进" in capsys.readouterr().err
