"""What one worker does for everybody is done once when it is time, whoever looks and however many look at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest

from pipeline.once import Once
from storage.store import Store
from storage.tables import lease
from storage.tables import meta as kept
from tests.pipeline.test_collect import NOON, Clock

MINUTE = timedelta(minutes=1)
WORKERS = 4


def passes(store: Store, clock: Clock, by: timedelta) -> None:
    """Time goes by; that of a database stands still, and what was begun lies further back."""
    clock.at += by
    if store.engine.dialect.name == "postgresql":
        with store.transaction() as t:
            for row in t.connection.execute(kept.select().where(kept.c.key.startswith("once "))).all():
                t.meta.put(row.key, (t.leases.now(NOON) - by).isoformat())
            t.connection.execute(lease.update().values(until=t.leases.now(NOON)))


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_of_two_the_first_that_looks_does_it_and_the_other_when_it_is_time_again(store: Store, clock: Clock):
    did: list[str] = []
    one, two = (Once(store, name, clock) for name in ("one", "two"))
    assert one.due(["a", "b"], MINUTE) == ["a", "b"]
    assert one.do("a", MINUTE, lambda: did.append("one") or 7) == 7
    assert two.do("a", MINUTE, lambda: did.append("two")) is None
    assert two.due(["a", "b"], MINUTE) == ["b"]
    passes(store, clock, MINUTE)
    two.do("a", MINUTE, lambda: did.append("two"))
    one.do("a", MINUTE, lambda: did.append("one"))
    assert did == ["one", "two"]


def test_while_one_is_at_it_nobody_begins_it_again_although_it_is_time(store: Store, clock: Clock):
    did: list[str] = []
    one, two = (Once(store, name, clock) for name in ("one", "two"))

    def slow() -> None:
        assert two.do("a", timedelta(0), lambda: did.append("two")) is None
        did.append("one")

    one.do("a", timedelta(0), slow)
    two.do("a", timedelta(0), lambda: did.append("two"))
    assert did == ["one", "two"]


def test_what_fails_is_begun_again_when_it_is_time_by_whoever_looks(store: Store, clock: Clock):
    one, two = (Once(store, name, clock) for name in ("one", "two"))

    def fails() -> None:
        raise LookupError

    with pytest.raises(LookupError):
        one.do("a", MINUTE, fails)
    assert two.do("a", MINUTE, lambda: 1) is None
    passes(store, clock, MINUTE)
    assert two.do("a", MINUTE, lambda: 1) == 1


def test_of_many_who_look_at_once_one_does_it(store: Store, clock: Clock):
    start = Barrier(WORKERS, timeout=60)

    def look(worker: int) -> list[int | None]:
        own = Store(store.url)
        once = Once(own, f"w{worker}", clock)
        did = []
        for number in range(8):
            start.wait(20)
            did.append(once.do(f"job {number}", MINUTE, lambda: 1))
        own.close()
        return did

    with ThreadPoolExecutor(WORKERS) as pool:
        results = list(pool.map(look, range(WORKERS), timeout=120))
    assert [sum(done is not None for done in of_job) for of_job in zip(*results, strict=True)] == [1] * 8


def test_a_clock_that_is_set_back_does_not_put_it_off_for_long(store: Store, clock: Clock):
    once = Once(store, "one", clock)
    with store.transaction() as t:
        t.meta.put("once a", (t.leases.now(NOON) + timedelta(days=9)).isoformat())
    assert once.do("a", MINUTE, lambda: 1) == 1
