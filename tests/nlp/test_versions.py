"""Models side by side: which one is in use, how another takes its place at once, and the way back."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import pytest

from nlp.card import JSON, MARKDOWN, Card, Learned, numbers_learned
from nlp.corpus import corpus
from nlp.model import Model, ModelMissing, load_model
from nlp.promotion import Measured, floors
from nlp.scoring import scores
from nlp.training import train
from nlp.versions import CURRENT, NothingBefore, Versions


@pytest.fixture(scope="module")
def models() -> tuple[Model, Model]:
    """Two small ones."""
    texts = corpus()
    return train(texts.of(["linxi"])), train(texts.of(["songmo"]))


@pytest.fixture
def versions(tmp_path: Path) -> Versions:
    return Versions(tmp_path / "models")


def card(*numbers: int) -> Card:
    return Card({}, 0, 0, Learned({"情感": len(numbers)}, numbers, "0" * 64), Measured(scores([]), {}), floors())


def test_a_model_lies_with_its_card_in_a_folder_named_after_its_bytes(versions: Versions, models: tuple[Model, Model]):
    folder = versions.keep(models[0], card(7))
    assert folder.name == load_model(folder).name
    assert versions.keep(models[0], card(7)) == folder
    assert json.loads((folder / JSON).read_text("utf-8"))["name"] == folder.name
    assert folder.name in (folder / MARKDOWN).read_text("utf-8")
    assert numbers_learned(folder) == {7}
    assert sorted(path.name for path in folder.parent.iterdir()) == [folder.name]


def test_no_file_of_a_model_can_run_code(versions: Versions, models: tuple[Model, Model]):
    folder = versions.keep(models[0], card())
    assert sorted(path.suffix for path in folder.iterdir()) == [".json", ".json", ".md", ".npz"]
    import numpy as np

    with np.load(folder / "judge.npz", allow_pickle=False) as arrays:
        assert all(arrays[name].dtype.kind in "fiu" for name in arrays.files)


def test_without_a_promotion_the_shipped_model_is_in_use(versions: Versions, models: tuple[Model, Model]):
    versions.keep(models[0], card())
    assert versions.in_use() is None
    with pytest.raises(NothingBefore):
        versions.back()


def test_the_way_back_leads_through_every_model_to_the_shipped_one(versions: Versions, models: tuple[Model, Model]):
    one, two = (versions.keep(model, card()) for model in models)
    versions.promote(one)
    versions.promote(two)
    assert versions.in_use() == two
    assert versions.back() == one
    assert versions.back() is None
    assert versions.in_use() is None
    versions.promote(one)
    versions.promote(one)
    assert versions.back() is None


def test_a_refused_candidate_lies_aside_and_what_was_in_use_stays(versions: Versions, models: tuple[Model, Model]):
    one, two = (versions.keep(model, card()) for model in models)
    versions.promote(one)
    aside = versions.refuse(two)
    assert (aside.parent.name, aside.name, two.exists()) == ("refused", two.name, False)
    assert versions.refuse(one) == one
    assert versions.in_use() == one
    assert one.exists()


def test_whoever_looks_during_a_switch_finds_the_old_one_or_the_new_one(
    versions: Versions, models: tuple[Model, Model]
):
    one, two = (versions.keep(model, card()) for model in models)
    versions.promote(one)
    seen: set[Path | None] = set()
    stop = threading.Event()

    def look() -> None:
        while not stop.is_set():
            seen.add(versions.in_use())

    looking = threading.Thread(target=look)
    looking.start()
    try:
        for _ in range(200):
            versions.promote(two)
            versions.promote(one)
    finally:
        stop.set()
        looking.join(60)
    assert seen <= {one, two}


@pytest.mark.parametrize("damage", [b"../../elsewhere\n", b"\xff\xfe", b"12 34\n"])
def test_a_spoilt_list_is_named_in_chinese(tmp_path: Path, damage: bytes):
    (tmp_path / CURRENT).write_bytes(damage)
    with pytest.raises(ModelMissing, match="读不懂"):
        Versions(tmp_path).in_use()
