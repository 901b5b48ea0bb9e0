"""`huiying evaluate` scores the judge on labelled texts, or says in one line what it cannot read."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from huiying.cli import run
from nlp.corpus import TEXTS
from nlp.promotion import floors
from nlp.scoring import LABELS
from nlp.shared_sets import MESSAGES

HELD_OUT = floors().sample
SCENARIOS = Path(__file__).parents[2] / "scenarios"


def test_each_measure_is_printed_with_its_name_and_lies_between_none_and_all(capsys: pytest.CaptureFixture[str]):
    assert run(["evaluate", "--quick"]) == 0
    said = capsys.readouterr().out
    lines = [line for line in said.splitlines() if re.match(r"\S+ \d+ 条：", line)]
    assert [line.split()[0] for line in lines] == [*sorted(floors().places), "全部"]
    for line in lines:
        values = dict(re.findall(r"(\w+) (\d\.\d{3})", line))
        assert set(values) == set(LABELS.values())
        assert all(0 <= float(value) <= 1 for value in values.values())
    assert "反话中的负面" in said
    assert "别处的同类事" in said
    assert "本地的其他事" in said


def test_shared_sets_are_scored_where_they_are_given(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    rows = [
        {"id": 7, "title": "路灯不亮", "text": "三个月没人管，老人摔了", "sentiment": "negative"},
        {"id": 8, "title": "请问怎么办户口", "text": "", "sentiment": "neutral"},
    ]
    (tmp_path / MESSAGES).write_text("".join(f"{json.dumps(row)}\n" for row in rows), "utf-8")
    assert run(["evaluate", "--quick", "--data", str(tmp_path), "--scenarios", str(SCENARIOS)]) == 0
    said = capsys.readouterr().out
    assert "真实来信" in said
    assert "全部 2 条：负面" in said
    assert all(f"场景 {folder.name}" in said for folder in SCENARIOS.iterdir() if folder.is_dir())


def test_each_place_is_left_out_in_turn_and_progress_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    for place in ("linxi", "songmo"):
        shutil.copytree(TEXTS / place, tmp_path / place)
    assert run(["evaluate", "--learned", str(tmp_path)]) == 0
    said = capsys.readouterr()
    assert re.findall(r"留出 (\w+)（(\d)/2）", said.err) == [("linxi", "1"), ("songmo", "2")]
    assert re.findall(r"^留出 (\w+) \d+ 条：情感", said.out, re.M) == ["linxi", "songmo"]


def test_the_page_is_the_same_every_time(tmp_path: Path):
    pages = []
    for name in ("one.html", "two.html"):
        assert run(["evaluate", "--quick", "--page", str(tmp_path / name)]) == 0
        pages.append((tmp_path / name).read_bytes())
    assert pages[0] == pages[1]
    assert "最有把握的情感误判" in pages[0].decode()


def test_wrong_labels_score_lower_than_right_ones(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    swapped = {"negative": "positive", "positive": "negative", "neutral": "neutral"}

    def mislabelled(row: dict[str, Any]) -> dict[str, Any]:
        return {**row, "label": {"sentiment": swapped[row["label"]["sentiment"]], "category": None, "disclosure": None}}

    for name in ("right", "wrong"):
        shutil.copytree(HELD_OUT / "shuoan", tmp_path / name / "shuoan")
    file = tmp_path / "wrong" / "shuoan" / "posts.jsonl"
    rows = [mislabelled(json.loads(line)) for line in file.read_text("utf-8").splitlines()]
    file.write_text("".join(f"{json.dumps(row)}\n" for row in rows), "utf-8")
    assert _negative_f1(tmp_path / "right", capsys) > 0.8
    assert _negative_f1(tmp_path / "wrong", capsys) < 0.3


def _negative_f1(texts: Path, capsys: pytest.CaptureFixture[str]) -> float:
    assert run(["evaluate", "--texts", str(texts)]) == 0
    found = re.search(r"负面 (\d\.\d+)", capsys.readouterr().out)
    assert found
    return float(found[1])


def test_texts_that_are_not_there_are_one_chinese_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert run(["evaluate", "--texts", str(tmp_path / "none")]) == 2
    assert "没有这个文件或目录" in capsys.readouterr().err
