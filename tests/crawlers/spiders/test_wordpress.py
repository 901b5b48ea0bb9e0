"""WordPress by its REST interface: where it is, what is asked for, posts, edits, comments, and a closed interface."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest

from crawlers.outcomes import Outcome
from crawlers.reading import Follow, Reading, Unreadable, post_id
from tests.crawlers.crawling import crawl, source
from tests.crawlers.site import Answer, Site
from tests.crawlers.spiders.reading import everything, read, saved
from tests.servers.wordpress import PEOPLE

HOME = "http://news.example.org/"
API = "http://news.example.org/wp-json/"
LINKED = '<html><head><link rel="https://api.w.org/" href="/wp-json/"></head><body>首页</body></html>'
MORE = {"next": f"{API}wp/v2/posts?page=2"}


def listed(page: str, step: str, **options: object) -> Reading:
    return read("wordpress", saved(page), f"{API}wp/v2/posts", options, step, links=MORE)


def asked(follow: Follow) -> tuple[str, str]:
    """The route and the order that a follow asks for."""
    parts = urlsplit(follow.url)
    query = parse_qs(parts.query)
    return query.get("rest_route", [parts.path])[0], query["orderby"][0]


def test_the_interface_that_the_home_page_names_is_asked_for_posts_edits_and_comments() -> None:
    reading = read("wordpress", LINKED, HOME, {})
    assert [(follow.step, *asked(follow)) for follow in reading.follows] == [
        ("posts", "/wp-json/wp/v2/posts", "date"),
        ("edited", "/wp-json/wp/v2/posts", "modified"),
        ("comments", "/wp-json/wp/v2/comments", "date_gmt"),
    ]


def test_the_header_names_the_interface_as_well_and_it_may_be_a_parameter() -> None:
    links = {"https://api.w.org/": "http://news.example.org/index.php?rest_route=/"}
    reading = read("wordpress", "<html></html>", HOME, {}, links=links)
    assert reading.follows[0].url.startswith("http://news.example.org/index.php?rest_route=/wp/v2/posts&per_page=50&")
    assert [asked(follow)[0] for follow in reading.follows] == ["/wp/v2/posts", "/wp/v2/posts", "/wp/v2/comments"]


def test_nothing_about_who_wrote_it_is_asked_for() -> None:
    for follow in read("wordpress", LINKED, HOME, {"types": ["posts", "pages"]}).follows:
        fields = parse_qs(urlsplit(follow.url).query)["_fields"][0].split(",")
        assert {"id", "link", "content"} <= set(fields)
        assert not [field for field in fields if "author" in field or field in ("_links", "_embedded", "meta", "guid")]


def test_a_row_says_which_kinds_of_posts_are_read_and_whether_comments_are() -> None:
    reading = read("wordpress", LINKED, HOME, {"types": ["pages", "tong-gao"], "comments": False, "per_page": 100})
    assert [asked(follow)[0] for follow in reading.follows] == [
        "/wp-json/wp/v2/pages",
        "/wp-json/wp/v2/pages",
        "/wp-json/wp/v2/tong-gao",
        "/wp-json/wp/v2/tong-gao",
    ]
    assert all("per_page=100" in follow.url for follow in reading.follows)


def test_a_kind_of_posts_cannot_lead_elsewhere() -> None:
    with pytest.raises(ValueError, match="types"):
        read("wordpress", LINKED, HOME, {"types": ["../../users"]})


def test_a_post_is_read_with_its_time_in_utc_and_one_with_a_password_is_left_out() -> None:
    reading = listed("wordpress_posts.json", "posts")
    (item,) = reading.items
    assert (item.key, item.url) == ("post 6", "http://news.example.org/2026/03/6/")
    assert (item.title, item.text) == ("公交线路调整", "7路改走城东大道。")
    assert item.published_at == datetime(2026, 3, 3, 10, 30, tzinfo=UTC)
    assert (reading.matched, reading.dropped) == (2, {"文章设了密码": 1})


def test_of_the_posts_changed_last_only_those_changed_after_publication_are_read_again() -> None:
    reading = listed("wordpress_edited.json", "edited")
    assert [(item.key, item.text) for item in reading.items] == [
        ("post 4", "首批六个小区下月开工，九月底前完工。\n居民担心停车位减少 & 噪声扰民。")
    ]
    assert (reading.matched, reading.dropped) == (3, {})


def test_a_comment_answers_its_post_or_the_comment_that_it_replies_to() -> None:
    reading = listed("wordpress_comments.json", "comments")
    assert [(item.key, item.url, item.text, item.reply_to) for item in reading.items] == [
        ("comment 4", f"{HOME}2026/03/6/#comment-4", "早高峰能不能加一班？", post_id("here", "post 6")),
        ("comment 3", f"{HOME}2026/03/4/#comment-3", "同意楼上，物业也没问过我们。", post_id("here", "comment 2")),
        ("comment 2", f"{HOME}2026/03/4/#comment-2", "车位本来就不够，改完更停不下。", post_id("here", "post 4")),
    ]
    assert {item.channel for item in reading.items} == {"comment"}
    assert reading.items[0].published_at == datetime(2026, 3, 3, 23, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("page", "step"),
    [("wordpress_posts.json", "posts"), ("wordpress_edited.json", "edited"), ("wordpress_comments.json", "comments")],
)
def test_nothing_of_who_wrote_it_is_read_where_the_site_tells_it_all_the_same(page: str, step: str) -> None:
    handed_on = everything(listed(page, step))
    assert [name for name in PEOPLE if name in handed_on] == []
    if step == "comments":
        assert "孙小梅乙" in saved(page)


@pytest.mark.parametrize(
    ("page", "step", "last"),
    [
        ("wordpress_posts.json", "posts", datetime(2026, 3, 2, 2, 0, tzinfo=UTC)),
        ("wordpress_edited.json", "edited", datetime(2026, 3, 2, 2, 0, tzinfo=UTC)),
        ("wordpress_comments.json", "comments", datetime(2026, 3, 2, 3, 0, tzinfo=UTC)),
    ],
)
def test_the_next_page_says_that_nothing_on_it_is_newer_than_the_last_entry_here(
    page: str, step: str, last: datetime
) -> None:
    assert listed(page, step).follows == (Follow(MORE["next"], step, {"page": "2"}, newest=last),)


def test_no_more_pages_are_read_than_the_row_says() -> None:
    last = read("wordpress", saved("wordpress_posts.json"), API, {"pages": 2}, "posts", {"page": "2"}, MORE)
    assert last.follows == ()


def test_parts_of_a_post_that_the_row_names_are_dropped() -> None:
    post = '[{"id": 1, "date_gmt": "2026-03-01T00:00:00", "link": "/?p=1", "title": {"rendered": "通知"},'
    post += ' "content": {"rendered": "<p>今晚停水</p><div class=share>分享到</div>", "protected": false}}]'
    (item,) = read("wordpress", post, API, {"drop": ["div.share"]}, "posts").items
    assert (item.url, item.text) == ("http://news.example.org/?p=1", "今晚停水")


def test_a_site_without_comments_is_sound_and_simply_holds_none_yet() -> None:
    reading = read("wordpress", "[]", API, {}, "comments")
    assert (reading.items, reading.vacant) == ((), True)


@pytest.mark.parametrize(
    ("text", "step", "outcome", "said"),
    [
        ("<html><body>首页</body></html>", "start", Outcome.NOT_EXPECTED, "kind: feed"),
        ("<html><form>请登录<input type=password></form></html>", "start", Outcome.SIGN_IN, "登录页"),
        ("<html><body>没有这一页</body></html>", "posts", Outcome.NOT_EXPECTED, "kind: feed"),
        ('{"code": "rest_disabled"}', "comments", Outcome.NOT_EXPECTED, "kind: feed"),
    ],
)
def test_a_site_without_an_interface_is_told_and_never_an_empty_one(
    text: str, step: str, outcome: Outcome, said: str
) -> None:
    with pytest.raises(Unreadable, match=said) as refusal:
        read("wordpress", text, HOME, {}, step)
    assert refusal.value.outcome is outcome


@pytest.mark.parametrize("status", [401, 403, 404])
def test_a_closed_interface_ends_with_the_advice_to_read_the_feeds(site: Site, status: int) -> None:
    site.pages["/"] = Answer("<html></html>", headers={"Link": f'<{site.url("/wp-json/")}>; rel="https://api.w.org/"'})
    for route in ("posts", "comments"):
        said = '{"code":"rest_cannot_access","message":"Only authenticated users can access the REST API."}'
        site.pages[f"/wp-json/wp/v2/{route}"] = Answer(said, status, "application/json")
    crawled = crawl([source("w", site.url("/"), "wordpress")], [site.host])
    outcome, detail = crawled.said("w")
    assert outcome == "http_error"
    assert detail is not None
    assert "kind: feed" in detail
    assert f"（{status}）" in detail


def test_where_only_comments_are_closed_posts_are_read_and_it_is_told(site: Site) -> None:
    site.pages["/"] = Answer("<html></html>", headers={"Link": f'<{site.url("/wp-json/")}>; rel="https://api.w.org/"'})
    site.pages["/wp-json/wp/v2/posts"] = Answer(saved("wordpress_posts.json"), content_type="application/json")
    site.pages["/wp-json/wp/v2/comments"] = Answer("{}", 401, "application/json")
    crawled = crawl([source("w", site.url("/"), "wordpress")], [site.host])
    assert crawled.texts("w") == ["7路改走城东大道。"]
    outcome, detail = crawled.said("w")
    assert outcome == "ok"
    assert detail is not None
    assert "kind: feed" in detail
