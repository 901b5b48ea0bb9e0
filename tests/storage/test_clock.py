"""The store keeps one clock reading a boot, and each worker's last sign of life."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor, wait
from datetime import timedelta

from records.messages import Heartbeat
from storage.clock import Reading
from storage.store import Store
from tests.storage.making import HOUR, NOON


def test_the_newest_reading_of_a_boot_replaces_the_older_and_the_furthest_stands_first(store: Store):
    with store.transaction() as t:
        t.clock.put(Reading(NOON, NOON, "a", 1.5))
        t.clock.put(Reading(NOON + HOUR, NOON + HOUR, "a", 3601.5))
        t.clock.put(Reading(NOON + 2 * HOUR, NOON, "b", 7.0))
    with store.reading() as t:
        assert t.clock.logical() == NOON + 2 * HOUR
        assert t.clock.readings() == [
            Reading(NOON + 2 * HOUR, NOON, "b", 7.0),
            Reading(NOON + HOUR, NOON + HOUR, "a", 3601.5),
        ]


def test_a_worker_has_one_sign_of_life_the_last(store: Store):
    with store.transaction() as t:
        t.clock.beat("send/page", NOON)
        t.clock.beat("clock", NOON, "swept")
        t.clock.beat("send/page", NOON + timedelta(seconds=5))
    with store.reading() as t:
        assert t.clock.heartbeats() == [
            Heartbeat("clock", NOON, "swept"),
            Heartbeat("send/page", NOON + timedelta(seconds=5)),
        ]


def test_two_workers_of_one_name_may_give_their_first_sign_of_life_at_once(store: Store):
    def other() -> None:
        with store.transaction() as t:
            t.clock.beat("send/page", NOON)

    with ThreadPoolExecutor(1) as pool:
        with store.transaction() as t:
            t.clock.beat("send/page", NOON)
            second = pool.submit(other)
            # It waits for this one to end.
            wait([second], timeout=0.5)
        second.result(timeout=20)
    with store.reading() as t:
        assert t.clock.heartbeats() == [Heartbeat("send/page", NOON)]
