"""Sitemaps: indexes, plain text, news, gzip; which addresses are read, in what order, and what is not a sitemap."""

from __future__ import annotations

import gzip
from datetime import datetime
from typing import Any

import pytest

from crawlers.outcomes import Outcome
from crawlers.reading import Reading, Unreadable
from records.zone import CHINA
from tests.crawlers.crawling import crawl, source
from tests.crawlers.site import Answer, Site
from tests.crawlers.spiders.reading import read, saved

URL = "http://news.example.org/sitemap.xml"
NAMESPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


def urlset(*rows: str) -> str:
    return f'<?xml version="1.0"?><urlset {NAMESPACE}>{"".join(f"<url>{row}</url>" for row in rows)}</urlset>'


def row(address: str, changed: str | None = None) -> str:
    return f"<loc>{address}</loc>" + (f"<lastmod>{changed}</lastmod>" if changed else "")


def index(*addresses: str) -> str:
    rows = "".join(f"<sitemap>{row(address)}</sitemap>" for address in addresses)
    return f'<?xml version="1.0"?><sitemapindex {NAMESPACE}>{rows}</sitemapindex>'


def pages(text: str, **options: Any) -> Reading:
    return read("sitemap", text, URL, options)


def addresses(reading: Reading) -> list[str]:
    return [follow.url for follow in reading.follows]


DATED = urlset(
    row("/a/1", "2026-03-01T08:00:00+08:00"),
    row("/a/2"),
    row("/a/3", "2026-03-04"),
    row("/a/4", "2026-03-03T00:00Z"),
)


def test_what_changed_last_is_read_first_and_what_has_no_date_last() -> None:
    assert addresses(pages(DATED)) == [f"http://news.example.org/a/{number}" for number in (3, 4, 1, 2)]


def test_the_date_of_an_entry_is_its_mark_and_one_without_a_date_is_read_once() -> None:
    assert [follow.mark for follow in pages(DATED).follows] == [
        "2026-03-04",
        "2026-03-03T00:00Z",
        "2026-03-01T08:00:00+08:00",
        "",
    ]
    assert pages(DATED).follows[0].memo["published"] == "2026-03-04"


def test_with_a_time_to_read_again_the_entry_does_not_decide() -> None:
    follow = pages(DATED, article={"revisit_seconds": 3600}).follows[0]
    assert (follow.mark, follow.revisit) == (None, 3600)


def test_entries_changed_too_long_ago_are_left_out_and_undated_ones_never_are() -> None:
    text = urlset(row("/a/1", "2026-03-03T10:20:00+08:00"), row("/a/2", "2026-03-03T10:19:59+08:00"), row("/a/3"))
    assert addresses(pages(text, newest_days=2)) == ["http://news.example.org/a/1", "http://news.example.org/a/3"]


def test_a_sitemap_without_anything_recent_is_sound_and_simply_holds_nothing_new() -> None:
    old = pages(urlset(row("/a/1", "2025-03-01")))
    assert (old.follows, old.matched, old.vacant) == ((), 1, True)
    assert pages(urlset()).vacant


def test_only_addresses_that_the_row_names_are_read() -> None:
    text = urlset(row("/news/2026/1.html"), row("/photo/2.html"), row("/news/3.html"), row("/2026/notice/4.html"))
    assert addresses(pages(text, match=[2026])) == [
        "http://news.example.org/news/2026/1.html",
        "http://news.example.org/2026/notice/4.html",
    ]
    assert addresses(pages(text, match=["/news/", "/20*/notice/"])) == [
        f"http://news.example.org{path}" for path in ("/news/2026/1.html", "/news/3.html", "/2026/notice/4.html")
    ]


def test_where_no_address_is_one_that_the_row_names_it_is_told() -> None:
    none = pages(DATED, match=["/news.html?"])
    assert (none.follows, none.vacant, none.dropped) == ((), False, {"网址不符合 match": 4})


def test_a_point_in_a_named_part_is_a_point() -> None:
    assert addresses(pages(urlset(row("/a.html"), row("/axhtml")), match=["a.html"])) == [
        "http://news.example.org/a.html"
    ]


