"""The search of a real WordPress, asked by a row alone."""

from __future__ import annotations

from collections.abc import Sequence

from crawlers.jobs import Done, Found, Job
from crawlers.processes import run_crawl
from crawlers.settings import CrawlSettings
from tests.crawlers.crawling import NOON, source
from tests.servers.wordpress import PEOPLE, WordPress

READ = {
    "entry": "main li.wp-block-post",
    "link": "h2 a@href",
    "nothing": "nothing matched your search terms",
    "article": {"title": "h1.wp-block-post-title", "text": "div.wp-block-post-content", "published": "time@datetime"},
}
PARKING = "<p>小区停车费下月起从一百五十元调整为三百元，物业称已在楼道张贴公示，业主表示没有见过。</p>"
HEATING = "<p>今年供热期延长至四月十五日，费用按月收取，各小区换热站已于昨日全部注水。</p>"


def asked(wordpress: WordPress, queries: Sequence[str]) -> tuple[list[Found], Done]:
    row = source("search", f"{wordpress.url}/?s={{query}}", "search", channel="news", read=READ)
    limits = CrawlSettings(allow_private_hosts=(wordpress.host,), delay_seconds=0)
    events = list(run_crawl(Job(NOON, limits, [row], queries={"search": queries})))
    (done,) = [event for event in events if isinstance(event, Done)]
    return [event for event in events if isinstance(event, Found)], done


def test_what_the_search_finds_is_read_and_nothing_else(wordpress: WordPress) -> None:
    wordpress.post("停车费要翻倍", PARKING, "2026-10-20 02:00:00")
    wordpress.post("供热延长半个月", HEATING, "2026-10-21 02:00:00")
    found, done = asked(wordpress, ["停车费", "地铁"])
    (post,) = found
    assert (done.outcome.value, post.title) == ("ok", "停车费要翻倍")
    assert (post.text.startswith("小区停车费下月起"), post.flags) == (True, ())
    assert [name for name in PEOPLE if name in repr(found)] == []


def test_a_search_that_finds_nothing_was_read_all_the_same(wordpress: WordPress) -> None:
    wordpress.post("供热延长半个月", HEATING, "2026-10-21 02:00:00")
    found, done = asked(wordpress, ["地铁"])
    assert (found, done.outcome.value, done.detail) == ([], "empty", None)
