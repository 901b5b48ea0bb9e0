"""`huiying evaluate` scores the judge on labelled texts, or says in one line what it cannot read."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from huiying.cli import run

SHUOAN = Path(__file__).parents[2] / "nlp" / "held_out" / "shuoan"


@pytest.fixture
def held_out(tmp_path: Path) -> Path:
    """A folder of texts with one held-out place."""
    shutil.copytree(SHUOAN, tmp_path / "held_out" / "shuoan")
    return tmp_path / "held_out"


def test_each_measure_is_printed_with_its_name_and_lies_between_none_and_all(
    held_out: Path, capsys: pytest.CaptureFixture[str]
):
    assert run(["evaluate", "--texts", str(held_out)]) == 0
    line = capsys.readouterr().out
    assert line.startswith("全部 108 条：")
    values = dict(re.findall(r"(\w+) (\d\.\d{3})", line))
    assert set(values) == {"情感", "负面", "中性", "正面", "类别", "关联", "误关联", "概率误差"}
    assert all(0 <= float(value) <= 1 for value in values.values())


def test_wrong_labels_score_lower_than_right_ones(held_out: Path, capsys: pytest.CaptureFixture[str]):
    swapped = {"negative": "positive", "positive": "negative", "neutral": "neutral"}

    def mislabelled(row: dict[str, Any]) -> dict[str, Any]:
        return {**row, "label": {"sentiment": swapped[row["label"]["sentiment"]], "category": None, "disclosure": None}}

    posts = held_out / "shuoan" / "posts.jsonl"
    rows = [json.loads(line) for line in posts.read_text(encoding="utf-8").splitlines()]
    assert _negative_f1(held_out, capsys) > 0.8
    posts.write_text("".join(f"{json.dumps(mislabelled(row))}\n" for row in rows), encoding="utf-8")
    assert _negative_f1(held_out, capsys) < 0.3


def _negative_f1(texts: Path, capsys: pytest.CaptureFixture[str]) -> float:
    assert run(["evaluate", "--texts", str(texts)]) == 0
    found = re.search(r"负面 (\d\.\d+)", capsys.readouterr().out)
    assert found
    return float(found[1])


def test_texts_that_are_not_there_are_one_chinese_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert run(["evaluate", "--texts", str(tmp_path / "none")]) == 2
    assert "没有这个文件或目录" in capsys.readouterr().err