def test_an_index_leads_to_its_sitemaps_and_never_to_the_one_that_lists_people() -> None:
    reading = read("sitemap", saved("wordpress_sitemap_index.xml"), URL, {})
    assert [(follow.url.rpartition("/")[2], follow.step, follow.mark) for follow in reading.follows] == [
        ("wp-sitemap-posts-post-1.xml", "sitemap", None),
        ("wp-sitemap-posts-page-1.xml", "sitemap", None),
        ("wp-sitemap-taxonomies-category-1.xml", "sitemap", None),
    ]
    assert reading.dropped == {"个人主页，不读": 1}


def test_of_an_index_only_the_sitemaps_that_the_row_names_are_read() -> None:
    reading = read("sitemap", saved("wordpress_sitemap_index.xml"), URL, {"sitemaps": ["posts-post"], "match": ["x"]})
    assert addresses(reading) == ["http://news.example.org/wp-sitemap-posts-post-1.xml"]


def test_indexes_inside_indexes_come_to_an_end() -> None:
    again = index("/sitemap.xml?1")
    memo: dict[str, str] = {}
    for _ in range(3):
        (follow,) = read("sitemap", again, URL, {}, "sitemap", memo).follows
        memo = dict(follow.memo)
    assert read("sitemap", again, URL, {}, "sitemap", memo).follows == ()


@pytest.mark.parametrize(
    "address",
    [
        "/author/qian-pen-name/",
        "/?author=1",
        "/home.php?mod=space&amp;uid=7",
        "/user/7.html",
        "/author-sitemap.xml",
    ],
)
def test_a_page_about_a_person_is_not_read(address: str) -> None:
    assert addresses(pages(urlset(row(address), row("/authority/1.html")))) == [
        "http://news.example.org/authority/1.html"
    ]


def test_a_wordpress_sitemap_without_dates_leads_to_its_posts() -> None:
    assert addresses(pages(saved("wordpress_sitemap.xml"))) == [
        f"http://news.example.org/2026/03/{number}/" for number in (4, 5, 6)
    ]


def test_a_news_sitemap_gives_title_and_date_and_a_picture_gives_nothing() -> None:
    text = (
        '<urlset xmlns:news="http://www.google.com/schemas/sitemap-news/0.9" xmlns:image="i">'
        "<url><loc>/a/1</loc><image:image><image:loc>/p.jpg</image:loc></image:image><news:news><news:publication>"
        "<news:name>青槐日报</news:name></news:publication><news:publication_date>2026-03-05T09:00:00+08:00"
        "</news:publication_date><news:title>停水 &amp; 停电通知</news:title></news:news></url></urlset>"
    )
    (follow,) = pages(text).follows
    assert follow.url == "http://news.example.org/a/1"
    assert follow.memo == {
        "key": "http://news.example.org/a/1",
        "title": "停水 & 停电通知",
        "published": "2026-03-05T09:00:00+08:00",
    }


def test_a_plain_list_of_addresses_is_a_sitemap_too() -> None:
    assert addresses(pages("\ufeffhttp://news.example.org/1\r\n\r\n# 说明\nhttps://news.example.org/2\n")) == [
        "http://news.example.org/1",
        "https://news.example.org/2",
    ]


def test_the_article_is_read_with_title_and_date_of_the_sitemap_where_the_page_shows_none() -> None:
    memo = {"key": "http://news.example.org/a/1", "title": "停水通知", "published": "2026-03-05T09:00:00+08:00"}
    reading = read("sitemap", "<p>今晚八点停水。</p>", URL, {"article": {"text": "p"}}, "article", memo)
    (item,) = reading.items
    assert (item.key, item.title, item.text) == (memo["key"], "停水通知", "今晚八点停水。")
    assert item.published_at == datetime(2026, 3, 5, 9, 0, tzinfo=CHINA)


def test_ampersands_and_control_characters_that_should_not_be_there_do_not_lose_a_sitemap() -> None:
    text = urlset(row("/a?id=1&cat=2"), row("/a?id=3&amp;cat=2\x08"))
    assert addresses(pages(text)) == ["http://news.example.org/a?id=1&cat=2", "http://news.example.org/a?id=3&cat=2"]


def test_a_sitemap_cut_off_in_the_middle_gives_what_arrived_and_is_flagged() -> None:
    reading = pages(DATED[: DATED.index("<loc>/a/4")])
    assert len(reading.follows) == 3
    assert (reading.flags, reading.vacant) == (("broken_sitemap",), False)


