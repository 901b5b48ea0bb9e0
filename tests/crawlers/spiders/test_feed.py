"""RSS, Atom, JSON Feed, comment feeds, and what is not a feed."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import datetime

import pytest

from crawlers.outcomes import Outcome
from crawlers.reading import Unreadable, post_id
from records.posts import Reactions
from records.zone import CHINA
from tests.crawlers.spiders.reading import NOW, everything, read, saved
from tests.effort import effort

URL = "https://news.example.org/rss.xml"


def test_an_rss_entry_becomes_a_post_with_its_full_text_and_count() -> None:
    reading = read("feed", saved("news.xml"), URL, {"reactions": {"comments": "slash:comments"}})
    first, second = reading.items
    assert (first.key, first.url) == ("https://news.example.org/a/12", "https://news.example.org/a/12")
    assert (first.title, first.text) == (
        "老旧小区改造下月开工 首批六个",
        "首批六个小区下月开工。\n居民担心停车位减少。",
    )
    assert first.published_at == datetime(2026, 3, 4, 18, 20, tzinfo=CHINA)
    assert first.reactions == Reactions(comments=7)
    assert (second.url, second.text, second.flags) == ("https://news.example.org/a/13", "多云转小雨", ("date_missing",))
    assert (reading.matched, reading.dropped) == (3, {"取不到正文": 1})


def test_an_entry_in_a_comment_feed_answers_its_article_and_loses_the_title_that_names_the_commenter() -> None:
    options = {"replies_to": "news", "reactions": {"likes": "x:likes"}}
    reading = read("feed", saved("comments.atom"), "https://news.example.org/comments.atom", options)
    assert [(item.key, item.title, item.text) for item in reading.items] == [
        ("https://news.example.org/a/12#comment-5", None, "车位本来就不够，改完更停不下。"),
        ("https://news.example.org/a/12#comment-6", None, "支持改造"),
    ]
    assert {item.reply_to for item in reading.items} == {post_id("news", "https://news.example.org/a/12")}
    assert reading.items[0].reactions == Reactions(likes=12_000)


@pytest.mark.parametrize("options", [{"replies_to": "news"}, {}])
def test_a_reply_in_a_wordpress_comment_feed_loses_the_name_of_who_is_answered(options: dict[str, str]) -> None:
    reading = read("feed", saved("wordpress_comments.rss"), "http://news.example.org/comments/feed/", options)
    assert [(item.key, item.title, item.text) for item in reading.items] == [
        ("http://news.example.org/2026/03/6/#comment-4", None, "早高峰能不能加一班？"),
        ("http://news.example.org/2026/03/4/#comment-3", None, "同意楼上，物业也没问过我们。"),
        ("http://news.example.org/2026/03/4/#comment-2", None, "车位本来就不够，改完更停不下。"),
    ]
    for name in ("孙小梅", "赵铁柱"):
        assert name not in everything(reading)


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ('<p>回复 <a href="https://a.example/?p=4#comment-2" rel="nofollow">某某</a>。</p><p>同意</p>', "同意"),
        ('回复给<a href="https://a.example/?p=4#comment-2">某某</a>。\n\n同意', "同意"),
        ('<p>我同意 <a href="https://a.example/?p=4#comment-2">这一条</a>，车位不够</p>', "我同意 这一条，车位不够"),
        ('<p>见 <a href="https://a.example/notice">公示</a>。</p><p>车位不够</p>', "见 公示。\n车位不够"),
    ],
)
def test_only_a_line_that_says_who_is_answered_is_taken_for_one(body: str, text: str) -> None:
    entry = f"<item><link>https://a.example/?p=4#comment-3</link><description><![CDATA[{body}]]></description></item>"
    reading = read("feed", f'<rss version="2.0"><channel>{entry}</channel></rss>', URL, {"replies_to": "news"})
    assert [item.text for item in reading.items] == [text]


def test_a_json_feed_is_read_like_any_other() -> None:
    reading = read("feed", saved("feed.json"), "https://a.example/feed.json", {"reactions": {"likes": "_likes"}})
    assert [(item.key, item.title, item.text) for item in reading.items] == [
        ("https://a.example/1", "停水通知", "今晚停水"),
        ("b", None, "水来了"),
    ]
    assert reading.items[0].reactions == Reactions(likes=3)


@pytest.mark.parametrize("page", ["news.xml", "comments.atom", "feed.json"])
def test_nothing_of_who_wrote_it_is_read(page: str) -> None:
    handed_on = everything(read("feed", saved(page), URL, {"replies_to": "news"}))
    for name in ("某某", "热心读者", "路人"):
        assert name not in handed_on


def test_with_article_the_feed_only_leads_to_the_pages_and_hands_on_title_and_date() -> None:
    reading = read("feed", saved("news.xml"), URL, {"article": {"revisit_seconds": 60}})
    assert reading.items == ()
    assert [follow.url for follow in reading.follows][:2] == [
        "https://news.example.org/a/12?utm_source=rss",
        "https://news.example.org/a/13",
    ]
    assert reading.follows[0].memo == {
        "key": "https://news.example.org/a/12",
        "title": "老旧小区改造下月开工 首批六个",
        "published": "Wed, 04 Mar 2026 18:20:00 +0800",
    }
    assert reading.follows[0].revisit == 60


def test_a_feed_cut_off_in_the_middle_gives_what_arrived_and_is_flagged() -> None:
    whole = saved("news.xml")
    reading = read("feed", whole[: whole.index("<description>多云")], URL, {})
    assert reading.items[0].text == "首批六个小区下月开工。\n居民担心停车位减少。"
    assert "broken_feed" in reading.items[0].flags
    assert reading.flags == ("broken_feed",)


def test_a_control_character_and_a_bad_date_do_not_lose_the_feed() -> None:
    feed = saved("news.xml").replace("晚间天气", "晚间\x08天气").replace("Wed, 04 Mar 2026", "Foo, 99 Bar")
    reading = read("feed", feed, URL, {})
    assert [item.title for item in reading.items] == ["老旧小区改造下月开工 首批六个", "晚间天气"]
    assert reading.items[0].published_at == NOW
    assert reading.items[0].flags == ("broken_feed", "date_missing")


def test_an_empty_feed_is_sound_and_simply_holds_nothing_yet() -> None:
    feed = '<rss version="2.0"><channel><title>评论</title></channel></rss>'
    reading = read("feed", feed, URL, {})
    assert (reading.items, reading.vacant) == ((), True)


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("<!DOCTYPE html><html><form action=/login>请先登录<input type=password></form></html>", Outcome.SIGN_IN),
        ("<!doctype html><html><body>首页</body></html>", Outcome.NOT_EXPECTED),
        (
            '<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "x"><!ENTITY b "&a;&a;">]><rss version="2.0">&b;</rss>',
            Outcome.BAD_CONTENT,
        ),
        (
            '<!DOCTYPE r [<!ENTITY f SYSTEM "file:///etc/passwd">]><rss version="2.0"><channel/></rss>',
            Outcome.BAD_CONTENT,
        ),
        ("完全不是订阅", Outcome.NOT_EXPECTED),
        ('{"version": "https://jsonfeed.org/version/1.1", "items": [', Outcome.BAD_CONTENT),
        ('{"items": 3}', Outcome.NOT_EXPECTED),
    ],
)
def test_what_is_not_a_feed_is_a_failure_and_never_an_empty_feed(text: str, outcome: Outcome) -> None:
    with pytest.raises(Unreadable) as refusal:
        read("feed", text, URL, {})
    assert refusal.value.outcome is outcome


def test_a_feed_whose_text_looks_like_an_address_is_not_fetched() -> None:
    with pytest.raises(Unreadable):
        read("feed", "http://127.0.0.1:9/feed.xml", URL, {})


THREADED = """<feed xmlns="http://www.w3.org/2005/Atom" xmlns:{prefix}="http://purl.org/syndication/thread/1.0">
<entry><id>1</id><link href="https://news.example.org/a/12#c-1"/><title>某某</title><content>停水三天了</content>
<{prefix}:in-reply-to ref="tag:x" href="https://news.example.org/a/12"/></entry>
<entry><id>2</id><link href="https://news.example.org/a/12#c-2"/><title>某某</title><content>我家也是</content>
<{prefix}:in-reply-to ref="tag:y" href="/a/12?utm_source=feed#c-1"/></entry>
<entry><id>3</id><link href="https://news.example.org/a/12#c-3"/><title>某某</title><content>有人修吗</content></entry></feed>"""


@pytest.mark.parametrize("prefix", ["thr", "thread"])
def test_a_comment_that_names_the_one_it_answers_answers_that_and_any_other_the_article(prefix: str) -> None:
    url = "https://news.example.org/comments.atom"
    items = read("feed", THREADED.format(prefix=prefix), url, {"replies_to": "news"}).items
    article = post_id("news", "https://news.example.org/a/12")
    assert [item.reply_to for item in items] == [article, post_id("here", items[0].key), article]
    alone = read("feed", THREADED.format(prefix=prefix), url, {}).items
    assert [item.reply_to for item in alone] == [None, post_id("here", alone[0].key), None]


ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" xmlns:thr="http://purl.org/syndication/thread/1.0" {base}>
<entry {inner}><id>tag:a.example,2026:5</id><title type="html">停水 &lt;b&gt;通知&lt;/b&gt;</title><link href="{href}"/>{more}
<summary>今晚停水。</summary><content type="html">&lt;p&gt;今晚停水，请储水。&lt;/p&gt;</content>
<published>2026-03-04T10:00:00+08:00</published><updated>2026-03-05T09:00:00+08:00</updated></entry></feed>"""


