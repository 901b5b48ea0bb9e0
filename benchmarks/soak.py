"""A thousand crawls one after another leave memory, descriptors and threads as they were; 200 idle sources cost little."""

from __future__ import annotations

import argparse
import gc
import json
import os
import re
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from benchmarks._bad_inputs import row
from benchmarks._process import process
from benchmarks._sending import until
from benchmarks._stores import NOON
from crawlers.jobs import Event, Job
from crawlers.processes import run_crawl
from crawlers.settings import CrawlSettings
from crawlers.sources import Source, source_from
from pipeline.collect import Collector
from pipeline.patrols import Collecting
from storage.store import Store

CRAWLS, QUICK_CRAWLS = 1000, 16
WARM_UP, QUICK_WARM_UP = 20, 3
MOST_MB = 5.0
MOST_DESCRIPTORS = 2
"""How many more may be open at the end: the store's pool opens a connection when it first needs one more."""
TIRING_EVERY = 8
"""Each crawl of so many is killed, by a page that keeps it busy for too long."""

SOURCES = 200
INTERVAL = timedelta(minutes=10)
QUICK_MINUTES, MINUTES = 4, 30
MOST_OF_A_CORE = 0.05
POLL = timedelta(seconds=1)

_KEEP = timedelta(days=180)
_LEAK_BYTES = 400_000


