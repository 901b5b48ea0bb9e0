"""What keeps a candidate from being used: a floor missed, a score worse than before; and how corrections are counted."""

from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path

import pytest

from nlp.corpus import Labelled
from nlp.promotion import (
    BadFloors,
    ChangedSample,
    Floor,
    Floors,
    Measured,
    NotWorse,
    floors,
    right_verdicts,
    verdicts,
)
from nlp.scoring import Scores
from records.assessments import Assessment
from records.words import Category, Sentiment
from tests.nlp.making import post

GOOD = Scores(**{field.name: 0.9 for field in fields(Scores)} | {"false_links": 0.02, "brier": 0.05})  # type: ignore[arg-type]
SOME = Floors(
    Path("sample"),
    {"here": "0"},
    (Floor("here", "negative", 0.8), Floor("here", "false_links", 0.05)),
    (NotWorse("link", 0), NotWorse("false_links", 0), NotWorse("brier", 0.01)),
)


def found(**changes: float) -> Measured:
    one = replace(GOOD, **changes)  # type: ignore[arg-type]
    return Measured(one, {"here": one})


USED = {"现用模型": found()}


def test_each_model_that_is_a_bar_speaks_for_itself():
    bars = {"现用模型": found(link=0.8), "随附模型": found(link=0.85)}
    assert SOME.refusals(found(link=0.82), bars) == ["关联 0.820 不如随附模型的 0.850"]


def test_a_model_that_is_as_good_may_take_the_place():
    assert SOME.refusals(found(), USED) == []
    assert SOME.refusals(found(negative=0.95, false_links=0.0), USED) == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"negative": 0.79}, ["here 的负面 0.790 低于下限 0.800"]),
        ({"negative": 0.8}, []),
        ({"link": 0.899}, ["关联 0.899 不如现用模型的 0.900"]),
        ({"false_links": 0.06}, ["here 的误关联 0.060 高于上限 0.050", "误关联 0.060 不如现用模型的 0.020"]),
        ({"brier": 0.061}, ["概率误差 0.061 不如现用模型的 0.050"]),
        ({"brier": 0.06}, []),
    ],
)
def test_each_score_that_speaks_against_it_is_a_reason_in_chinese(change: dict[str, float], said: list[str]):
    assert SOME.refusals(found(**change), USED) == said


def test_a_floor_holds_even_where_the_model_in_use_misses_it_too():
    assert SOME.refusals(found(negative=0.7), {"现用模型": found(negative=0.7)}) == ["here 的负面 0.700 低于下限 0.800"]


def test_the_shipped_floors_stand_on_the_shipped_sample():
    shipped = floors()
    shipped.check_sample()
    assert {"sentiment", "negative", "neutral", "category", "link"} <= {one.score for one in shipped.not_worse}
    assert {"sentiment", "negative", "neutral", "category", "link"} <= {floor.score for floor in shipped.floors}


def test_another_sample_is_noticed():
    with pytest.raises(ChangedSample, match="不一致"):
        replace(floors(), places={"shuoan": "0"}).check_sample()


SAMPLE = "sample: {folder: s, places: {here: 0}}"


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("floors: []\nnot_worse: []\nchanges: [{score: link, from: 0.8, to: 0.7}]", "because"),
        ("floors: [{place: here, score: links, least: 0.8}]\nnot_worse: []\nchanges: []", "no score 'links'"),
        ("floors: [{place: here, score: brier, least: 0.8}]\nnot_worse: []\nchanges: []", "most"),
        ("floors: [{place: there, score: link, least: 0.8}]\nnot_worse: []\nchanges: []", "no place 'there'"),
        ("floors: []\nnot_worse: [{score: link}]\nchanges: []", "needs score, by"),
    ],
)
def test_floors_that_cannot_be_meant_are_an_error(tmp_path: Path, rows: str, said: str):
    file = tmp_path / "floors.yaml"
    file.write_text(f"{SAMPLE}\n{rows}\n", "utf-8")
    with pytest.raises(BadFloors, match=said):
        floors(file)


def test_every_verdict_that_a_person_gave_is_one_to_find():
    calm = Labelled(post("请问", "a"), Sentiment.NEUTRAL, None, "d1", "here")
    angry = Labelled(post("又停水", "b"), Sentiment.NEGATIVE, Category.EMERGENCY, None, "here")
    asked = Labelled(post("来函", "c"), Sentiment.NEGATIVE, Category.SUPERIOR_REQUEST, None, "here")
    wrong = Assessment("b", Sentiment.NEGATIVE, 0.9, "d1", 0.9, Category.MISREADING, {}, None, ())
    read = [
        (calm, Assessment("a", Sentiment.NEUTRAL, 0.1, "d1", 0.9, None, {}, None, ())),
        (angry, wrong),
        (asked, replace(wrong, post_id="c", disclosure=None)),
    ]
    assert verdicts(read) == 2 + 3 + 2
    assert right_verdicts(read) == 2 + 1 + 2