def atom(href: str = "https://a.example/5.html", base: str = "", inner: str = "", more: str = "") -> str:
    return ATOM.format(href=href, base=base, inner=inner, more=more)


@pytest.mark.parametrize(
    ("text", "url"),
    [
        (atom("5.html"), "https://a.example/feed.xml"),
        (atom("/5.html"), "https://a.example/blog/feed.xml"),
        (atom("5.html", base='xml:base="https://a.example/"'), "https://feeds.example/a"),
        (atom("5.html", base='xml:base="https://b.example/"', inner='xml:base="https://a.example/"'), URL),
        (atom("//a.example/5.html?utm_source=rss"), "https://feeds.example/a"),
    ],
)
def test_links_are_read_from_where_the_feed_or_the_entry_says_that_they_begin(text: str, url: str) -> None:
    (item,) = read("feed", text, url, {}).items
    assert (item.key, item.title, item.text) == ("https://a.example/5.html", "停水 通知", "今晚停水，请储水。")


def test_an_edited_entry_keeps_its_name_and_its_time_of_publication() -> None:
    (first,) = read("feed", atom(), URL, {}).items
    (second,) = read("feed", atom().replace("请储水", "请储水两天").replace("03-05T09", "03-05T10"), URL, {}).items
    assert (first.key, first.published_at) == (second.key, second.published_at)
    assert second.text == "今晚停水，请储水两天。"


