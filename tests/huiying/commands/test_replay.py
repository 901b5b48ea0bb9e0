"""`huiying replay` writes the contract's files, the same bytes every time, or says in one line why not."""

from __future__ import annotations

from pathlib import Path

import pytest

from huiying.cli import run
from tests.huiying.test_scenario import RECORD, folder

SCENARIOS = Path(__file__).parents[2] / "scenarios"


def test_the_same_scenario_gives_the_same_bytes_twice(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    for out in ("one", "two"):
        assert run(["replay", str(SCENARIOS / "heating_outage"), "--out", str(tmp_path / out)]) == 0
    assert "700 条帖子" in capsys.readouterr().out
    first = {file.relative_to(tmp_path / "one"): file for file in (tmp_path / "one").rglob("*") if file.is_file()}
    assert len([name for name in first if name.suffix == ".docx"]) == 3
    for name, file in first.items():
        assert (tmp_path / "two" / name).read_bytes() == file.read_bytes(), name


def test_a_folder_that_is_no_scenario_is_one_line_and_ends_with_two(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    folder(tmp_path, disclosures=[{**RECORD, "unit": ""}])
    assert run(["replay", str(tmp_path), "--out", str(tmp_path / "out")]) == 2
    said = capsys.readouterr().err
    assert "disclosures.jsonl 第 1 行" in said
    assert said.count("\n") == 1


def test_a_place_where_nothing_can_be_written_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    (tmp_path / "file").write_text("", encoding="utf-8")
    scenario = folder(tmp_path)
    assert run(["replay", str(scenario), "--out", str(tmp_path / "file" / "out")]) == 2
    assert "不能写入" in capsys.readouterr().err


def test_a_missing_model_is_one_line_and_ends_with_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    scenario = folder(tmp_path)
    (tmp_path / "settings.yml").write_text("judge: {model_dir: none}\n", encoding="utf-8")
    assert run(["replay", str(scenario), "--out", str(tmp_path / "out")]) == 1
    assert capsys.readouterr().err.startswith("错误：")
