"""What stood before and after an act of administration is kept by the number of its row in the log, for a time."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from storage.admin_changes import AdminChange
from storage.store import Store
from tests.storage.making import NOON

CHANGE = AdminChange(7, "contacts", "区住建局", None, [{"name": "李静"}], NOON)


def test_a_change_comes_back_as_it_was_kept_the_newest_first(store: Store) -> None:
    with store.transaction() as t:
        t.admin_changes.add(CHANGE)
        t.admin_changes.add(replace(CHANGE, seq=9, before={"a": 1}))
    with store.reading() as t:
        assert [one.seq for one in t.admin_changes.newest(5)] == [9, 7]
        assert [one.seq for one in t.admin_changes.newest(1)] == [9]
        assert t.admin_changes.get(7) == CHANGE
        assert t.admin_changes.get(8) is None


def test_a_change_knows_what_took_it_back(store: Store) -> None:
    with store.transaction() as t:
        t.admin_changes.add(CHANGE)
        t.admin_changes.undone(7, 12)
        assert t.admin_changes.get(7) == replace(CHANGE, undone_by=12)


def test_what_is_older_is_let_go(store: Store) -> None:
    with store.transaction() as t:
        t.admin_changes.add(CHANGE)
        t.admin_changes.add(replace(CHANGE, seq=8, at=NOON - timedelta(seconds=1)))
        assert t.admin_changes.forget(NOON) == 1
        assert [one.seq for one in t.admin_changes.newest(5)] == [7]
