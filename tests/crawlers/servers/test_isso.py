"""A real isso, read by rows alone: its interface as JSON, its Atom feed of comments."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from crawlers.jobs import KnownPage
from crawlers.reading import post_id
from crawlers.sources import Source
from huiying.clock import SystemClock
from tests.crawlers.crawling import Crawled, crawl, source
from tests.crawlers.site import Site, serving
from tests.servers import isso as isso_server
from tests.servers.environments import NotInstalled
from tests.servers.isso import PEOPLE, Isso

MINUTE = timedelta(minutes=1)
ARTICLE = "<h1>供热公告</h1><p>今年供热期延长至四月十五日，费用按月收取，各小区换热站已于昨日全部注水。</p>"
JSON: dict[str, Any] = {
    "items": "replies",
    "id": "id",
    "text": "text",
    "published": "created",
    "replies": "replies",
    "reactions": {"likes": "likes"},
    "page_parameter": "offset",
    "first_page": 0,
    "page_step": 2,
}


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    """The site whose pages carry the comments."""
    with serving() as opened:
        yield opened


@pytest.fixture(scope="module")
def started(site: Site) -> Iterator[Isso]:
    """A running isso."""
    try:
        python = isso_server.interpreter()
    except NotInstalled as reason:
        pytest.skip(f"isso: {reason}")
    with isso_server.running(python, site.url("")) as isso:
        yield isso


@pytest.fixture
def isso(started: Isso) -> Isso:
    """An isso, and a page of the site below which nobody has commented yet."""
    started.turn_over()
    return started


@pytest.fixture
def now() -> datetime:
    """The present: isso dates its comments by it."""
    return SystemClock().now() + MINUTE


def interface(isso: Isso, **read: Any) -> Source:
    url = f"{isso.url}/?uri={isso.page}&limit=2"
    linked = f"{isso.site}{isso.page}#isso-{{id}}"
    return source("isso", url, "json", channel="comment", read={**JSON, "link_template": linked, **read})


def feed(isso: Isso) -> Source:
    return source("feed", f"{isso.url}/feed?uri={isso.page}", channel="comment", read={"replies_to": "news"})


def read(isso: Isso, row: Source, now: datetime, known: list[KnownPage] | None = None) -> Crawled:
    hosts = [isso.url.removeprefix("http://"), isso.site.removeprefix("http://")]
    return crawl([row], hosts, {row.id: known or []}, now=now)


def by_text(crawled: Crawled, of: str) -> dict[str, Any]:
    return {found.text: found for found in crawled.found[of]}


def names(isso: Isso, crawled: Crawled) -> list[str]:
    """What of those who commented is in anything that was handed on."""
    handed_on = repr(crawled)
    return [name for name in (*PEOPLE, *isso.hashes, "gravatar") if name in handed_on]


def talk(isso: Isso) -> tuple[int, int, int]:
    """A comment, an answer to it, and two more comments; the numbers of the first three."""
    cold = isso.comment("暖气**不热**，室温只有十四度")
    agreed = isso.comment("我家也是，物业不管", answers=cold, second=True)
    pipes = isso.comment("楼道里管子在漏水")
    isso.comment("打了热线说三天内回复", second=True)
    isso.like(cold, 1)
    isso.like(cold, 2)
    return cold, agreed, pipes


def test_comments_answers_likes_and_further_pages_are_read_from_the_interface(isso: Isso, now: datetime) -> None:
    cold, _, _ = talk(isso)
    crawled = read(isso, interface(isso), now)
    assert crawled.said("isso") == ("ok", None)
    found = by_text(crawled, "isso")
    assert set(found) == {
        "暖气不热，室温只有十四度",
        "我家也是，物业不管",
        "楼道里管子在漏水",
        "打了热线说三天内回复",
    }
    first, answer = found["暖气不热，室温只有十四度"], found["我家也是，物业不管"]
    assert (first.id, first.url) == (post_id("isso", str(cold)), f"{isso.site}{isso.page}#isso-{cold}")
    assert (first.reactions.likes, answer.reactions.likes) == (2, 0)
    assert (first.in_reply_to, answer.in_reply_to) == (None, first.id)
    assert timedelta() <= now - answer.published_at <= 3 * MINUTE
    assert names(isso, crawled) == []


def test_comments_in_the_interface_can_answer_the_article_that_another_source_reads(
    isso: Isso, site: Site, now: datetime
) -> None:
    talk(isso)
    site.pages["/list"] = f"<li><a href={isso.page}>供热公告</a></li>"
    site.pages[isso.page] = ARTICLE
    news = source("news", site.url("/list"), "list", read={"entry": "li", "article": {"title": "h1", "text": "p"}})
    row = interface(isso, replies_to="news", reply_template=f"{isso.site}{isso.page}")
    crawled = crawl([row, news], [isso.url.removeprefix("http://"), site.host], now=now)
    (article,) = crawled.found["news"]
    found = by_text(crawled, "isso")
    assert found["楼道里管子在漏水"].in_reply_to == article.id
    assert found["我家也是，物业不管"].in_reply_to == found["暖气不热，室温只有十四度"].id


def test_the_latest_comments_of_the_whole_site_are_read_with_the_page_that_each_stands_on(
    isso: Isso, now: datetime
) -> None:
    cold, agreed, _ = talk(isso)
    row = source(
        "latest",
        f"{isso.url}/latest?limit=4",
        "json",
        read={
            **{key: JSON[key] for key in ("id", "text", "published", "reactions")},
            "items": "",
            "reply_to": "parent",
            "link_template": f"{isso.site}{{uri}}#isso-{{id}}",
        },
    )
    crawled = read(isso, row, now)
    answer = by_text(crawled, "latest")["我家也是，物业不管"]
    assert (answer.url, answer.in_reply_to) == (
        f"{isso.site}{isso.page}#isso-{agreed}",
        post_id("latest", str(cold)),
    )
    assert names(isso, crawled) == []


def test_a_new_an_edited_and_a_removed_comment_are_noticed_in_the_interface(isso: Isso, now: datetime) -> None:
    cold, agreed, pipes = talk(isso)
    row = interface(isso, complete=True)
    before = read(isso, row, now)
    isso.edit(cold, "暖气不热，今天只有十二度")
    isso.delete(agreed)
    isso.delete(pipes)
    isso.comment("维修的人来过了")
    after = read(isso, row, now + MINUTE, before.pages["isso"])
    found = by_text(after, "isso")
    assert set(found) == {"暖气不热，今天只有十二度", "打了热线说三天内回复", "维修的人来过了"}
    assert found["暖气不热，今天只有十二度"].id == by_text(before, "isso")["暖气不热，室温只有十四度"].id
    (whole,) = after.whole["isso"]
    gone = {post_id("isso", str(agreed)), post_id("isso", str(pipes))}
    assert (whole.root, set(whole.ids)) == (None, {found.id for found in after.found["isso"]})
    assert gone == {found.id for found in before.found["isso"]} - set(whole.ids)
    assert names(isso, after) == []


def test_a_removed_comment_that_was_answered_leaves_its_answer_and_a_word_that_it_was_left_out(
    isso: Isso, now: datetime
) -> None:
    cold, _, _ = talk(isso)
    isso.delete(cold)
    crawled = read(isso, interface(isso), now)
    assert by_text(crawled, "isso")["我家也是，物业不管"].in_reply_to == post_id("isso", str(cold))
    assert crawled.done["isso"].dropped == {"取不到正文": 1}


def test_the_comments_of_the_feed_answer_the_article_or_one_another(isso: Isso, now: datetime) -> None:
    cold, _, _ = talk(isso)
    crawled = read(isso, feed(isso), now)
    assert crawled.said("feed") == ("ok", None)
    found = by_text(crawled, "feed")
    first, answer = found["暖气不热，室温只有十四度"], found["我家也是，物业不管"]
    assert (first.url, first.title) == (f"{isso.site}{isso.page}#isso-{cold}", None)
    assert first.in_reply_to == post_id("news", f"{isso.site}{isso.page}")
    assert (answer.in_reply_to, answer.flags) == (first.id, ())
    assert names(isso, crawled) == []


def test_a_new_comment_is_found_in_the_feed_at_the_next_crawl(isso: Isso, now: datetime) -> None:
    talk(isso)
    before = read(isso, feed(isso), now)
    assert read(isso, feed(isso), now, before.pages["feed"]).said("feed") == ("unchanged", None)
    isso.comment("维修的人来过了")
    after = read(isso, feed(isso), now + MINUTE, before.pages["feed"])
    assert "维修的人来过了" in after.texts("feed")


def test_what_the_feed_says_has_not_changed_is_read_all_the_same_within_the_hour_and_at_once_from_then_on(
    isso: Isso, now: datetime
) -> None:
    cold, agreed, _ = talk(isso)
    first = read(isso, feed(isso), now)
    # An answer to an older comment, an edited and a removed one leave the feed's ETag as it was.
    isso.comment("第三天了还是不热", answers=cold)
    isso.edit(cold, "暖气不热，今天只有十二度")
    isso.delete(agreed)
    soon = read(isso, feed(isso), now + 59 * MINUTE, first.pages["feed"])
    assert soon.said("feed") == ("unchanged", None)
    known = [*first.pages["feed"], *soon.pages["feed"]]
    later = read(isso, feed(isso), now + 61 * MINUTE, known)
    assert set(later.texts("feed")) == {
        "第三天了还是不热",
        "暖气不热，今天只有十二度",
        "楼道里管子在漏水",
        "打了热线说三天内回复",
    }
    edited = by_text(later, "feed")["暖气不热，今天只有十二度"]
    assert edited.id == by_text(first, "feed")["暖气不热，室温只有十四度"].id
    isso.comment("今天热了", answers=cold)
    at_once = read(isso, feed(isso), now + 62 * MINUTE, later.pages["feed"])
    assert "今天热了" in at_once.texts("feed")


def test_a_page_without_comments_is_no_failure(isso: Isso, now: datetime) -> None:
    assert read(isso, interface(isso), now).said("isso") == ("empty", None)
    assert read(isso, feed(isso), now).said("feed") == ("empty", None)