@pytest.mark.parametrize("more", ["<thr:total>7</thr:total>", '<link rel="replies" href="/c" thr:count="7"/>'])
def test_the_number_of_comments_that_a_feed_says_is_read_unasked(more: str) -> None:
    (item,) = read("feed", atom(more=more), URL, {}).items
    assert item.reactions == Reactions(comments=7)
    assert read("feed", saved("news.xml"), URL, {}).items[0].reactions == Reactions(comments=7)


def rss(*items: str) -> str:
    content = 'xmlns:content="http://purl.org/rss/1.0/modules/content/"'
    return f'<rss version="2.0" {content}><channel><title>t</title>{"".join(items)}</channel></rss>'


def test_the_whole_text_goes_before_its_beginning_in_whatever_order_they_stand() -> None:
    whole = "<content:encoded><![CDATA[<p>今晚停水，请储水。</p><p>明早恢复。</p>]]></content:encoded>"
    beginning = "<description>今晚停水……</description>"
    for parts in (whole + beginning, beginning + whole):
        (item,) = read(
            "feed", rss(f"<item><title>t</title><link>https://a.example/1</link>{parts}</item>"), URL, {}
        ).items
        assert item.text == "今晚停水，请储水。\n明早恢复。"


def test_entries_that_all_link_to_one_page_are_told_apart_by_their_ids() -> None:
    items = (
        f"<item><link>https://a.example/notices</link><guid>n{n}</guid><title>第{n}号</title></item>" for n in (1, 2)
    )
    found = read("feed", rss(*items), URL, {}).items
    assert [(item.key, item.url) for item in found] == [
        ("n1", "https://a.example/notices"),
        ("n2", "https://a.example/notices"),
    ]


