"""Which model a desk reads with, and what is said where the one that should cannot be read."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from huiying.model_in_use import ModelInUse
from huiying.settings import Judge, Settings
from nlp.model import ARRAYS, FACTS, MODELS, ModelMissing, load_model
from nlp.versions import CURRENT, Versions


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path)


def own(settings: Settings) -> Path:
    """The shipped model as one that this desk trained, and promoted."""
    folder = settings.models_dir / "0123456789ab"
    shutil.copytree(MODELS, folder)
    Versions(settings.models_dir).promote(folder)
    return folder


def test_the_shipped_model_is_used_until_the_desk_has_one_of_its_own(settings: Settings):
    in_use = ModelInUse(settings)
    assert in_use.load().name == load_model().name
    assert (in_use.note.own, in_use.note.trouble) == (False, None)
    before = in_use.stamp()
    folder = own(settings)
    assert in_use.stamp() != before
    in_use.look()
    assert (in_use.folder(), in_use.note.own, in_use.note.trouble) == (folder, True, None)


def test_the_folder_of_the_settings_comes_first(settings: Settings, tmp_path: Path):
    own(settings)
    chosen = tmp_path / "chosen"
    shutil.copytree(MODELS, chosen)
    assert ModelInUse(settings.model_copy(update={"judge": Judge(model_dir=chosen)})).folder() == chosen


@pytest.mark.parametrize("damage", ["cut", "missing", "list"])
def test_an_own_model_that_cannot_be_read_gives_way_to_the_shipped_one_and_is_named(settings: Settings, damage: str):
    folder = own(settings)
    if damage == "cut":
        (folder / ARRAYS).write_bytes(b"not an archive")
    elif damage == "missing":
        shutil.rmtree(folder)
    else:
        (settings.models_dir / CURRENT).write_bytes(b"\xff")
    in_use = ModelInUse(settings)
    assert in_use.load().name == load_model().name
    assert not in_use.note.own
    assert in_use.note.trouble is not None
    assert "暂用随附模型" in in_use.note.trouble


def test_a_chosen_model_that_cannot_be_read_is_noted_and_nothing_else_is_used(settings: Settings, tmp_path: Path):
    nowhere = settings.model_copy(update={"judge": Judge(model_dir=tmp_path / "none")})
    in_use = ModelInUse(nowhere)
    in_use.look()
    assert in_use.note.name is None
    assert in_use.note.trouble is not None
    with pytest.raises(ModelMissing):
        in_use.judge()
    shutil.copytree(MODELS, tmp_path / "none")
    assert in_use.judge().name == load_model().name
    assert in_use.note.trouble is None


def test_a_model_that_is_written_over_is_loaded_again(settings: Settings):
    folder = own(settings)
    in_use = ModelInUse(settings)
    before = in_use.stamp()
    (folder / FACTS).write_text((folder / FACTS).read_text("utf-8") + "\n", "utf-8")
    assert in_use.stamp() != before