class MovedClock:
    """A clock that stands until it is moved."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self) -> datetime:
        """The moment that it shows."""
        return self.at


class Leak:
    """A crawl that keeps what it should let go."""

    def __init__(self) -> None:
        self._kept: list[tuple[int, bytes]] = []

    def __call__(self, job: Job) -> Iterator[Event]:
        """The events of a crawl."""
        self._kept.append((os.open(os.devnull, os.O_RDONLY), os.urandom(_LEAK_BYTES)))
        return run_crawl(job)


def main(argv: list[str]) -> int:
    """Crawl in real subprocesses, on a clock that is moved; with --mutant every crawl leaks a little."""
    parser = argparse.ArgumentParser(prog="soak", description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--mutant", action="store_true")
    chosen = parser.parse_args(argv)
    crawls, warm_up, minutes = (
        (QUICK_CRAWLS, QUICK_WARM_UP, QUICK_MINUTES) if chosen.quick else (CRAWLS, WARM_UP, MINUTES)
    )
    with process("benchmarks._small_sites") as port:
        found = soaked(port, crawls, warm_up, Leak() if chosen.mutant else run_crawl)
        cost = idle(port, minutes)
    broken = (
        found["memory_growth_mb"] > MOST_MB
        or found["descriptors_growth"] > MOST_DESCRIPTORS
        or found["threads_growth"] > 0
        or found["children_left"] > 0
        or found["posts"] < crawls
        or cost["share_of_a_core"] > MOST_OF_A_CORE
        or cost["unread"] > 0
    )
    print(json.dumps({"benchmark": "soak", "mutant": chosen.mutant, "broken": broken, **found, "idle": cost}))
    return 1 if broken else 0


def soaked(port: str, crawls: int, warm_up: int, crawl: Callable[[Job], Iterator[Event]]) -> dict[str, Any]:
    """How much more this process uses after the last crawl than after the warming up."""
    host = f"127.0.0.1:{port}"
    others = _children()  # the sites, and whatever else this process had started before
    sources = [
        _quiet(row("new", f"http://{host}/new", "feed")),
        _quiet(row("same", f"http://{host}/same", "feed")),
        _quiet(row("absent", f"http://{host}/absent", "feed")),
        _quiet(row("refused", "http://127.0.0.1:9/", "feed")),
        _quiet(row("tiring", f"http://{host}/tiring", "list", entry="li")),
    ]
    settings = CrawlSettings(allow_private_hosts=(host, "127.0.0.1:9"), delay_seconds=0, reading_seconds=1)
    clock = MovedClock(NOON)
    with _store() as store:
        collector = Collector(Collecting(store, settings, _KEEP, clock, crawl=crawl), lambda: sources)
        used: list[tuple[float, int, int]] = []
        for number in range(warm_up + crawls):
            if number == warm_up:
                used.append(_used())
            # All but the tiring one are due: that one comes when its pause is over, or when it is its turn.
            with store.transaction() as t:
                for source in sources:
                    tired = source.id == "tiring" and number % TIRING_EVERY != 0
                    t.sources.postponed(source.id, clock.at + (INTERVAL if tired else timedelta()))
            collector.tick()
            until(lambda: not collector.busy() and _crawling() == 0)
            clock.at += INTERVAL
        used.append(_used())
        with store.reading() as t:
            posts = t.posts.count()
            killed = sum(patrol.outcome == "hung" for patrol in t.sources.patrol_log("tiring", limit=crawls + warm_up))
    (memory, descriptors, threads), (memory_then, descriptors_then, threads_then) = used
    return {
        "crawls": crawls,
        "killed": killed,
        "posts": posts,
        "memory_mb": round(memory_then, 1),
        "memory_growth_mb": round(memory_then - memory, 2),
        "descriptors": descriptors_then,
        "descriptors_growth": descriptors_then - descriptors,
        "threads_growth": threads_then - threads,
        "children_left": _children() - others,
    }


def idle(port: str, minutes: int) -> dict[str, Any]:
    """The processor time of reading sources in which nothing happens, as a share of the time that passes for them.

    They stand on as many hosts, answer "not modified" and become due one after another. The time between two looks at
    what is due passes at once; each look and each crawl is a real one.
    """
    hosts = [f"127.0.{1 + number // 100}.{1 + number % 100}:{port}" for number in range(SOURCES)]
    sources = [_quiet(row(f"s{number}", f"http://{host}/same", "feed")) for number, host in enumerate(hosts)]
    settings = CrawlSettings(allow_private_hosts=tuple(hosts), delay_seconds=0.1)
    clock = MovedClock(NOON)
    with _store() as store:
        collector = Collector(Collecting(store, settings, _KEEP, clock), lambda: sources)
        collector.tick()
        until(lambda: not collector.busy() and _crawling() == 0)
        with store.transaction() as t:
            for number, source in enumerate(sources):
                t.sources.postponed(source.id, clock.at + INTERVAL * (number / SOURCES))
        began, crawls = _processor_seconds(), 0
        end = clock.at + timedelta(minutes=minutes)
        start = clock.at
        while clock.at < end:
            clock.at += POLL
            if collector.tick():
                crawls += 1
                until(lambda: not collector.busy() and _crawling() == 0)
        spent = _processor_seconds() - began
        with store.reading() as t:
            log = t.sources.patrol_log(since=start + timedelta(microseconds=1), limit=100_000)
        read = sum(patrol.outcome == "unchanged" for patrol in log)
    return {
        "sources": SOURCES,
        "simulated_minutes": minutes,
        "crawls": crawls,
        "read": read,
        "unread": len(log) - read,
        "processor_seconds": round(spent, 2),
        "share_of_a_core": round(spent / (minutes * 60), 4),
    }


def _quiet(source: dict[str, Any]) -> Source:
    return source_from({**source, "adaptive": False, "delay_seconds": None})


@contextmanager
def _store() -> Iterator[Store]:
    with tempfile.TemporaryDirectory(prefix="huiying-bench-") as folder:
        store = Store(f"sqlite:///{Path(folder) / 'store.db'}")
        store.migrate()
        yield store
        store.close()


def _used() -> tuple[float, int, int]:
    """Megabytes in memory, open descriptors and threads of this process."""
    gc.collect()
    found = re.search(r"^VmRSS:\s+(\d+) kB", Path("/proc/self/status").read_text(), re.MULTILINE)
    assert found is not None
    return int(found[1]) / 1024, len(os.listdir("/proc/self/fd")), threading.active_count()


def _children() -> int:
    """The processes that this one has started and not waited for, dead ones too."""
    return sum(len(task.read_text().split()) for task in Path("/proc/self/task").glob("*/children"))


def _crawling() -> int:
    """The threads that read sources."""
    return sum(thread.name == "crawl" for thread in threading.enumerate())


def _processor_seconds() -> float:
    """What this process and the crawls that have ended have used."""
    spent = os.times()
    return spent.user + spent.system + spent.children_user + spent.children_system
