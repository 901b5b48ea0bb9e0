"""`huiying train` makes a model that can be used, or says in one line what it cannot read."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from huiying.cli import run
from nlp.corpus import TEXTS
from nlp.judge import Judge


def test_texts_give_a_model_that_can_be_used(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    for place in ("linxi", "hetang"):
        shutil.copytree(TEXTS / place, tmp_path / "texts" / place)
    assert run(["train", "--texts", str(tmp_path / "texts"), "--out", str(tmp_path / "model")]) == 0
    assert "学习了" in capsys.readouterr().out
    assert Judge.load(tmp_path / "model").name


def test_texts_that_are_not_there_are_one_chinese_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert run(["train", "--texts", str(tmp_path / "none"), "--out", str(tmp_path / "model")]) == 2
    assert "没有这个文件或目录" in capsys.readouterr().err
