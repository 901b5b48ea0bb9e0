"""The 45 bad inputs (CASES.md): each comes to its outcome, and none of them keeps a sound source from being read."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from benchmarks._bad_inputs import BadInput, Seen, feed, inputs, seen_in, served
from benchmarks._raw_server import RawServer, http
from crawlers.settings import CrawlSettings
from huiying.clock import SystemClock
from pipeline.collect import collect_due
from pipeline.patrols import Collecting
from storage.store import Store
from tests.crawlers.crawling import source

with RawServer({}) as _nobody:
    NAMES = [case.name for case in inputs(_nobody)]
TIMEOUT = 3.0


@dataclass(frozen=True)
class Crawl:
    """One crawl of all bad inputs beside a sound source."""

    cases: dict[str, BadInput]
    seen: dict[str, Seen]
    sound: Seen
    canary: RawServer


@pytest.fixture(scope="module")
def crawl(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawl]:
    folder: Path = tmp_path_factory.mktemp("bad")
    store = Store(f"sqlite:///{folder / 'store.db'}")
    store.migrate()
    with ExitStack() as open_servers, RawServer({}) as canary:
        cases = {case.name: case for case in inputs(canary)}
        sites = {name: open_servers.enter_context(served(case, name)) for name, case in cases.items()}
        sound = open_servers.enter_context(RawServer({"/feed": http(feed("水来了，谢谢大家").encode())}))
        hosts = (*(server.host for _, server in sites.values()), sound.host, "127.0.0.1:9")
        settings = CrawlSettings(allow_private_hosts=hosts, delay_seconds=0, timeout_seconds=TIMEOUT)
        rows = [row for row, _ in sites.values()]
        collecting = Collecting(store, settings, timedelta(days=180), SystemClock().now)
        collect_due(collecting, [*rows, source("sound", f"{sound.address}/feed")])
        seen = {name: seen_in(store, name, server) for name, (_, server) in sites.items()}
        yield Crawl(cases, seen, seen_in(store, "sound", sound), canary)
    store.close()


@pytest.mark.parametrize("name", NAMES)
def test_a_bad_input_comes_to_its_outcome(crawl: Crawl, name: str) -> None:
    assert crawl.cases[name].faults(crawl.seen[name]) == []


def test_all_45_are_there() -> None:
    with RawServer({}) as canary:
        assert {case.number for case in inputs(canary)} == set(range(1, 46))


def test_a_sound_source_is_read_beside_them_before_the_slow_ones_are_given_up(crawl: Crawl) -> None:
    assert [post.text for post in crawl.sound.posts] == ["水来了，谢谢大家"]
    assert crawl.sound.patrol.ended_at < crawl.seen["slow_drip"].patrol.ended_at
    assert crawl.sound.patrol.ended_at < crawl.seen["never_answers"].patrol.ended_at


def test_an_inner_server_is_asked_nothing(crawl: Crawl) -> None:
    assert crawl.canary.asked == []
