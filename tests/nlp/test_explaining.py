"""Why a post was read so, in words that an officer understands: terms, record, what was said around it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest

from nlp.explaining import ANSWERS, DENIED, ELSEWHERE, MATTER, SHARED, TURNS, WATCHED, WORDS, Explaining
from nlp.judge import Judge
from nlp.model import Model, load_model
from records.assessments import Assessment, Unexplained
from records.disclosures import Disclosure
from records.posts import Post
from records.words import Category, Sentiment
from tests.nlp.making import post, record

WATER = record(
    "d1",
    "枫桥区城区供水管网改造实施方案",
    "对东门片区老旧供水管网进行更换。施工期间分段停水，提前48小时公告。不向居民收取水表更换费用。",
    watch_terms=("供水管网", "停水"),
)
SCHOOL = record("d2", "枫桥区小学招生工作意见", "按片区划定招生范围，已就读的学生不转学。")


@pytest.fixture(scope="module")
def model() -> Model:
    return load_model()


class Telling:
    """A judge, and what explains how it reads."""

    def __init__(self, model: Model, *records: Disclosure) -> None:
        self.judge = Judge(model, tells=True)
        self.judge.watch(records)
        self.explaining = Explaining(model)
        self.records = {record.id: record for record in records}

    def assess(self, posts: Sequence[Post], disclosures_of: Mapping[str, str | None]) -> list[Assessment]:
        found = self.judge.assess(posts, disclosures_of)
        readings = [Unexplained(*each) for each in zip(posts, found, self.judge.alone(), strict=True)]
        return self.explaining.explain(readings, self.records)


@pytest.fixture
def judge(model: Model) -> Telling:
    return Telling(model, WATER, SCHOOL)


def read(judge: Telling, *posts: Post) -> list[Assessment]:
    return judge.assess(posts, {})


def said(found: Assessment, about: str) -> dict[str, tuple[str, ...]]:
    """The grounds by rule."""
    return {ground.rule: ground.terms for ground in found.grounds if ground.about == about}


def test_grounds_change_nothing_of_the_reading(judge: Telling, model: Model):
    posts = [post("东门又停水了，供水管网改到哪天是个头", "a"), post("明天吃什么", "b", 5), post("谢谢师傅们", "c", 9)]
    other = Judge(model)
    other.watch([WATER, SCHOOL])
    assert [replace(one, grounds=()) for one in read(judge, *posts)] == other.assess(posts, {})


def test_the_record_is_explained_by_its_watch_terms_its_matter_and_its_words(judge: Telling):
    (found,) = read(judge, post("东门片区又停水了，供水管网改到哪天是个头，没人管"))
    assert found.disclosure == "d1"
    grounds = said(found, "disclosure")
    assert set(grounds[WATCHED]) == {"供水管网", "停水"}
    assert "东门" in grounds[SHARED]
    assert "供水" in grounds[MATTER]


def test_the_sentiment_is_explained_by_words_of_the_post_and_turns_of_speech_with_what_shows_them(
    judge: Telling,
):
    text = "请问东门片区什么时候停水？"
    (found,) = read(judge, post(text))
    assert found.sentiment is Sentiment.NEUTRAL
    grounds = said(found, "sentiment")
    assert all(word in text for word in grounds[WORDS])
    assert any(turn.startswith(("询问（", "打听（")) and "请问" in turn for turn in grounds[TURNS])


def test_a_misreading_names_what_the_document_denies(judge: Telling):
    texts = (
        "供水管网改造说白了就是要收水表费，更换水表还收居民费用，抢钱",
        "供水管网改造要向居民收取水表更换费用，这不是变相涨价吗",
    )
    found = [one for n, text in enumerate(texts) for one in read(judge, post(text, f"m{n}", n))]
    misread = [one for one in found if one.category is Category.MISREADING and one.disclosure == "d1"]
    assert misread
    assert all("水表" in said(one, "category")[DENIED] for one in misread)


def test_a_reply_names_the_post_that_it_answers(judge: Telling):
    first = post("东门片区又停水了，供水管网改到哪天是个头", "a")
    answer = post("就是，没人管", "b", 3, in_reply_to="a")
    found = read(judge, first, answer)
    assert [one.disclosure for one in found] == ["d1", "d1"]
    assert ANSWERS in said(found[1], "disclosure")
    (later,) = judge.assess([post("是啊，没人管", "c", 6, in_reply_to="a")], {"a": "d1"})
    assert later.disclosure == "d1"
    assert ANSWERS in said(later, "disclosure")


def test_a_post_about_elsewhere_says_where(judge: Telling):
    (found,) = read(judge, post("隔壁渠阳区又停水了，供水管网没人管"))
    assert found.disclosure is None
    assert said(found, "disclosure")[ELSEWHERE] == ("渠阳",)


def test_only_negative_posts_have_grounds_for_a_category(judge: Telling):
    angry, calm = read(
        judge,
        post("东门水管炸了！水柱冲到三楼，现在没人来关阀", "a"),
        post("请问几号停水？", "b", 5),
    )
    assert angry.category is Category.EMERGENCY
    assert said(angry, "category")
    assert said(calm, "category") == {}


@pytest.mark.parametrize("text", ["。", "😀", "abc", "停水" * 3000])
def test_whatever_can_be_read_can_be_explained(judge: Telling, text: str):
    (found,) = read(judge, post(text))
    assert len(found.grounds) <= 9


def test_without_records_nothing_is_explained_by_one(model: Model):
    (found,) = read(Telling(model), post("又停水了，没人管"))
    assert said(found, "disclosure") == {}
