"""The page of scores: whole, inert, the same for the same reading, and usable without colours or a mouse."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from huiying.evaluation_page import Part, page
from nlp.corpus import Labelled
from records.assessments import Assessment
from records.words import Category, Sentiment
from tests.nlp.making import post

HOSTILE = '<script>alert(1)</script><img src=x onerror=alert(2)>&"'


def reading(name: str, text: str, place: str = "here") -> tuple[Labelled, Assessment]:
    """A neutral post that was taken for an emergency on d1, for a hostile reason."""
    true = Labelled(post(text, name), Sentiment.NEUTRAL, None, None, place)
    why = (("正在发生", 1.0), ("<b>", 0.5))
    found = Assessment(
        name, Sentiment.NEGATIVE, 0.97, "d1", 0.9, Category.EMERGENCY, {Category.EMERGENCY: 0.8}, None, why
    )
    return true, found


@pytest.fixture
def drawn() -> str:
    read = [reading("a", "今晚几点停水"), reading("b", HOSTILE, "there")]
    return page("abc123", [Part("固定样本", "现用模型", read), Part("真实来信", "三百条", read[:1])])


def test_it_names_the_model_the_scores_and_the_worst_mistakes_with_their_reasons(drawn: str):
    for words in (
        "abc123",
        "固定样本",
        "真实来信",
        "今晚几点停水",
        "正在发生",
        "情感误判",
        "关联误判",
        "突发事件",
        "97%",
    ):
        assert words in drawn


def test_what_people_wrote_is_text_and_nothing_is_loaded_from_elsewhere(drawn: str):
    assert "<script" not in drawn
    assert "<img" not in drawn
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in drawn
    assert not re.search(r"(src|href)=[\"']?(https?:|//)", drawn)
    assert "@import" not in drawn


def test_the_same_reading_gives_the_same_page(drawn: str):
    read = [reading("a", "今晚几点停水"), reading("b", HOSTILE, "there")]
    assert page("abc123", [Part("固定样本", "现用模型", read), Part("真实来信", "三百条", read[:1])]) == drawn


class Outline(HTMLParser):
    """Which elements there are, and which tables have a caption."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.scopes = 0
        self.heads = 0
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.heads += tag == "th"
        self.scopes += tag == "th" and dict(attrs).get("scope") in ("col", "row")
        if tag not in ("br", "meta"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_it_is_well_formed_every_table_has_a_caption_and_every_heading_a_scope(drawn: str):
    outline = Outline()
    outline.feed(drawn)
    assert outline.open == []
    assert outline.tags.count("table") == outline.tags.count("caption") > 4
    assert outline.heads == outline.scopes > 0
    assert outline.tags.count("h1") == 1
    assert 'lang="zh-CN"' in drawn
    assert "@media print" in drawn


def test_nothing_measured_is_an_empty_page():
    assert "研判评测" in page("abc", [Part("空", "没有", [])])
