"""kill -9 in the middle of a crawl, of the crawl or of what collects: in the end every post is there exactly once."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from crawlers.settings import CrawlSettings
from crawlers.sources import Source
from pipeline.collect import collect_due
from pipeline.patrols import Collecting
from storage.posts import Change
from storage.store import Store
from tests.crawlers.crawling import NOON, page_list, source
from tests.crawlers.site import Answer, Site, serving

ARTICLES = 300
HOUR = timedelta(hours=1)


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as started:
        yield started


def three_hundred(site: Site) -> Source:
    """A list of three hundred articles; its row."""
    site.pages["/list"] = "".join(f"<li><a href=/a/{n}>x</a></li>" for n in range(ARTICLES))
    site.pages.update({f"/a/{n}": f"<h1>题{n}</h1><p>第{n}篇的正文</p>" for n in range(ARTICLES)})
    return page_list("a", site.url("/list"), max_pages=1000, interval_seconds=60)


def collect(store: Store, site: Site, row: Source, at: datetime) -> str:
    """Collect the source in this process; the outcome."""
    settings = CrawlSettings(allow_private_hosts=(site.host,), delay_seconds=0)
    (patrol,) = collect_due(Collecting(store, settings, timedelta(days=180), lambda: at), [row])
    return patrol.outcome


def collect_and_kill_the_crawl(store: Store, site: Site, row: Source, at: datetime, deadly: str) -> str:
    """Collect the source in this process; its crawl is killed when it asks for the page `deadly`. The outcome."""
    page = site.pages[deadly]

    def kill(path: str) -> Answer:
        for child in children():
            os.kill(child, signal.SIGKILL)
        return Answer("来不及了")

    site.pages[deadly] = kill
    outcome = collect(store, site, row, at)
    site.pages[deadly] = page
    return outcome


def children() -> list[int]:
    """The crawls that the main thread has started and that still run."""
    pids = [int(pid) for pid in Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()]
    return [pid for pid in pids if b"crawlers.run" in Path(f"/proc/{pid}/cmdline").read_bytes()]


def collect_and_die(store: Store, site: Site, row: Source, at: datetime, posts: int) -> None:
    """Collect the source in a process of its own and kill that once it has stored so many posts."""
    told = {"store": store.url, "host": site.host, "row": row.row, "now": at.isoformat()}
    process = subprocess.Popen([sys.executable, "-m", "tests.pipeline.collecting", json.dumps(told)])
    try:
        pause = threading.Event()
        for _ in range(6000):
            if stored(store) >= posts:
                break
            assert process.poll() is None, "it ended before it could be killed"
            pause.wait(0.005)
    finally:
        process.kill()
        process.wait(60)


def stored(store: Store) -> int:
    with store.reading() as t:
        return t.posts.count()


def assert_each_once(store: Store, texts: set[str]) -> None:
    """Every text is stored, no other, and each waits to be judged exactly once."""
    with store.reading() as t:
        posts = t.posts.newest(10_000)
        waiting = Counter((entry.post_id, entry.change) for entry in t.posts.waiting(10_000))
    assert Counter(post.text for post in posts) == Counter(texts)
    assert waiting == Counter({(post.id, Change.NEW): 1 for post in posts})
    assert {post.version for post in posts} == {1}


def test_a_crawl_killed_in_the_middle_of_three_hundred_pages_loses_none_and_repeats_none(store: Store, site: Site):
    row = three_hundred(site)
    assert collect_and_kill_the_crawl(store, site, row, NOON, "/a/150") == "crashed"
    begun = stored(store)
    assert 0 < begun < ARTICLES
    assert collect(store, site, row, NOON + HOUR) == "ok"
    assert_each_once(store, {f"第{n}篇的正文" for n in range(ARTICLES)})


def test_a_collecting_process_killed_again_and_again_in_a_list_of_three_hundred_pages_loses_none_and_repeats_none(
    store: Store, site: Site
):
    row = three_hundred(site)
    for attempt in (1, 2):
        collect_and_die(store, site, row, NOON + attempt * HOUR, posts=100 * attempt)
        assert 100 * attempt <= stored(store) < ARTICLES
    assert collect(store, site, row, NOON + 3 * HOUR) == "ok"
    assert_each_once(store, {f"第{n}篇的正文" for n in range(ARTICLES)})
    site.asked.clear()
    assert collect(store, site, row, NOON + 4 * HOUR) == "unchanged"
    assert len(site.paths()) == ARTICLES + 1


@pytest.mark.parametrize("victim", ["crawl", "collecting process"])
def test_what_came_while_paging_from_new_to_old_was_cut_short_is_found_though_more_has_come_since(
    store: Store, site: Site, victim: str
):
    paged = {"items": "list", "id": "id", "text": "text", "published": "at", "page_parameter": "page", "pages": 100}
    slowly = {"interval_seconds": 60, "overlap_seconds": 0, "delay_seconds": 0.05}
    row = source("a", site.url("/api"), "json", read=paged, **slowly)

    def show(number: int, newest: datetime) -> None:
        """An API with that many items, a minute apart, ten a page."""
        entries = [
            {"id": n, "text": f"第{n}条", "at": (newest - timedelta(minutes=number - n)).isoformat()}
            for n in range(number, 0, -1)
        ]
        for page in range(1, number // 10 + 2):
            shown = Answer(json.dumps({"list": entries[10 * page - 10 : 10 * page]}), content_type="application/json")
            site.pages[f"/api?page={page}" if page > 1 else "/api"] = shown

    show(100, NOON)
    assert collect(store, site, row, NOON) == "ok"
    show(400, NOON + 5 * HOUR)
    if victim == "crawl":
        assert collect_and_kill_the_crawl(store, site, row, NOON + 5 * HOUR, "/api?page=20") == "crashed"
    else:
        collect_and_die(store, site, row, NOON + 5 * HOUR, posts=200)
    assert 100 < stored(store) < 400
    show(430, NOON + 6 * HOUR)
    assert collect(store, site, row, NOON + 6 * HOUR) == "ok"
    assert stored(store) == 430
    site.asked.clear()
    assert collect(store, site, row, NOON + 7 * HOUR) == "ok"
    assert len(site.paths()) == 1
