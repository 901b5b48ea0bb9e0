"""A post of no record is read again once what came after it says what it is about."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from nlp.explaining import ANSWERS, CALLED_OUT, SAID_IN_ANSWER, Explaining
from nlp.judge import Judge
from nlp.model import Model, load_model
from nlp.recent import NOT_LINKED, Found, Said
from nlp.reconsidering import AGAIN, KEPT, LOOK_DAYS, Reconsidering, Unsure, Waiting
from records.assessments import Assessment, Reread, Unexplained
from records.posts import Post
from tests.nlp.making import NOON, post, record

WATER = record(
    "water",
    "枫桥区城区供水管网改造实施方案",
    "对东门片区老旧供水管网进行更换。施工期间分段停水，提前48小时公告。不向居民收取水表更换费用。",
    watch_terms=("供水管网", "停水"),
)
SCHOOL = record("school", "枫桥区小学招生工作意见", "按片区划定招生范围，已就读的学生不转学。")
SHOUT = post("出事了，快来看", "shout")
ANSWER = post("是东门那边供水管网改造挖断了水管，又要停水", "answer", 3, in_reply_to="shout")
ASKED = post("哪里啊", "asked", 1, in_reply_to="shout")
THREAD = [SHOUT, ASKED, ANSWER]
WEIGHTS = {"again_same": 12.0, "again_since": 1.0, "answers_linked": 12.0}


@pytest.fixture(scope="module")
def model() -> Model:
    """The shipped model, which takes answers at their word."""
    shipped = load_model()
    return replace(shipped, link={**shipped.link, **WEIGHTS})


def judge_of(model: Model) -> Judge:
    judge = Judge(model)
    judge.watch([WATER, SCHOOL])
    return judge


def again(judge: Judge, *parts: list[Post]) -> list[Reread]:
    """What is read again while the posts come part by part."""
    found: list[Reread] = []
    for part in parts:
        judge.assess(part, {})
        found += judge.read_again()
    return found


def test_a_post_is_read_again_once_its_answer_says_what_it_is_about(model: Model):
    judge = judge_of(model)
    assert [one.disclosure for one in judge.assess(THREAD, {})] == [None, None, "water"]
    found = judge.read_again()
    assert [(one.assessment.post_id, one.assessment.disclosure, one.by) for one in found] == [
        ("shout", "water", "answer"),
        ("asked", "water", "answer"),
    ]
    assert all(one.assessment.link >= 0.8 and one.assessment.model == model.name for one in found)


def test_one_call_or_many_read_the_same_again(model: Model):
    together, apart = again(judge_of(model), THREAD), again(judge_of(model), *([one] for one in THREAD))
    assert together == apart
    assert together


def test_what_was_made_clear_once_is_not_told_again(model: Model):
    judge = judge_of(model)
    assert again(judge, THREAD)
    assert again(judge, [post("东门停水停了一天，供水管网改造几时完", "more", 9, in_reply_to="shout")]) == []


def test_a_later_answer_finds_its_post_linked(model: Model):
    judge = judge_of(model)
    judge.assess(THREAD, {})
    (later,) = judge.assess([post("哪里啊", "later", 5, in_reply_to="shout")], {})
    assert later.disclosure == "water"


def test_an_answer_about_nothing_watched_leaves_the_post_as_it_was(model: Model):
    answers = [post(text, text, n + 1, in_reply_to="shout") for n, text in enumerate(("哈哈", "看不懂", "明天吃什么"))]
    assert again(judge_of(model), [SHOUT, *answers]) == []


def test_a_model_that_has_not_learned_it_reads_nothing_again():
    shipped = load_model()
    link = {name: weight for name, weight in shipped.link.items() if name not in AGAIN}
    assert again(judge_of(replace(shipped, link=link)), THREAD) == []


def test_other_records_leave_alone_what_was_read_beside_the_old_ones(model: Model):
    judge = judge_of(model)
    judge.assess(THREAD[:2], {})
    judge.watch([WATER])
    assert again(judge, [ANSWER]) == []


def test_what_is_taken_back_after_a_start_can_be_read_again(model: Model):
    judge = judge_of(model)
    judge.remember((one, one.id) for one in THREAD[:2])
    assert {one.assessment.post_id for one in again(judge, [ANSWER])} == {"shout", "asked"}


def said_alone(model: Model) -> list[Assessment]:
    """The same posts as a judge reads them again that says all by itself."""
    judge = judge_of(model)
    judge.assess(THREAD, {})
    return [one.assessment for one in judge.read_again()]


def test_what_is_read_again_says_why(model: Model):
    judge = Judge(model, tells=True)
    judge.watch([WATER, SCHOOL])
    judge.assess(THREAD, {})
    readings = [
        Unexplained(earlier, one.assessment, one.alone, ANSWER)
        for earlier, one in zip((SHOUT, ASKED), judge.read_again(), strict=True)
        if one.alone is not None
    ]
    explained = Explaining(model).explain(readings, {one.id: one for one in (WATER, SCHOOL)})
    assert [one.why for one in explained] == [one.why for one in said_alone(model)]
    shout, asked = (one.grounds for one in explained)
    (said,) = [ground.terms for ground in shout if ground.rule == SAID_IN_ANSWER]
    assert {"供水管网", "停水"} <= set(said)
    assert ANSWERS in [ground.rule for ground in asked]
    assert CALLED_OUT not in [ground.rule for ground in (*shout, *asked)]


# What waits, and for how long

IDS = ["water", "school"]


class _Records:
    """Two records; to answer a post of one of them says nothing."""

    ids = IDS

    def answering(self, answered: Found, weights: object) -> tuple[float, list[tuple[int, float]]]:
        return 0.0, []


def going_on(burst: float = 0.0) -> Said:
    """An emergency on the first record."""
    return Said({}, np.array([[0.0, 0.0], [burst, 0.0], [0.0, 0.0]]), 0.0, 0.0, 0.0)


LEARNED = {"again_same": 20.0, "again_since": 1.0, "burst_lead": 0.0, "burst": 30.0}


class Stream:
    """Posts that come one after another."""

    def __init__(self) -> None:
        self.waiting = Reconsidering(LEARNED)

    def come(
        self, post_id: str, parent: str | None = None, *, about: float = -9.0, burst: float = 0.0, day: float = 0.0
    ) -> list[str]:
        """The ids of the posts that are clear then; the post itself waits."""
        words, said = np.array([about, -9.0]), going_on(burst)
        clear = self.waiting.after(post_id, parent, words, said, day, _Records())  # type: ignore[arg-type]
        unsure = Unsure(day, 0.9, np.array([-3.0, -3.0]), said, LEARNED)
        self.waiting.add(Waiting(post_id, parent, "", None, [], NOT_LINKED, unsure))
        return [one.post_id for one, _ in clear]


@pytest.mark.parametrize(("between", "clear"), [(3, ["first"]), (KEPT, [])])
def test_only_so_many_posts_wait(between: int, clear: list[str]):
    stream = Stream()
    stream.come("first")
    for n in range(between):
        stream.come(f"p{n}")
    assert stream.come("answer", "first", about=9.0) == clear


def test_the_first_to_call_out_is_looked_at_again_after_so_many_posts_within_the_hour():
    stream = Stream()
    stream.come("first")
    assert stream.come("p1", burst=1.0, day=LOOK_DAYS / 2) == []
    assert stream.come("p2", burst=1.0, day=LOOK_DAYS / 2) == ["first"]
    late = Stream()
    late.come("first")
    late.come("p1", day=LOOK_DAYS)
    assert late.come("p2", burst=1.0, day=LOOK_DAYS * 1.01) == []


def test_a_post_that_comes_again_waits_once():
    stream = Stream()
    stream.come("first")
    stream.come("first")
    assert stream.come("answer", "first", about=9.0) == ["first"]


def test_posts_are_judged_again_within_the_time_they_are_remembered(model: Model):
    judge = judge_of(model)
    judge.assess([SHOUT], {})
    much_later = replace(ANSWER, seen_at=NOON + timedelta(days=2))
    assert [one.assessment.post_id for one in again(judge, [much_later])] == ["shout"]
