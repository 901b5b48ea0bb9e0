"""Previews from the desk: by administrators alone, one at a time each, bounded, masked, and stored nowhere."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from crawlers.jobs import Done, Ended, Event, Found, Job
from crawlers.outcomes import Outcome
from crawlers.processes import run_crawl
from crawlers.settings import CrawlSettings
from pipeline.acts import Actor
from pipeline.previews import SECONDS, Look, Previews
from pipeline.refusals import Refused
from pipeline.sources import LiveSources
from records.posts import Reactions
from records.words import Role
from storage.store import Store
from tests.crawlers.site import Answer, serving
from tests.huiying.waiting import until

NOON = datetime(2026, 11, 3, 4, 0, tzinfo=UTC)
ADMIN = Actor("周管理", Role.ADMIN)
ROW: dict[str, Any] = {"id": "bbs", "name": "论坛", "kind": "feed", "channel": "forum", "url": "https://8.8.8.8/rss"}
IN_FILE = {"id": "hotline", "name": "热线", "kind": "file", "channel": "hotline", "read": {"folder": "/srv/hotline"}}


class Crawl:
    """A crawl that waits until it is let go."""

    def __init__(self) -> None:
        self.go = threading.Event()
        self.jobs: list[Job] = []

    def __call__(self, job: Job) -> Iterator[Event]:
        self.jobs.append(job)
        assert self.go.wait(20)
        (source,) = job.sources
        yield Found(source.id, "1", "forum", None, None, "请打13912345678", NOON, Reactions(), None, ())
        yield Done(source.id, Outcome.OK, 1, 1, {}, {}, None, None)
        yield Ended(None)


@pytest.fixture
def live(store: Store, tmp_path: Path) -> LiveSources:
    file = tmp_path / "sources.yaml"
    file.write_text(yaml.safe_dump({"sources": [IN_FILE]}, allow_unicode=True), encoding="utf-8")
    return LiveSources(store, file)


def previews(live: LiveSources, crawl: Any, **settings: Any) -> Previews:
    return Previews(live, CrawlSettings(**settings), lambda: NOON, crawl)


def finished(of: Previews, username: str = "admin") -> Look:
    assert until(lambda: (look := of.of(username)) is not None and not look.under_way, 60)
    look = of.of(username)
    assert look is not None
    return look


def audited(live: LiveSources) -> list[tuple[str, str, bool]]:
    with live.store.reading() as t:
        return [(entry.act, entry.subject, entry.allowed) for entry in reversed(t.audit.newest(20))]


def test_a_preview_runs_beside_and_shows_what_came_masked(live: LiveSources) -> None:
    crawl = Crawl()
    reading = previews(live, crawl)
    assert reading.of("admin") is None
    reading.start(ROW, ADMIN, "admin", NOON)
    under_way = reading.of("admin")
    assert under_way is not None
    assert under_way.under_way
    crawl.go.set()
    came = finished(reading).came
    assert came is not None
    assert came.outcome is Outcome.OK
    assert "13912345678" not in came.posts[0].text
    assert audited(live) == [("source_previewed", "bbs", True)]
    with live.store.reading() as t:
        assert t.posts.newest(10) == []
        assert t.sources.states() == {}


def test_one_at_a_time_for_a_person_and_a_double_click_starts_one(live: LiveSources) -> None:
    crawl = Crawl()
    reading = previews(live, crawl)
    reading.start(ROW, ADMIN, "admin", NOON)
    reading.start(ROW, ADMIN, "admin", NOON)
    with pytest.raises(Refused, match="上一次试采（论坛）还没有结束"):
        reading.start({**ROW, "id": "other"}, ADMIN, "admin", NOON)
    reading.start({**ROW, "id": "other"}, ADMIN, "second", NOON)
    crawl.go.set()
    finished(reading)
    finished(reading, "second")
    assert len(crawl.jobs) == 2
    reading.start({**ROW, "id": "other"}, ADMIN, "admin", NOON)
    assert finished(reading).source.id == "other"


def test_a_preview_is_bounded_in_time_and_pages(live: LiveSources) -> None:
    crawl = Crawl()
    crawl.go.set()
    reading = previews(live, crawl, run_seconds=300)
    reading.start({**ROW, "max_pages": 500}, ADMIN, "admin", NOON)
    finished(reading)
    assert crawl.jobs[0].settings.run_seconds == SECONDS
    assert crawl.jobs[0].sources[0].max_pages == 10


def test_a_preview_that_fails_says_so_and_the_next_may_start(live: LiveSources) -> None:
    def crawl(job: Job) -> Iterator[Event]:
        raise OSError("no process")
        yield

    reading = previews(live, crawl)
    reading.start(ROW, ADMIN, "admin", NOON)
    assert finished(reading).fault == "试采时程序出错（OSError），请联系技术人员"
    reading.start(ROW, ADMIN, "admin", NOON)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMIN])
def test_nobody_but_an_administrator_starts_a_crawl_and_the_try_is_audited(live: LiveSources, role: Role) -> None:
    crawl = Crawl()
    reading = previews(live, crawl)
    with pytest.raises(Refused, match="没有权限管理采集源"):
        reading.start(ROW, Actor("赵敏", role), "zhaomin", NOON)
    assert crawl.jobs == []
    assert reading.of("zhaomin") is None
    assert audited(live) == [("source_previewed", "bbs", False)]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"kind": "inbound", "url": None}, "推送源不能试采"),
        ({"url": "file:///etc/passwd"}, "“url”应为 http"),
        ({"kind": "file", "url": None, "read": {"folder": "/etc"}}, "只能读数据目录下 inbox 里的文件夹"),
        ({"kind": "file", "url": None, "read": {"folder": "inbox/../logs"}}, "路径里不能有"),
    ],
)
def test_what_cannot_be_previewed_is_refused(live: LiveSources, changes: dict[str, Any], said: str) -> None:
    with pytest.raises(Refused, match=said):
        previews(live, Crawl()).start({**ROW, **changes}, ADMIN, "admin", NOON)


@pytest.mark.parametrize("row", [IN_FILE, {**IN_FILE, "id": "new", "read": {"folder": "inbox/12345"}}])
def test_a_folder_of_the_sources_file_or_of_the_inbox_may_be_previewed(live: LiveSources, row: dict[str, Any]) -> None:
    crawl = Crawl()
    crawl.go.set()
    reading = previews(live, crawl)
    reading.start(row, ADMIN, "admin", NOON)
    assert finished(reading).fault is None


def test_a_preview_of_an_inner_address_sends_nothing_there(live: LiveSources) -> None:
    with serving() as site:
        site.pages["/rss"] = Answer("<rss></rss>")
        reading = previews(live, run_crawl)
        reading.start({**ROW, "url": site.url("/rss")}, ADMIN, "admin", NOON)
        came = finished(reading).came
        assert came is not None
        assert came.outcome is Outcome.PRIVATE_ADDRESS
        assert site.asked == []
