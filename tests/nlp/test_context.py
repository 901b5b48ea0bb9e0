"""A terse post is read by what it answers, by what it copies, and by what is going on at its record."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from nlp.context import (
    CATEGORIES,
    EMERGENCY,
    JOINS,
    KEPT,
    SENTIMENTS,
    SETTING,
    Moods,
    Reading,
    Readings,
    Shift,
    around,
    chances,
)
from nlp.judge import Judge
from nlp.model import CATEGORIES as ALL_CATEGORIES
from nlp.model import SENTIMENTS as ALL_SENTIMENTS
from nlp.model import Model, load_model, shares
from nlp.recent import NOT_LINKED
from records.words import Category, Sentiment
from tests.nlp.making import post, record

PIPE = record(
    "pipe", "关于望溪区供水管网改造期间停水的公告", "改造期间分片停水，提前一日通知，停水不超过八小时，水费不变。"
)


def reading(sentiment: tuple[float, float, float] = (0.8, 0.1, 0.1), length: int = 20) -> Reading:
    """A post read as mostly negative, about nothing, of no category in particular."""
    category = [1 / CATEGORIES] * CATEGORIES
    return Reading((np.log(sentiment).tolist(), np.log(category).tolist()), sentiment, category, NOT_LINKED, length)


def with_shift(model: Model, **parts: float) -> Model:
    """The model with these parts of a setting, or these joins, speaking for negative and for an emergency; nothing else."""
    setting = np.array([parts.get(name, 0.0) for name in SETTING])
    joins = [parts.get(name, 0.0) for name in JOINS]
    sentiment, category = (
        np.outer(setting, np.eye(size)[at]).tolist() for size, at in ((SENTIMENTS, 0), (CATEGORIES, EMERGENCY))
    )
    return replace(model, sentiment_shift=Shift(sentiment, joins), category_shift=Shift(category, joins))


def judge(model: Model) -> Judge:
    """A judge that watches PIPE."""
    fresh = Judge(model)
    fresh.watch([PIPE])
    return fresh


def test_the_classes_are_those_of_the_model() -> None:
    assert (len(ALL_SENTIMENTS), len(ALL_CATEGORIES)) == (SENTIMENTS, CATEGORIES)
    assert ALL_CATEGORIES[EMERGENCY] is Category.EMERGENCY


def test_a_post_by_itself_is_not_shifted() -> None:
    shift = Shift([[1.0] * SENTIMENTS for _ in SETTING], [1.0 for _ in JOINS])
    alone = around(0.0, 0.0, Moods().of(None), None)
    assert shift.added([0.5, -0.5, 0.0], alone.setting, alone.sentiments) == [0.5, -0.5, 0.0]
    assert not np.any(alone.categories)


def test_a_record_with_an_emergency_shifts_by_how_strong_it_is() -> None:
    shift = Shift([[2.0, -1.0, 0.0], *([0.0] * SENTIMENTS for _ in SETTING[1:])], [0.0 for _ in JOINS])
    going_on = around(0.5, 0.0, Moods().of(None), None)
    assert shift.added([0.0, 0.0, 1.0], going_on.setting, going_on.sentiments) == [1.0, -0.5, 1.0]


def test_an_answer_joins_what_it_answers() -> None:
    shift = Shift([[0.0] * SENTIMENTS for _ in SETTING], [0.0, 1.0])
    answer = around(0.0, 0.0, Moods().of(None), reading())
    joined = shift.added([0.0] * SENTIMENTS, answer.setting, answer.sentiments)
    assert joined == pytest.approx(np.log(np.array([0.8, 0.1, 0.1]) * 3))


def test_a_shift_weighs_what_is_around_a_post_as_it_was_learned() -> None:
    chance = np.random.default_rng(4)
    setting, joins, own = chance.normal(size=(len(SETTING), CATEGORIES)), chance.normal(size=2), chance.normal(size=5)
    each = around(0.3, 0.7, [0.5] * SENTIMENTS + [0.1, 0.2, 0.9, 0.4, 2.0], reading())
    learned = own + np.array(each.setting) @ setting + np.einsum("j,jc->c", joins, np.array(each.categories))
    assert Shift(setting.tolist(), joins.tolist()).added(own, each.setting, each.categories) == pytest.approx(learned)


@pytest.mark.parametrize("scores", [[0.0, 0.0, 0.0], [1.5, -2.0, 0.3, 800.0], [-900.0, -901.0]])
def test_the_chances_of_one_post_are_those_of_many(scores: list[float]) -> None:
    assert chances(scores) == pytest.approx(shares(np.array([scores]))[0])


def test_the_mood_of_a_record_counts_as_much_as_it_is_talked_of() -> None:
    moods = Moods()
    for _ in range(20):
        moods.add("pipe", [0.9, 0.05, 0.05], np.eye(CATEGORIES)[EMERGENCY].tolist())
    loud, quiet = (around(0.0, talk, moods.of("pipe"), None) for talk in (1.0, 0.25))
    assert loud.sentiments[0][0] > 0 > loud.sentiments[0][1]
    assert quiet.sentiments[0] == pytest.approx([lean / 4 for lean in loud.sentiments[0]])
    assert np.argmax(loud.categories[0]) == EMERGENCY


def test_the_last_three_thousand_readings_are_remembered() -> None:
    readings = Readings()
    for n in range(KEPT + 1):
        readings.add(f"p{n}", reading())
    assert readings.of("p0") is None
    assert readings.of("p1") is not None
    assert readings.of(None) is None


@pytest.mark.parametrize(("length", "same"), [(20, True), (15, True), (28, True), (9, False), (40, False)])
def test_a_copy_says_the_same_where_it_is_about_as_long(length: int, same: bool) -> None:
    assert reading(length=20).same_words(length) is same


def test_a_terse_answer_is_read_with_what_it_answers() -> None:
    model = load_model()
    posts = [
        post("停水三天没人管，打电话没人接，老人孩子喝什么，气死人了", "a"),
        post("我家也是", "b", 1, in_reply_to="a"),
        post("我家也是", "c", 2),
    ]
    shifted = judge(with_shift(model, answers_negative=6.0)).assess(posts, {})
    plain = judge(with_shift(model)).assess(posts, {})
    assert shifted[1].sentiment is Sentiment.NEGATIVE
    assert shifted[1].negative > plain[1].negative
    assert shifted[2].negative == plain[2].negative


def test_a_notice_that_says_so_plainly_stays_calm() -> None:
    model = with_shift(load_model(), answers_negative=1.5, going_on=1.5)
    posts = [
        post("望溪区停水了，水管爆了，水漫到一楼，快来人", "a"),
        post("【望溪供水】今日8时至16时城南片区停水检修，请市民提前储水，咨询电话见官网。", "b", 1, in_reply_to="a"),
    ]
    assert judge(model).assess(posts, {})[1].sentiment is Sentiment.NEUTRAL


def test_a_copy_is_read_as_its_original() -> None:
    text = "望溪供水管网改造停水停了三天，打电话没人接，老人孩子喝什么"
    first, copy = judge(with_shift(load_model())).assess([post(text, "a"), post(f"扩散!! {text} 求扩散", "b", 5)], {})
    assert copy.duplicate_of == "a"
    assert copy.negative == first.negative
    assert copy.category_scores == first.category_scores


def test_a_copy_is_read_as_its_original_after_a_restart() -> None:
    text = "望溪供水管网改造停水停了三天，打电话没人接，老人孩子喝什么"
    model = with_shift(load_model(), talk=0.5, record=0.3)
    posts = [post(text, "a"), post("供水管网改造要停几天水", "b", 1), post(f"扩散!! {text} 求扩散", "c", 5)]
    running, restarted = judge(model), judge(model)
    before = running.assess(posts[:2], {})
    restarted.remember([(posts[0], "a"), (posts[1], "b")])
    assert restarted.assess(posts[2:], {each.post_id: each.disclosure for each in before}) == running.assess(
        posts[2:], {}
    )


def test_one_call_or_many_read_answers_and_copies_alike() -> None:
    model = with_shift(load_model(), answers_emergency=1.0, talk=0.3, going_on=1.0, record=0.4, answered=0.4)
    texts = [
        "供水管网改造停水三天没人管",
        "我家也是",
        "水漫到一楼了，快来人",
        "我家也是，刚才又漫了",
        "转：供水管网改造停水三天没人管",
    ]
    posts = [post(texts[n % 5], f"p{n}", n, in_reply_to=f"p{n - 1}" if n % 5 in (1, 3) else None) for n in range(200)]
    apart = judge(model)
    assert judge(model).assess(posts, {}) == [apart.assess([each], {})[0] for each in posts]