@pytest.mark.parametrize(
    ("text", "outcome", "said"),
    [
        ("<html><form action=/login>请先登录<input type=password></form></html>", Outcome.SIGN_IN, "登录页"),
        ("<!doctype html><html><body>首页</body></html>", Outcome.NOT_EXPECTED, "网页"),
        ('<rss version="2.0"><channel/></rss>', Outcome.NOT_EXPECTED, "kind: feed"),
        ("<config><loc>/a</loc></config>", Outcome.NOT_EXPECTED, "不是网站地图"),
        ("完全不是地图", Outcome.NOT_EXPECTED, "不是网站地图"),
        ("<urlset", Outcome.BAD_CONTENT, "不是网站地图"),
        (
            '<?xml version="1.0"?><!DOCTYPE u [<!ENTITY a "x"><!ENTITY b "&a;&a;">]><urlset><url><loc>&b;</loc></url></urlset>',
            Outcome.BAD_CONTENT,
            "DTD",
        ),
        ('<!DOCTYPE u [<!ENTITY f SYSTEM "file:///etc/passwd">]><urlset/>', Outcome.BAD_CONTENT, "DTD"),
    ],
)
def test_what_is_not_a_sitemap_is_a_failure_and_never_an_empty_one(text: str, outcome: Outcome, said: str) -> None:
    with pytest.raises(Unreadable, match=said) as refusal:
        pages(text)
    assert refusal.value.outcome is outcome


@pytest.mark.parametrize(
    "text",
    [
        urlset(*[row("/a")] * 60_000),
        "<urlset>" + "<x>" * 500_000 + "</urlset>",
        "<urlset>" + "<x/>" * 500_000 + "</urlset>",
        "http://news.example.org/1\n" * 60_000,
    ],
    ids=["rows", "deep", "wide", "lines"],
)
def test_a_sitemap_longer_or_deeper_than_any_should_be_is_cut_and_flagged(text: str) -> None:
    reading = pages(text)
    assert len(reading.follows) <= 50_000
    assert reading.flags == ("broken_sitemap",)


def test_a_crawl_goes_from_a_packed_index_to_the_articles_and_reads_only_what_changed_next_time(site: Site) -> None:
    site.pages["/sitemap.xml"] = index(site.url("/news.xml.gz"))
    rows = [row(site.url("/a/1"), "2026-11-01"), row(site.url("/a/2"), "2026-11-02"), row(site.url("/a/3"))]
    site.pages["/news.xml.gz"] = Answer(gzip.compress(urlset(*rows).encode()), content_type="application/x-gzip")
    for number in (1, 2, 3):
        site.pages[f"/a/{number}"] = f"<h1>通知{number}</h1><p>正文{number}</p>"
    of = source("s", site.url("/sitemap.xml"), "sitemap", read={"article": {"title": "h1", "text": "p"}})
    first = crawl([of], [site.host])
    assert sorted(first.texts("s")) == ["正文1", "正文2", "正文3"]
    assert first.said("s") == ("ok", None)

    rows[0] = row(site.url("/a/1"), "2026-11-03")
    site.pages["/news.xml.gz"] = Answer(gzip.compress(urlset(*rows).encode()), content_type="application/x-gzip")
    site.pages["/a/1"] = "<h1>通知1</h1><p>正文一改</p>"
    site.asked.clear()
    second = crawl([of], [site.host], known=first.pages)
    assert second.texts("s") == ["正文一改"]
    assert [found.id for found in second.found["s"]] == [
        found.id for found in first.found["s"] if found.text == "正文1"
    ]
    assert site.paths() == ["/sitemap.xml", "/news.xml.gz", "/a/1"]

    third = crawl([of], [site.host], known={"s": [*first.pages["s"], *second.pages["s"]]})
    assert (third.texts("s"), third.said("s")) == ([], ("unchanged", None))


def test_a_bomb_for_a_sitemap_is_given_up_at_the_bound(site: Site) -> None:
    bomb = gzip.compress(b"<urlset>" + b" " * (100 * 1024 * 1024))
    site.pages["/sitemap.xml.gz"] = Answer(bomb, content_type="application/x-gzip")
    assert crawl([source("s", site.url("/sitemap.xml.gz"), "sitemap")], [site.host]).said("s")[0] == "too_large"
