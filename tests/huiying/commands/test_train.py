"""`huiying train` makes a model that can be used, uses it where it may be, or says in one line what it cannot read."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from huiying.cli import run
from nlp.corpus import TEXTS
from nlp.judge import Judge
from nlp.model import MODELS
from nlp.versions import Versions
from storage.store import Store
from tests.storage.conftest import migrated_file
from tests.storage.test_corrections import correction

__all__ = ["migrated_file"]


@pytest.fixture
def settings(tmp_path: Path, migrated_file: Path) -> str:
    """The settings file of a desk where one post was corrected."""
    (tmp_path / "data").mkdir()
    shutil.copy(migrated_file, tmp_path / "data" / "huiying.db")
    store = Store(f"sqlite:///{tmp_path / 'data' / 'huiying.db'}")
    with store.transaction() as t:
        t.corrections.add(correction())
    store.close()
    file = tmp_path / "huiying.yaml"
    file.write_text("data_dir: data\n", "utf-8")
    return str(file)


@pytest.fixture(scope="module")
def texts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One small place."""
    folder = tmp_path_factory.mktemp("texts")
    shutil.copytree(TEXTS / "linxi", folder / "linxi")
    return folder


def test_with_out_a_model_of_the_texts_alone_is_written_with_its_card(
    tmp_path: Path, texts: Path, capsys: pytest.CaptureFixture[str]
):
    out = tmp_path / "model"
    without = tmp_path / "without.txt"
    without.write_text("lx0001p", "utf-8")
    assert run(["train", "--texts", str(texts), "--without", str(without), "--out", str(out)]) == 0
    assert "学习了" in capsys.readouterr().out
    card = json.loads((out / "card.json").read_text("utf-8"))
    assert card["name"] == Judge.load(out).name
    assert [row["file"] for row in card["texts"]] == ["linxi/disclosures.jsonl", "linxi/posts.jsonl"]
    assert card["posts_left_out"] == 1
    assert card["name"] in (out / "card.md").read_text("utf-8")


def test_a_candidate_that_is_worse_is_refused_with_reasons_and_nothing_changes(
    settings: str, texts: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    assert run(["--settings", settings, "train", "--texts", str(texts)]) == 1
    said = capsys.readouterr()
    assert "人工更正 1 条" in said.out
    assert "没有换上" in said.err
    assert "不如现用模型" in said.err
    assert Versions(tmp_path / "data" / "models").in_use() is None
    (aside,) = (tmp_path / "data" / "models" / "refused").iterdir()
    assert json.loads((aside / "card.json").read_text("utf-8"))["corrections"]["count"] == 1


def test_without_corrections_there_is_nothing_to_be_better_at(
    tmp_path: Path, texts: Path, capsys: pytest.CaptureFixture[str]
):
    file = tmp_path / "huiying.yaml"
    file.write_text("data_dir: data\n", "utf-8")
    assert run(["--settings", str(file), "train", "--texts", str(texts)]) == 1
    assert "人工更正" in capsys.readouterr().err


def test_back_returns_to_the_model_before(settings: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    models = tmp_path / "data" / "models"
    assert run(["--settings", settings, "train", "--back"]) == 1
    assert "没有更早" in capsys.readouterr().err
    shutil.copytree(MODELS, models / "0123456789ab")
    Versions(models).promote(models / "0123456789ab")
    assert run(["--settings", settings, "train", "--back"]) == 0
    assert "已换回随附模型" in capsys.readouterr().out
    assert Versions(models).in_use() is None


def test_texts_that_are_not_there_are_one_chinese_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert run(["train", "--texts", str(tmp_path / "none"), "--out", str(tmp_path / "model")]) == 2
    assert "没有这个文件或目录" in capsys.readouterr().err
