"""Accepted pushes on both databases: noted once, forgotten later."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from storage.store import Store

NOON = datetime(2026, 3, 5, 4, 0, tzinfo=UTC)


def test_a_push_is_noted_once(store: Store):
    with store.transaction() as t:
        assert t.pushes.add("k1", "hotline", NOON)
    with store.transaction() as t:
        assert not t.pushes.add("k1", "hotline", NOON)
        assert t.pushes.knows("k1")
        assert not t.pushes.knows("k2")


def test_what_is_rolled_back_was_not_accepted(store: Store):
    try:
        with store.transaction() as t:
            t.pushes.add("k1", "hotline", NOON)
            raise KeyboardInterrupt
    except KeyboardInterrupt:
        pass
    with store.transaction() as t:
        assert t.pushes.add("k1", "hotline", NOON)


def test_only_pushes_accepted_before_the_moment_are_forgotten(store: Store):
    with store.transaction() as t:
        for minutes in (0, 1, 2):
            t.pushes.add(f"k{minutes}", "hotline", NOON + timedelta(minutes=minutes))
        assert t.pushes.forget(NOON + timedelta(minutes=1)) == 1
        assert [t.pushes.knows(f"k{minutes}") for minutes in (0, 1, 2)] == [False, True, True]
