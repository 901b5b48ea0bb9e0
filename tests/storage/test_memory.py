"""What was read is kept as long as the store bears the same mark, and never from a transaction that may come to nothing."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import datetime, timedelta
from threading import Event

from storage.memory import Memory
from storage.store import Store
from tests.storage.making import NOON


def reading(read: list[int]) -> Callable[[], int]:
    def once_more() -> int:
        read.append(1)
        return len(read)

    return once_more


def test_what_was_read_is_kept_under_its_mark_alone(store: Store):
    read: list[int] = []
    found = []
    for mark in (7, 7, 8, 7):
        with store.reading() as t:
            found.append(t.remembered("list", mark, reading(read)))
    assert found == [1, 1, 2, 3]


def test_each_store_and_each_name_has_its_own(store: Store):
    with store.reading() as t:
        assert t.remembered("list", 1, lambda: "one") == "one"
        assert t.remembered("other list", 1, lambda: "two") == "two"
    with closing(Store(store.url)) as other, other.reading() as t:
        assert t.remembered("list", 1, lambda: "three") == "three"


def test_a_transaction_that_writes_neither_uses_nor_leaves_anything(store: Store):
    with store.reading() as t:
        t.remembered("list", 1, lambda: "before")
    with store.transaction() as t:
        assert t.remembered("list", 1, lambda: "mine") == "mine"
        assert t.remembered("list", 2, lambda: "not yet true") == "not yet true"
    with store.reading() as t:
        assert t.remembered("list", 1, lambda: "anew") == "before"
        assert t.remembered("list", 2, lambda: "now") == "now"


def test_two_who_ask_at_once_read_once():
    memory, begun, go_on = Memory(), Event(), Event()
    read: list[int] = []

    def slowly() -> int:
        begun.set()
        go_on.wait(30)
        read.append(1)
        return len(read)

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(memory.recall, "list", 1, slowly)
        assert begun.wait(30)
        second = pool.submit(memory.recall, "list", 1, slowly)
        go_on.set()
        assert (first.result(30), second.result(30)) == (1, 1)


def test_what_is_shared_is_read_once_a_second_by_all_who_ask_the_same(store: Store):
    read: list[int] = []
    found = []
    for seconds, asked in ((0.0, "all"), (0.9, "all"), (0.9, "one"), (1.0, "one"), (2.0, "one")):
        with store.reading() as t:
            found.append(t.shared("list", asked, NOON + timedelta(seconds=seconds), reading(read)))
    assert found == [1, 1, 2, 3, 4]


def test_what_this_process_has_written_counts_at_once_and_what_another_has_after_a_second(store: Store):
    def count(by: Store, at: datetime) -> int:
        with by.reading() as t:
            found: int = t.shared("count", None, at, lambda: t.meta.get("count") or 0)
            return found

    def write(by: Store) -> None:
        with by.transaction() as t:
            t.meta.put("count", (t.meta.get("count") or 0) + 1)

    with closing(Store(store.url)) as other:
        assert (count(store, NOON), count(other, NOON)) == (0, 0)
        write(store)
        assert (count(store, NOON), count(other, NOON)) == (1, 0)
        assert count(other, NOON + timedelta(seconds=1)) == 1


def test_a_reading_that_began_before_a_write_shares_nothing_with_those_after_it(store: Store):
    def write() -> None:
        with store.transaction() as t:
            t.meta.put("said", "new")

    with store.reading() as t, ThreadPoolExecutor(1) as other:
        before = t.meta.get("said")
        other.submit(write).result(30)
        assert t.shared("said", None, NOON, lambda: before) is None
    with store.reading() as t:
        assert t.shared("said", None, NOON, lambda: t.meta.get("said")) == "new"
