"""Hosts are shared out among crawl workers: one asks a host at a time, with the pause in between, and a dead one's are taken up."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from queue import Queue

import pytest
from sqlalchemy import update

from crawlers.jobs import Asked, Ended, Event, Job
from crawlers.outcomes import Outcome
from crawlers.sources import Source
from pipeline.collect import Collector
from pipeline.crawl_shares import LEASE_SECONDS, CrawlShares
from storage.store import Store
from storage.tables import crawl_host, lease
from tests.crawlers.crawling import source
from tests.huiying.waiting import until
from tests.pipeline.test_collect import NOON, Clock, deps, done, log

DELAY = 2.0


def on(host: str, *names: str, **more: object) -> list[Source]:
    """Sources of that host, by these names."""
    row = {"interval_seconds": 600, "adaptive": False, "delay_seconds": DELAY, **more}
    return [source(name, f"https://{host}/{name}", **row) for name in names]


class Worker:
    """A crawl worker whose crawl says what the test says; `read` is what each crawl was to read."""

    def __init__(self, store: Store, name: str, clock: Clock, rows: list[Source]) -> None:
        self.read: list[list[str]] = []
        self._events: Queue[Event | None] = Queue()
        self._begun: Queue[list[str]] = Queue()
        self.shares = CrawlShares(store, name, clock, 1.0)
        self.collector = Collector(deps(store, clock, self._crawl), lambda: rows, shares=self.shares)

    def _crawl(self, job: Job) -> Iterator[Event]:
        self._begun.put(sorted(one.id for one in job.sources))
        while (event := self._events.get()) is not None:
            try:
                yield event
            finally:
                self._events.task_done()
        self._events.task_done()
        yield Ended(None)

    def tick(self) -> list[str]:
        """What it begins to read now."""
        return self._begun.get(timeout=20) if self.collector.tick() else []

    def hears(self, *events: Event | None) -> None:
        """Its crawl says this, and it has taken it in; None ends the crawl."""
        for event in events:
            self._events.put(event)
        assert until(lambda: not self._events.unfinished_tasks, 60), "the crawl does not take in what it says"
        if None in events:
            for thread in self.collector._crawls:
                thread.join(20)


@pytest.fixture
def clock() -> Clock:
    return Clock()


def passes(store: Store, clock: Clock, seconds: float) -> None:
    """Time goes by; that of a database, which nobody can move, stands still, and what waits for it comes nearer."""
    clock.at += timedelta(seconds=seconds)
    if store.engine.dialect.name == "postgresql":
        with store.transaction() as t:
            for table, column in ((lease, lease.c.until), (crawl_host, crawl_host.c.quiet_until)):
                rows = t.connection.execute(table.select()).all()
                for row in rows:
                    at = getattr(row, column.name)
                    if at is not None:
                        here = next(iter(table.primary_key)) == row[0]
                        sooner = {column.name: at - timedelta(seconds=seconds)}
                        t.connection.execute(update(table).where(here).values(**sooner))


def test_of_several_workers_each_takes_its_part_whole_hosts_at_a_time(store: Store, clock: Clock):
    rows = [one for host in "abcd" for one in on(f"{host}.example", f"{host}1", f"{host}2")]
    first, second = (Worker(store, name, clock, rows) for name in ("one", "two"))
    second.shares.look()
    assert first.tick() == ["a1", "a2", "b1", "b2"]
    assert second.tick() == ["c1", "c2"], "half of what is left"
    assert first.tick() == ["d1", "d2"]
    assert second.tick() == []


def test_a_worker_that_is_alone_takes_all_in_one_crawl(store: Store, clock: Clock):
    rows = on("a.example", "a") + on("b.example", "b")
    alone = Worker(store, "one", clock, rows)
    assert alone.tick() == ["a", "b"]
    alone.hears(done("a"), done("b"), None)


def test_a_host_is_in_one_hand_and_free_after_the_pause_when_its_last_source_is_read(store: Store, clock: Clock):
    rows = on("a.example", "a1", "a2")
    first, second = (Worker(store, name, clock, rows) for name in ("one", "two"))
    assert first.tick() == ["a1", "a2"]
    rows += on("a.example", "a3")
    first.hears(done("a1"))
    passes(store, clock, 5)
    assert second.tick() == [], "a2 is still being read there"
    first.hears(done("a2"))
    assert second.tick() == []
    assert first.tick() == [], "the pause holds for every crawl"
    passes(store, clock, DELAY)
    assert second.tick() == ["a3"]


def test_a_dead_workers_sources_are_read_by_another_when_its_leases_have_run_out(store: Store, clock: Clock):
    rows = on("a.example", "a")
    dead, other = (Worker(store, name, clock, rows) for name in ("one", "two"))
    assert dead.tick() == ["a"]
    passes(store, clock, LEASE_SECONDS - 2)
    assert other.tick() == []
    passes(store, clock, 3)
    assert other.tick() == ["a"]
    other.hears(done("a"), None)
    assert [outcome for outcome, *_ in log(store, "a")] == ["ok"]


def test_a_worker_that_lives_keeps_what_it_has_in_hand_however_long_it_takes(store: Store, clock: Clock):
    rows = on("a.example", "a")
    slow, other = (Worker(store, name, clock, rows) for name in ("one", "two"))
    assert slow.tick() == ["a"]
    for _ in range(8):
        passes(store, clock, LEASE_SECONDS / 2)
        assert slow.tick() == []
        assert other.tick() == []
    slow.hears(done("a"), None)
    assert len(log(store, "a")) == 1


def test_what_was_settled_meanwhile_is_not_due_again_because_its_worker_lives(store: Store, clock: Clock):
    rows = on("a.example", "a1", "a2")
    worker = Worker(store, "one", clock, rows)
    worker.tick()
    worker.hears(done("a1"))
    due = next_due(store, "a1")
    assert due == NOON + timedelta(seconds=600)
    with store.transaction() as t:
        t.sources.hold(["a1", "a2"], NOON + timedelta(seconds=LEASE_SECONDS), NOON + timedelta(seconds=99))
    assert (next_due(store, "a1"), next_due(store, "a2")) == (due, NOON + timedelta(seconds=99))


def next_due(store: Store, name: str):
    with store.reading() as t:
        return t.sources.states()[name].next_due_at


def test_a_worker_whose_hosts_another_has_taken_up_reads_no_further(store: Store, clock: Clock):
    rows = on("a.example", "a")
    frozen, other = (Worker(store, name, clock, rows) for name in ("one", "two"))
    assert frozen.tick() == ["a"]
    passes(store, clock, LEASE_SECONDS + 3)
    assert other.tick() == ["a"]
    frozen.collector.tick()
    frozen.hears(done("a"))
    assert log(store, "a") == [], "it wakes up and finds that it is not its host any more"
    other.hears(done("a"), None)
    assert len(log(store, "a")) == 1


def test_a_site_that_wants_to_be_left_alone_is_left_alone_by_every_worker(store: Store, clock: Clock):
    rows = on("a.example", "a1")
    first, second = (Worker(store, name, clock, rows) for name in ("one", "two"))
    first.tick()
    first.hears(done("a1", Outcome.HTTP_ERROR, retry_after=3600.0), None)
    rows += on("a.example", "a2")
    passes(store, clock, 3500)
    assert second.tick() == []
    passes(store, clock, 101)
    assert "a2" in second.tick()


def test_the_pace_that_a_site_asks_for_holds_for_the_next_worker_too(store: Store, clock: Clock):
    rows = on("a.example", "a1")
    first, second = (Worker(store, name, clock, rows) for name in ("one", "two"))
    first.tick()
    first.hears(Asked("a1", "a.example", 20.0), done("a1"), None)
    rows += on("a.example", "a2")
    passes(store, clock, 19)
    assert second.tick() == []
    passes(store, clock, 2)
    assert second.tick() == ["a2"]
    with store.reading() as t:
        assert t.crawl_hosts.delays(["a.example"]) == {"a.example": 20.0}, "also should this one die before it asks"


def test_a_host_that_a_source_leads_to_is_in_the_same_hand_and_from_then_on_from_the_beginning(
    store: Store, clock: Clock
):
    rows = on("list.example", "list")
    first, second = (Worker(store, name, clock, rows) for name in ("one", "two"))
    first.tick()
    first.hears(Asked("list", "list.example", DELAY), Asked("list", "texts.example", 1.0))
    rows += on("texts.example", "texts")
    assert second.tick() == []
    first.hears(done("list"), None)
    passes(store, clock, DELAY)
    assert second.tick() == ["texts"]
    passes(store, clock, 570)
    second.collector.tick()
    passes(store, clock, 29)
    second.collector.tick()
    assert first.tick() == [], "it is due, and would lead to where the other one reads"
    second.hears(done("texts"), None)
    passes(store, clock, DELAY + 10)
    assert first.tick() == ["list"]


def test_a_worker_that_ends_leaves_its_hosts_to_the_others_after_the_pause(store: Store, clock: Clock):
    rows = on("a.example", "a")
    first, second = (Worker(store, name, clock, rows) for name in ("one", "two"))
    first.tick()
    first.collector.leave()
    with store.reading() as t:
        assert t.leases.holders("crawl:", t.leases.now(clock())) == []
    passes(store, clock, LEASE_SECONDS)
    assert second.tick() == ["a"]
