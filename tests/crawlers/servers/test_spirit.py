"""A real Spirit forum, read by rows alone: topics, replies over pages, what is edited and removed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from crawlers.jobs import Done, Job, KnownPage
from crawlers.processes import run_crawl
from crawlers.reading import post_id
from crawlers.settings import CrawlSettings
from crawlers.sources import Source
from huiying.clock import SystemClock
from tests.crawlers.crawling import Crawled, crawl, source
from tests.servers import spirit as spirit_server
from tests.servers.environments import NotInstalled
from tests.servers.spirit import PEOPLE, Spirit

MINUTE = timedelta(minutes=1)
READ: dict[str, Any] = {
    "thread": "div.layout__topics__topic",
    "link": "a.topic__link@href",
    "mark": "div.topic__comments",
    "active": "div.topic__date@title",
    "next": "ul.paginator a:has(i.fa-chevron-right)@href",
    "title": "h1.headline",
    "post": "div.comments_list__comment",
    "anchor": "@data-pk",
    "text": "div.comment__text",
    "published": "ul.comment__info__date li[title]@title",
    "drop": ["blockquote", "a.comment-mention"],
    "next_posts": "div.comments__footer_menu ul.paginator a:has(i.fa-chevron-right)@href",
}


@pytest.fixture(scope="module")
def spirit() -> Iterator[Spirit]:
    """A running forum."""
    try:
        python = spirit_server.interpreter()
    except NotInstalled as reason:
        pytest.skip(f"Spirit: {reason}")
    with spirit_server.running(python) as started:
        yield started


@pytest.fixture
def forum(spirit: Spirit, request: pytest.FixtureRequest) -> Source:
    """The row of a category of its own, named after the test."""
    return source("bbs", spirit.category(request.node.name), "thread", read=READ)


@pytest.fixture
def now() -> datetime:
    """The present: the forum dates its posts by it, to the minute."""
    return SystemClock().now() + MINUTE


def read(spirit: Spirit, row: Source, now: datetime, *earlier: Crawled) -> Crawled:
    known: dict[str, KnownPage] = {}
    for crawled in earlier:
        known.update({page.page: page for page in crawled.pages[row.id]})
    return crawl([row], [spirit.host], {row.id: list(known.values())}, now=now)


def talk(spirit: Spirit, name: str) -> tuple[int, str, list[int]]:
    """A topic with twenty-five posts, over two pages: its number and address, and the numbers of the posts."""
    topic, url = spirit.topic(name, "停车费 翻倍")
    posts = [spirit.say(topic, "小区停车费从**150**涨到300，公示都没有")]
    quote = "> @zhoutie88, [说](/comment/1/find/)\n> 小区停车费从150涨到300\n\n@zhoutie88 我们楼也没人交"
    posts.append(spirit.say(topic, quote, second=True))
    posts += [spirit.say(topic, f"第{number}个说不交的", second=number % 2 == 0) for number in range(3, 26)]
    return topic, url, posts


def names(crawled: Crawled) -> list[str]:
    """What of those who wrote is in anything that was handed on."""
    return [name for name in PEOPLE if name in repr(crawled)]


def test_a_topic_is_read_with_all_its_replies_over_pages_and_nobodys_name(
    spirit: Spirit, forum: Source, now: datetime, request: pytest.FixtureRequest
) -> None:
    _, url, posts = talk(spirit, request.node.name)
    crawled = read(spirit, forum, now)
    assert crawled.said("bbs") == ("ok", None)
    first, answer, *rest = crawled.found["bbs"]
    assert (first.id, first.url, first.title) == (post_id("bbs", url), url, "停车费 翻倍")
    assert first.text == "小区停车费从150涨到300，公示都没有"
    assert (answer.text, answer.url) == ("我们楼也没人交", f"{url}#{posts[1]}")
    assert {found.in_reply_to for found in (answer, *rest)} == {first.id}
    assert [found.text for found in rest] == [f"第{number}个说不交的" for number in range(3, 26)]
    assert all(timedelta() <= now - found.published_at <= 3 * MINUTE for found in crawled.found["bbs"])
    assert {flag for found in crawled.found["bbs"] for flag in found.flags} == set()
    assert names(crawled) == []


def test_a_new_reply_is_found_at_the_next_crawl_and_a_topic_that_stands_still_is_not_read_again(
    spirit: Spirit, forum: Source, now: datetime, request: pytest.FixtureRequest
) -> None:
    topic, _, _ = talk(spirit, request.node.name)
    other, _ = spirit.topic(request.node.name, "供热 延长")
    spirit.say(other, "供热延长到几号")
    first = read(spirit, forum, now)
    still = read(spirit, forum, now + MINUTE, first)
    assert (still.said("bbs"), still.done["bbs"].pages) == (("unchanged", None), 1)
    spirit.say(topic, "物业终于贴了公示")
    replied = read(spirit, forum, now + 2 * MINUTE, first, still)
    assert "物业终于贴了公示" in replied.texts("bbs")
    assert "供热延长到几号" not in replied.texts("bbs")


def test_an_edited_post_keeps_its_id_and_a_removed_one_is_noticed(
    spirit: Spirit, forum: Source, now: datetime, request: pytest.FixtureRequest
) -> None:
    topic, url, posts = talk(spirit, request.node.name)
    first = read(spirit, forum, now)
    spirit.edit(posts[0], "小区停车费从150涨到300，今天补了公示")
    spirit.remove(posts[4])
    spirit.say(topic, "补了公示也不交")
    # All pages of a topic are read anew once a day.
    later = read(spirit, forum, now + timedelta(days=1), first)
    edited = next(found for found in later.found["bbs"] if found.in_reply_to is None)
    assert (edited.id, edited.text) == (post_id("bbs", url), "小区停车费从150涨到300，今天补了公示")
    (whole,) = later.whole["bbs"]
    missing = {found.id for found in first.found["bbs"]} - set(whole.ids)
    assert (whole.root, missing) == (edited.id, {post_id("bbs", f"{url}#{posts[4]}")})


def test_a_removed_topic_is_noticed_though_the_list_shows_it_no_longer(
    spirit: Spirit, forum: Source, now: datetime, request: pytest.FixtureRequest
) -> None:
    topic, url = spirit.topic(request.node.name, "停车费 翻倍")
    spirit.say(topic, "小区停车费从150涨到300")
    first = read(spirit, forum, now)
    (post,) = first.found["bbs"]
    spirit.remove_topic(topic)
    known = {"bbs": first.pages["bbs"]}
    later = crawl([forum], [spirit.host], known, now=now + timedelta(days=2), rechecks={"bbs": [(post.id, url)]})
    assert later.gone["bbs"] == [post.id]


def test_a_search_for_members_alone_is_told_from_one_that_finds_nothing(spirit: Spirit) -> None:
    row = source(
        "search",
        f"{spirit.url}/search/?q={{query}}",
        "search",
        read={"entry": "div.layout__topics__topic", "nothing": "没有搜索结果"},
    )
    limits = CrawlSettings(allow_private_hosts=(spirit.host,), delay_seconds=0)
    events = run_crawl(Job(SystemClock().now(), limits, [row], queries={"search": ["停车费"]}))
    (done,) = [event for event in events if isinstance(event, Done)]
    assert (done.outcome.value, done.detail) == ("sign_in", "搜索要求登录")
