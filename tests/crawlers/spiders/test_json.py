"""JSON APIs: items, nested replies, paging."""

from __future__ import annotations

import json
from datetime import datetime

import pytest

from crawlers.outcomes import Outcome
from crawlers.reading import Unreadable, post_id
from crawlers.sources import BadSources
from records.posts import Reactions
from records.zone import CHINA
from tests.crawlers.crawling import source
from tests.crawlers.spiders.reading import everything, read, saved

URL = "https://api.example.org/comments?size=50"
OPTIONS = {
    "items": "data.list",
    "id": "id",
    "text": "content",
    "published": "created_at",
    "link_template": "https://news.example.org/a/{article_id}#c{id}",
    "reply_to": "parent_id",
    "replies": "children",
    "reactions": {"likes": "stats.up", "comments": "stats.replies"},
}


def test_items_are_read_by_their_paths() -> None:
    first = read("json", saved("comments.json"), URL, OPTIONS).items[0]
    assert (first.key, first.text) == ("31", "配餐凉了，孩子肚子疼")
    assert first.url == "https://news.example.org/a/12#c31"
    assert first.published_at == datetime(2026, 3, 5, 9, 20, tzinfo=CHINA)
    assert first.reactions == Reactions(likes=15, comments=1100)
    assert first.reply_to is None


def test_replies_nested_or_named_answer_their_item() -> None:
    items = read("json", saved("comments.json"), URL, OPTIONS).items
    assert [(item.key, item.reply_to) for item in items] == [
        ("31", None),
        ("33", post_id("here", "31")),
        ("32", post_id("here", "31")),
    ]


def test_items_without_text_or_id_are_dropped_and_counted() -> None:
    reading = read("json", saved("comments.json"), URL, OPTIONS)
    assert reading.dropped == {"取不到正文": 1, "取不到编号": 1}


@pytest.mark.parametrize(
    ("text", "options", "complete"),
    [
        ('[{"id": 1, "t": "停电了"}, {"id": 2, "t": ""}]', {"complete": True}, True),
        ("[]", {"complete": True}, True),
        ('[{"id": 1, "t": "停电了"}]', {}, False),
        ('[{"id": 1, "t": "停电了"}, {"t": "没有编号"}]', {"complete": True}, False),
        ('[{"id": 1, "t": "停电了"}]', {"complete": True, "page_parameter": "page", "pages": 1}, False),
        ('[{"id": 1, "t": "停电了"}]', {"complete": True, "page_parameter": "page", "pages": 2}, True),
    ],
)
def test_an_answer_is_complete_where_its_row_says_so_and_nothing_of_it_was_left_unread(
    text: str, options: dict[str, object], complete: bool
) -> None:
    assert read("json", text, URL, {"items": "", "id": "id", "text": "t", **options}).complete is complete


def test_an_item_can_answer_the_post_of_another_source() -> None:
    options = {
        **OPTIONS,
        "reply_to": None,
        "replies_to": "news",
        "reply_template": "https://news.example.org/a/{article_id}",
    }
    items = read("json", saved("comments.json"), URL, options).items
    assert items[0].reply_to == post_id("news", "https://news.example.org/a/12")


def test_pages_are_followed_by_link_or_by_counter_up_to_the_bound() -> None:
    by_link = read("json", saved("comments.json"), URL, {**OPTIONS, "next": "paging.next"})
    assert [follow.url for follow in by_link.follows] == ["https://api.example.org/comments?cursor=abc"]
    counted = {**OPTIONS, "page_parameter": "page", "first_page": 0, "pages": 3}
    urls, memo, url = [], {"page": "1"}, URL
    while True:
        follows = read("json", saved("comments.json"), url, counted, memo=memo).follows
        if not follows:
            break
        url, memo = follows[0].url, dict(follows[0].memo)
        urls.append(url)
    assert urls == [f"{URL}&page=1", f"{URL}&page=2"]


def test_a_parameter_that_counts_items_grows_by_the_size_of_a_page() -> None:
    counted = {**OPTIONS, "page_parameter": "offset", "first_page": 0, "page_step": 50}
    (second,) = read("json", saved("comments.json"), URL, counted).follows
    (third,) = read("json", saved("comments.json"), second.url, counted, memo=second.memo).follows
    assert [second.url, third.url] == [f"{URL}&offset=50", f"{URL}&offset=100"]


def test_a_path_within_a_template_stays_a_path() -> None:
    options = {"items": "", "id": "id", "text": "t", "link_template": "https://news.example.org{page}#c{id}"}
    (item,) = read("json", '[{"id": "5 a", "t": "停电了", "page": "/a/12"}]', URL, options).items
    assert item.url == "https://news.example.org/a/12#c5%20a"


def test_the_page_after_the_last_is_empty_and_ends_it() -> None:
    reading = read("json", '{"data": {"list": []}}', URL, {**OPTIONS, "page_parameter": "page"})
    assert (reading.items, reading.follows, reading.vacant) == ((), (), True)


def test_an_answer_that_is_itself_the_list_needs_no_path() -> None:
    reading = read("json", '[{"id": "a", "content": "停电了"}]', URL, {"items": "", "id": "id", "text": "content"})
    assert [item.text for item in reading.items] == ["停电了"]


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("<html>维护中</html>", Outcome.NOT_EXPECTED),
        ('{"code": 401, "msg": "token"}', Outcome.NOTHING_EXTRACTED),
        ('{"data": {"list": {}}}', Outcome.NOTHING_EXTRACTED),
        ("[" * 100_000, Outcome.NOT_EXPECTED),
    ],
)
def test_an_answer_without_the_list_is_a_failure(text: str, outcome: Outcome) -> None:
    with pytest.raises(Unreadable) as refusal:
        read("json", text, URL, OPTIONS)
    assert refusal.value.outcome is outcome


def test_items_nested_without_end_are_read_to_a_bound() -> None:
    item: dict[str, object] = {"id": 0, "content": "甲"}
    for number in range(1, 200):
        item = {"id": number, "content": "乙", "children": [item]}
    reading = read("json", json.dumps({"data": {"list": [item]}}), URL, OPTIONS)
    assert len(reading.items) == 21


def test_nothing_of_who_commented_is_read() -> None:
    handed_on = everything(read("json", saved("comments.json"), URL, OPTIONS))
    assert "某家长" not in handed_on
    assert "甘肃" not in handed_on


def test_a_template_with_an_open_brace_is_refused_when_the_row_is_read() -> None:
    with pytest.raises(BadSources, match="花括号没有成对"):
        source("a", URL, "json", read={**OPTIONS, "link_template": "https://a.example/{id"})
