"""Learning from people: a candidate is used only where it is better on corrections that it did not learn, and no worse."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from huiying.clock import SimulatedClock
from huiying.learning import Learning, Outcome
from huiying.model_in_use import ModelInUse
from huiying.settings import Settings
from huiying.wiring import Desk, open_desk
from nlp.corpus import TEXTS
from nlp.model import load_model
from nlp.promotion import Floor, NotWorse, floors
from nlp.versions import Versions
from pipeline.learning import ToLearn, to_learn
from records.corrections import Correction, Verdict
from records.words import Category, Sentiment
from tests.pipeline.known_answers import NOON

PRAISE = Verdict(Sentiment.POSITIVE, None, None)
COMPLAINT = Verdict(Sentiment.NEGATIVE, None, Category.PUBLIC_INTEREST)


@pytest.fixture(scope="module")
def texts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One small place to learn from."""
    folder = tmp_path_factory.mktemp("texts")
    shutil.copytree(TEXTS / "linxi", folder / "linxi")
    return folder


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    opened = open_desk(Settings(data_dir=tmp_path), SimulatedClock(NOON))
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def plain(texts: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The model of that place alone."""
    folder = tmp_path_factory.mktemp("plain")
    learning(texts).write(folder)
    return folder


def learning(texts: Path, *bounds: Floor, not_worse: tuple[NotWorse, ...] = ()) -> Learning:
    return Learning(texts, (), lambda _: None, replace(floors(), floors=bounds, not_worse=not_worse))


def corrected(desk: Desk, count: int, before: Verdict = COMPLAINT, after: Verdict = PRAISE, first: int = 0) -> ToLearn:
    """People found posts in a manner of speaking of their own to be something else."""
    with desk.store.transaction() as t:
        for number in range(first, first + count):
            t.corrections.add(
                Correction(
                    post_id=f"p{number}",
                    root=f"p{number}",
                    title=None,
                    text=f"巴适得板，{'一二三四五六七八九十'[number % 10]}组这回巴适惨了",
                    seen_at=NOON + timedelta(minutes=number),
                    before=before,
                    after=after,
                    version=None,
                    model="m",
                    actor="王芳",
                    at=NOON,
                    reason=None,
                )
            )
        return to_learn(t)


def used(desk: Desk, plain: Path) -> None:
    """The model of the texts alone is in use."""
    root = desk.settings.models_dir
    root.mkdir(parents=True, exist_ok=True)
    folder = root / load_model(plain).name
    shutil.copytree(plain, folder)
    Versions(root).promote(folder)


def test_a_model_that_learned_how_people_speak_here_takes_the_place(desk: Desk, texts: Path, plain: Path):
    used(desk, plain)
    outcome = learning(texts).learn(corrected(desk, 9), desk.settings)
    assert outcome.refusals == ()
    assert ModelInUse(desk.settings).load().name == outcome.folder.name
    card = json.loads((outcome.folder / "card.json").read_text("utf-8"))
    assert card["corrections"]["count"] == 9
    assert card["corrections"]["by_kind"] == {"情感": 9, "类别": 9}
    assert Versions(desk.settings.models_dir).back() is not None


def test_the_same_texts_and_corrections_give_the_same_model(desk: Desk, texts: Path, plain: Path):
    made = corrected(desk, 3)
    names = []
    for _ in range(2):
        used_before = ModelInUse(desk.settings).load().name
        outcome = learning(texts, Floor("shuoan", "sentiment", 1.01)).learn(made, desk.settings)
        assert ModelInUse(desk.settings).load().name == used_before
        names.append(outcome.folder.name)
    assert names[0] == names[1]


def test_corrections_that_teach_nothing_about_others_change_nothing(desk: Desk, texts: Path, plain: Path):
    used(desk, plain)
    before = ModelInUse(desk.settings).load().name
    outcome = learning(texts).learn(corrected(desk, 1), desk.settings)
    assert_refused(outcome, "没有进步")
    assert ModelInUse(desk.settings).load().name == before


def test_a_candidate_under_a_floor_is_put_aside_with_the_reason(desk: Desk, texts: Path, plain: Path):
    used(desk, plain)
    outcome = learning(texts, Floor("shuoan", "link", 0.999)).learn(corrected(desk, 9), desk.settings)
    assert_refused(outcome, "低于下限 0.999")
    assert outcome.folder.parent.name == "refused"


def test_a_candidate_worse_than_the_model_in_use_is_put_aside(desk: Desk, texts: Path):
    outcome = learning(texts, not_worse=(NotWorse("sentiment", 0),)).learn(corrected(desk, 9), desk.settings)
    assert_refused(outcome, "不如现用模型的")


def test_what_the_model_in_use_has_learned_is_no_reason_for_another(desk: Desk, texts: Path, plain: Path):
    used(desk, plain)
    made = corrected(desk, 9)
    assert learning(texts).learn(made, desk.settings).refusals == ()
    assert_refused(learning(texts).learn(made, desk.settings), "没有现用模型未学过的人工更正")


def assert_refused(outcome: Outcome, reason: str) -> None:
    assert reason in "；".join(outcome.refusals)
