"""List pages, article pages and the comments below them."""

from __future__ import annotations

from datetime import datetime

import pytest

from crawlers.reading import post_id
from records.posts import Reactions
from records.zone import CHINA
from tests.crawlers.spiders.reading import everything, read, saved

LIST = "https://www.example.gov.cn/notices/index.html"
KEY = "https://www.example.gov.cn/notices/2026/0305/7.html"
ARTICLE = {
    "title": "h1",
    "text": "div.content",
    "published": "span.time",
    "reactions": {"views": "b.views", "comments": "b.n"},
    "drop": ["div.related"],
    "comments": {
        "item": "div.comment",
        "text": "p.t",
        "published": "time@datetime",
        "reactions": {"likes": "span.up"},
        "next": "a.more@href",
    },
}
OPTIONS = {"entry": "ul.notices li", "published": "span.date", "next": "a.next@href", "article": ARTICLE}


def test_the_list_leads_to_each_article_once_however_it_is_tracked() -> None:
    reading = read("list", saved("notices.html"), LIST, OPTIONS)
    assert [(follow.step, follow.memo) for follow in reading.follows] == [
        ("article", {"key": KEY, "published": "2026-03-05"}),
        ("article", {"key": "https://www.example.gov.cn/notices/2026/0301/6.html", "published": "2026-03-01"}),
    ]
    assert (reading.matched, reading.dropped) == (3, {"没有可用的链接": 1})


def test_more_list_pages_are_read_where_the_row_says_so() -> None:
    reading = read("list", saved("notices.html"), LIST, {**OPTIONS, "pages": 2})
    assert (reading.follows[-1].url, reading.follows[-1].step) == (
        "https://www.example.gov.cn/notices/index_2.html",
        "start",
    )


def test_an_article_is_read_with_its_counts_and_without_what_is_to_be_dropped() -> None:
    article = read("list", saved("article.html"), KEY, OPTIONS, "article", {"key": KEY}).items[0]
    assert (article.key, article.title) == (KEY, "关于调整停车收费的通知")
    assert article.text == "自4月1日起，路内停车首小时收费五元。\n残疾人车辆免费。"
    assert article.published_at == datetime(2026, 3, 5, 8, 0, tzinfo=CHINA)
    assert article.reactions == Reactions(comments=2, views=13_000)


def test_each_comment_below_is_a_post_that_answers_the_article() -> None:
    reading = read("list", saved("article.html"), KEY, OPTIONS, "article", {"key": KEY})
    comments = reading.items[1:]
    assert [(comment.key, comment.text, comment.channel) for comment in comments] == [
        (f"{KEY}#c71", "五元太贵了", "comment"),
        (f"{KEY}#c72", "支持，早该管了", "comment"),
    ]
    assert {comment.reply_to for comment in comments} == {post_id("here", KEY)}
    assert (comments[0].reactions, comments[1].reactions) == (Reactions(likes=8), Reactions())
    assert reading.dropped == {"取不到编号": 1}


def test_further_pages_of_comments_hold_comments_alone() -> None:
    more = read("list", saved("article.html"), KEY, OPTIONS, "article", {"key": KEY}).follows[0]
    assert (more.step, more.url) == ("comments", f"{KEY}?cp=2#comments")
    reading = read("list", saved("article.html"), f"{KEY}?cp=2", OPTIONS, more.step, more.memo)
    assert [item.key for item in reading.items] == [f"{KEY}#c71", f"{KEY}#c72"]


def test_without_selectors_the_main_text_is_found_and_the_lists_date_and_title_stand_in() -> None:
    memo = {"key": KEY, "title": "列表里的标题", "published": "2026-03-01"}
    article = read("list", saved("article.html"), KEY, {"entry": "li"}, "article", memo).items[0]
    assert "自4月1日起" in article.text
    assert "联系我们" not in article.text
    assert article.title == "列表里的标题"
    assert article.published_at == datetime(2026, 3, 1, tzinfo=CHINA)


@pytest.mark.parametrize(
    "comments", ['<div id="comments">', '<ol class="commentlist">', '<div class="wp-block-comments">']
)
def test_what_others_say_below_an_article_is_no_part_of_its_main_text(comments: str) -> None:
    said = "自下月起，7路公交改走城东大道，途经县医院和第二小学，首班六点十分，末班二十一点，票价不变。"
    text = f"<article><p>{said}</p><p>{said}</p>{comments}<p>早高峰能不能加一班？孩子上学要迟到了。</p></article>"
    (article,) = read("list", text, KEY, {"entry": "li"}, "article", {"key": KEY}).items
    assert said in article.text
    assert "早高峰" not in article.text


def test_an_article_without_text_is_dropped_but_its_comments_are_kept() -> None:
    options = {**OPTIONS, "article": {**ARTICLE, "text": "div.gone"}}
    reading = read("list", saved("article.html"), KEY, options, "article", {"key": KEY})
    assert [item.key for item in reading.items] == [f"{KEY}#c71", f"{KEY}#c72"]
    assert reading.dropped == {"取不到正文": 1, "取不到编号": 1}


def test_a_page_of_two_hundred_thousand_nested_elements_is_kept_with_its_title() -> None:
    page = "<title>标题</title>" + "<div>" * 200_000 + "正文在很深的地方" + "</div>" * 200_000
    for options in ({"entry": "li"}, {"entry": "li", "article": {"text": "body"}}):
        article = read("list", page, KEY, options, "article", {"key": KEY}).items[0]
        assert (article.title, article.text) == ("标题", "正文在很深的地方")


def test_a_page_without_a_title_says_so() -> None:
    article = read(
        "list", "<p>只有正文</p>", KEY, {"entry": "li", "article": {"text": "p"}}, "article", {"key": KEY}
    ).items[0]
    assert (article.title, article.flags) == (None, ("no_title", "date_missing")[::-1])


@pytest.mark.parametrize("name", ["某科室", "某网友", "某某"])
def test_nothing_of_who_wrote_or_commented_is_read(name: str) -> None:
    assert name not in everything(read("list", saved("article.html"), KEY, OPTIONS, "article", {"key": KEY}))
