"""What was read is kept as long as the store bears the same mark, and never from a transaction that may come to nothing."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from threading import Event

from storage.memory import Memory
from storage.store import Store


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
