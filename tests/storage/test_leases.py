"""Of all who ask for a piece of work one has it in hand; when that one is dead the next one has."""

from __future__ import annotations

import multiprocessing
import os
import signal
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier

import pytest

from records.leases import Lease
from storage.leases import FORGOTTEN, LONGEST
from storage.store import Store
from tests.storage.making import HOUR, NOON

WORKERS = 6


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def take(store: Store, holder: str, now: datetime, name: str = "crawl:a.example") -> Lease | None:
    with store.transaction() as t:
        return t.leases.take(name, holder, now, 30)


def test_what_one_has_in_hand_no_other_takes_before_it_has_run_out(store: Store):
    assert take(store, "a", at(0)) == Lease("crawl:a.example", "a", at(30), 1)
    assert take(store, "b", at(29.999)) is None
    assert take(store, "b", at(30)) == Lease("crawl:a.example", "b", at(60), 2)
    assert take(store, "a", at(31)) is None


def test_who_has_it_prolongs_it_and_keeps_the_number(store: Store):
    take(store, "a", at(0))
    assert take(store, "a", at(20)) == Lease("crawl:a.example", "a", at(50), 1)
    assert take(store, "b", at(49)) is None
    assert take(store, "a", at(99)) == Lease("crawl:a.example", "a", at(129), 1)


def test_what_is_given_back_is_free_at_once_and_bears_a_new_number(store: Store):
    take(store, "a", at(0))
    with store.transaction() as t:
        assert not t.leases.give_back("crawl:a.example", "b")
        assert t.leases.give_back("crawl:a.example", "a")
        assert not t.leases.give_back("crawl:a.example", "a")
    assert take(store, "a", at(1)) == Lease("crawl:a.example", "a", at(31), 2)


def test_a_clock_that_is_set_back_leaves_nothing_in_a_dead_hand_for_long(store: Store):
    take(store, "a", NOON + HOUR)
    assert take(store, "b", NOON) == Lease("crawl:a.example", "b", at(30), 2)
    take(store, "a", at(270), "crawl:b.example")
    assert take(store, "b", at(0), "crawl:b.example") is None, "that may be a clock that is read a little later"
    assert take(store, "b", at(-0.001), "crawl:b.example") is not None


@pytest.mark.parametrize("seconds", [0, -1, LONGEST.total_seconds() + 1])
def test_a_lease_lasts_neither_nothing_nor_for_ever(store: Store, seconds: float):
    with store.transaction() as t, pytest.raises(ValueError, match="a lease lasts"):
        t.leases.take("clock", "a", NOON, seconds)


def test_who_has_what_in_hand_is_listed_by_the_beginning_of_its_name(store: Store):
    for name, holder in (("crawl:b_c", "two"), ("crawl:a", "one"), ("crawlb:c", "x"), ("judge", "y")):
        take(store, holder, at(0), name)
    with store.transaction() as t:
        t.leases.give_back("judge", "y")
    with store.reading() as t:
        assert [(one.name, one.holder) for one in t.leases.holders("crawl:", at(29))] == [
            ("crawl:a", "one"),
            ("crawl:b_c", "two"),
        ]
        assert t.leases.holders("crawl_", at(29)) == [], "an underscore is an underscore"
        assert t.leases.holders("judge", at(1)) == []
        assert t.leases.holders("", at(30)) == []


def test_whose_work_was_taken_up_by_another_writes_no_more(store: Store):
    old = take(store, "a", at(0))
    assert old is not None
    with store.transaction() as t:
        assert t.leases.still_holds(old)
    new = take(store, "b", at(31))
    assert new is not None
    with store.transaction() as t:
        assert not t.leases.still_holds(old)
        assert t.leases.still_holds(new)
    assert take(store, "a", at(62)) is not None
    with store.transaction() as t:
        assert not t.leases.still_holds(old), "the same holder, and somebody else in between"


def test_of_many_who_ask_at_once_one_has_it(store: Store):
    """Each over a connection of its own, round after round."""
    rounds = 20
    start = Barrier(WORKERS, timeout=60)

    def ask(worker: int) -> list[bool]:
        own = Store(store.url)
        won = []
        for number in range(rounds):
            start.wait(20)
            won.append(take(own, f"w{worker}", at(31 * number)) is not None)
        own.close()
        return won

    with ThreadPoolExecutor(WORKERS) as pool:
        results = list(pool.map(ask, range(WORKERS), timeout=120))
    assert [sum(won) for won in zip(*results, strict=True)] == [1] * rounds


def _take_and_hang(url: str, said: multiprocessing.connection.Connection) -> None:
    own = Store(url)
    with own.transaction() as t:
        taken = t.leases.take("clock", "first", t.leases.now(NOON), 1.0)
    said.send(taken)
    signal.pause()


def test_what_a_killed_process_had_in_hand_another_process_takes_up(store: Store):
    spawn = multiprocessing.get_context("spawn")
    here, there = spawn.Pipe()
    process = spawn.Process(target=_take_and_hang, args=(store.url, there))
    process.start()
    try:
        assert here.poll(30)
        first = here.recv()
        os.kill(process.pid or 0, signal.SIGKILL)
    finally:
        process.kill()
        process.join(10)
    with store.transaction() as t:
        assert t.leases.take("clock", "second", first.until - timedelta(microseconds=1), 1.0) is None
        assert t.leases.take("clock", "second", first.until, 1.0) == Lease(
            "clock", "second", first.until + timedelta(seconds=1), 2
        )


def test_leases_run_by_the_time_of_the_database_where_hosts_may_differ(store: Store):
    behind = NOON - 10 * HOUR
    with store.transaction() as t:
        found = t.leases.now(behind)
    assert found.tzinfo is not None
    assert (found == behind) == store.url.startswith("sqlite")


def test_what_ended_a_day_ago_is_forgotten_and_nothing_else(store: Store):
    take(store, "gone", at(0), "judge:here:gone")
    take(store, "left", at(0), "judge:here:left")
    take(store, "back", at(30), "judge:here:back")
    with store.transaction() as t:
        t.leases.give_back("judge:here:left", "left")
    ended = at(30) + FORGOTTEN
    with store.transaction() as t:
        assert t.leases.forget(ended) == 0
        t.leases.take("judge:here:now", "now", ended, 30)
        assert t.leases.forget(ended + timedelta(seconds=1)) == 2
        assert t.leases.forget(ended + timedelta(seconds=1)) == 0
        assert [one.name for one in t.leases.holders("judge:", ended)] == ["judge:here:now"]
        assert t.leases.take("judge:here:gone", "gone", ended, 30) is not None
