"""Two `huiying crawl` at one store read each source once, keep every site's pace together, and take up a dead one's sources."""

from __future__ import annotations

import json
import signal
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import pairwise
from pathlib import Path

import pytest
from sqlalchemy import update

from huiying.clock import SystemClock
from storage.store import Store
from storage.tables import lease, source_state
from tests.crawlers.site import Answer, Site, serving
from tests.huiying.commands.alone import prepared_in, started
from tests.huiying.waiting import until
from tests.storage.conftest import DATABASES
from tests.storage.making import NOON

HOSTS = 4
DELAY = 0.4
DOOR = 0.15
"""So long a request may stand at a busy server's door before it is noted."""


@pytest.fixture
def sites() -> Iterator[list[Site]]:
    """Sites on hosts of their own, each with two lists of one article."""
    with ExitStack() as stack:
        found = [stack.enter_context(serving(address=f"127.0.0.{11 + number}")) for number in range(HOSTS)]
        for site in found:
            for part in "ab":
                site.pages[f"/{part}"] = f"<li><a href=/{part}/1>x</a></li>"
                site.pages[f"/{part}/1"] = f"<h1>题</h1><p>{part}停水</p>"
        yield found


def rows_of(sites: list[Site]) -> dict[str, dict[str, object]]:
    """The rows of the sources of these sites."""
    shared = {"kind": "list", "channel": "news", "interval_seconds": 3600, "delay_seconds": DELAY}
    read = {"entry": "li", "article": {"title": "h1", "text": "p"}}
    return {
        (name := f"{part}{number}"): {"id": name, "name": name, "url": site.url(f"/{part}"), "read": read, **shared}
        for number, site in enumerate(sites)
        for part in "ab"
    }


class Crawlers:
    """Two `huiying crawl` at one store, and what they have read."""

    def __init__(self, folder: Path, store: Store, sites: list[Site]) -> None:
        crawl = {"allow_private_hosts": [site.host for site in sites], "poll_seconds": 0.2, "delay_seconds": DELAY}
        file = prepared_in(folder, f"database: {{url: '{store.url}'}}\ncrawl: {json.dumps(crawl)}\n")
        self._logs = folder / "data" / "logs"
        self._store = store
        self._outputs = [folder / f"{number}.out" for number in range(2)]
        self.running = [started(file, "crawl", output=output) for output in self._outputs]

    def here(self) -> int:
        """How many of them have said that they are there."""
        return len(self._holders("crawl:here:"))

    def holders(self, host: str) -> list[str]:
        """The names of those who have the host in hand."""
        return [holder.partition(":")[0] for holder in self._holders(f"crawl:host:{host}")]

    def _holders(self, prefix: str) -> list[str]:
        with self._store.reading() as t:
            return [one.holder for one in t.leases.holders(prefix, t.leases.now(SystemClock().now()))]

    def add(self, rows: dict[str, dict[str, object]]) -> None:
        """Let there be these sources, from one moment on."""
        with self._store.transaction() as t:
            for name, row in rows.items():
                t.source_rows.put(name, row, NOON, "周管理")

    def patrols(self) -> list[str]:
        """What was read well, once for each time."""
        with self._store.reading() as t:
            return sorted(one.source for one in t.sources.patrol_log() if one.outcome == "ok")

    def read_by(self) -> dict[str, int]:
        """How many sources each has begun to read."""
        counts: dict[str, int] = {}
        for log in self._logs.glob("crawl*.jsonl"):
            lines = [json.loads(line) for line in log.read_text("utf-8").splitlines()]
            counts[log.stem] = sum(line["sources"] for line in lines if line["event"] == "reading")
        return counts

    def process(self, name: str) -> subprocess.Popen[bytes]:
        """The one that bears this name."""
        named = [output.read_text("utf-8").partition("（")[2].partition("）")[0] for output in self._outputs]
        return self.running[named.index(name)]


@pytest.fixture
def crawlers(tmp_path: Path, store: Store, sites: list[Site]) -> Iterator[Crawlers]:
    begun = Crawlers(tmp_path, store, sites)
    yield begun
    for process in begun.running:
        process.kill()
        process.wait(60)


@pytest.mark.parametrize("store", DATABASES[1:], indirect=True)
def test_two_crawlers_share_the_hosts_keep_their_pace_and_take_up_what_a_dead_one_leaves(
    crawlers: Crawlers, store: Store, sites: list[Site]
):
    late = rows_of(sites[:1])["a0"]
    sites[0].pages["/late"] = Answer("<li>", drip_seconds=0.5)
    assert until(lambda: crawlers.here() == 2, 60)
    rows = rows_of(sites)
    crawlers.add(rows)
    assert until(lambda: len(crawlers.patrols()) >= len(rows), 60)
    assert crawlers.patrols() == sorted(rows), "each once"
    assert sorted(crawlers.read_by()) == ["crawl", "crawl-2"]
    assert sum(crawlers.read_by().values()) == len(rows)
    assert min(crawlers.read_by().values()) >= 2
    for site in sites:
        assert len(site.paths()) == 4
        assert min(later - earlier for earlier, later in pairwise(sorted(at for at, *_ in site.asked))) >= DELAY - DOOR

    crawlers.add({"late": {**late, "id": "late", "url": sites[0].url("/late")}})
    assert until(lambda: "/late" in sites[0].paths(), 20)
    (name,) = crawlers.holders("127.0.0.11")
    dead = crawlers.process(name)
    dead.send_signal(signal.SIGKILL)
    dead.wait(10)
    assert crawlers.holders("127.0.0.11") == [name], "nobody takes it before the lease runs out"
    sites[0].pages["/late"] = sites[0].pages["/a"]
    with store.transaction() as t:
        # Half a minute goes by.
        t.connection.execute(update(lease).where(lease.c.holder.startswith(name + ":")).values(until=NOON))
        t.connection.execute(update(source_state).where(source_state.c.source == "late").values(next_due_at=NOON))
    assert until(lambda: "late" in crawlers.patrols(), 20)
    assert len(crawlers.patrols()) == len(rows) + 1