def test_an_entry_of_sound_or_pictures_alone_gives_its_title_and_one_of_nothing_is_dropped() -> None:
    sound = '<enclosure url="https://a.example/1.mp3" type="audio/mpeg" length="5"/>'
    titled = f"<item><title>民生热线：停水三天</title><link>https://a.example/1</link>{sound}</item>"
    bare = f"<item><link>https://a.example/2</link><description>&lt;img src=a.png&gt;</description>{sound}</item>"
    reading = read("feed", rss(titled, bare), URL, {})
    assert [item.text for item in reading.items] == ["民生热线：停水三天"]
    assert reading.dropped == {"取不到正文": 1}


def test_a_json_feed_of_version_1_1_is_read_without_its_authors() -> None:
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "authors": [{"name": "张某某"}],
        "items": [
            {
                "id": "5",
                "url": "/5",
                "content_html": "<p>停水</p>",
                "authors": [{"name": "张某某"}],
                "_stats": {"likes": 12},
            },
            {"id": 6, "content_text": "没有链接", "date_modified": "2026-03-04T10:00:00+08:00"},
        ],
    }
    reading = read("feed", json.dumps(feed), "https://a.example/feed.json", {"reactions": {"likes": "_stats.likes"}})
    first, second = reading.items
    assert (first.key, first.text, first.reactions.likes) == ("https://a.example/5", "停水", 12)
    assert (second.key, second.url, second.text, second.published_at.day) == ("6", None, "没有链接", 4)
    assert "张某某" not in everything(reading)


def test_of_a_feed_without_end_the_first_thousand_entries_are_read_and_the_others_told() -> None:
    items = [f"<item><title>第{n}条</title><link>https://a.example/{n}</link></item>" for n in range(1500)]
    reading = read("feed", rss(*items), URL, {})
    assert [item.text for item in (reading.items[0], reading.items[-1])] == ["第0条", "第999条"]
    assert (len(reading.items), reading.dropped, reading.flags) == (1000, {"订阅太长，后面的没有读": 500}, ())


@pytest.mark.parametrize(
    "piece",
    [
        "<item><title>停水通知</title><link>https://a.example/{n}</link><description>今晚停水</description></item>",
        "<category>停水</category>",
        "<dc:creator>张某某</dc:creator>",
        "<item>",
        "<title>",
        "<x/>",
        "<![CDATA[x]]>",
        "<![CDATA[",
    ],
)
def test_eight_megabytes_of_feed_are_read_within_seconds(piece: str) -> None:
    count = 8_000_000 // len(piece.encode())
    item = "<item><title>停水通知</title><link>https://a.example/x</link>"
    feed = rss(item, *(piece.replace("{n}", str(n)) for n in range(count)), "</item>")

    def work() -> None:
        with suppress(Unreadable):
            assert read("feed", feed, URL, {}).items

    assert effort(work, tries=2) < 10
