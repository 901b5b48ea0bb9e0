"""Rows of sources kept in the store: every change counts, and a removed row stays."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from storage.store import Store

NOON = datetime(2026, 11, 3, 4, 0, tzinfo=UTC)
FORUM = {"id": "bbs", "name": "云川论坛", "kind": "feed", "channel": "forum", "url": "https://bbs.example/rss"}


def test_a_row_comes_back_as_it_was_saved_with_who_and_when(store: Store):
    with store.transaction() as t:
        assert t.source_rows.put("bbs", {**FORUM, "read": {"article": {"drop": ["a", "b"]}}}, NOON, "周管理") == 1
    with store.reading() as t:
        (row,) = t.source_rows.all()
    assert row.row == {**FORUM, "read": {"article": {"drop": ["a", "b"]}}}
    assert (row.revision, row.at, row.by, row.removed) == (1, NOON, "周管理", False)


def test_each_change_is_a_new_revision_and_removing_keeps_the_row(store: Store):
    with store.transaction() as t:
        t.source_rows.put("bbs", FORUM, NOON, "甲")
        assert t.source_rows.put("bbs", FORUM, NOON + timedelta(hours=1), "乙", removed=True) == 2
    with store.reading() as t:
        row = t.source_rows.get("bbs")
        assert t.source_rows.get("other") is None
    assert row is not None
    assert (row.removed, row.by, row.row) == (True, "乙", FORUM)


def test_the_version_grows_with_every_change_of_any_row(store: Store):
    versions = []
    for name in ("b", "a", "a", "b"):
        with store.transaction() as t:
            t.source_rows.take_turn()
            t.source_rows.put(name, FORUM, NOON, "甲")
            versions.append(t.source_rows.version())
    with store.reading() as t:
        assert t.source_rows.version() == versions[-1]
        assert [row.id for row in t.source_rows.all()] == ["a", "b"]
    assert versions == [1, 2, 3, 4]


def test_without_any_row_the_version_is_nought(store: Store):
    with store.reading() as t:
        assert t.source_rows.version() == 0
        assert t.source_rows.all() == []
