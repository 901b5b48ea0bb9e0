"""The watch over sources, and troubles from being noticed until nothing is left to tell of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from records.patrols import Trouble
from storage.store import Store

NOON = datetime(2026, 4, 10, 4, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def noticed(store: Store, source: str = "bbs", kind: str = "silent", at: datetime = NOON) -> Trouble:
    with store.transaction() as t:
        t.source_troubles.open(source, kind, at - 30 * MINUTE, at, "连不上")
    return next(found for found in unsettled(store) if (found.source, found.kind) == (source, kind))


def unsettled(store: Store) -> list[Trouble]:
    with store.reading() as t:
        return t.source_troubles.unsettled()


def test_a_trouble_is_kept_as_it_was_noticed(store: Store):
    found = noticed(store)
    assert found == Trouble(found.id, "bbs", "silent", NOON - 30 * MINUTE, NOON, None, None, "连不上")


def test_a_trouble_that_nobody_was_told_of_is_settled_when_it_ends(store: Store):
    found = noticed(store)
    with store.transaction() as t:
        t.source_troubles.end(found, NOON + MINUTE)
    assert unsettled(store) == []


def test_a_trouble_that_was_told_is_settled_only_when_its_end_is_told_too(store: Store):
    noticed(store)
    with store.transaction() as t:
        t.source_troubles.told([found.id for found in t.source_troubles.unsettled()], NOON + MINUTE)
    with store.transaction() as t:
        for found in t.source_troubles.unsettled():
            t.source_troubles.end(found, NOON + 2 * MINUTE)
    (ended,) = unsettled(store)
    assert (ended.told_at, ended.ended_at) == (NOON + MINUTE, NOON + 2 * MINUTE)
    with store.transaction() as t:
        t.source_troubles.settle([ended.id])
    assert unsettled(store) == []


def test_a_trouble_whose_end_nobody_knows_of_goes_on(store: Store):
    found = noticed(store)
    with store.transaction() as t:
        t.source_troubles.told([found.id], NOON)
        t.source_troubles.end(t.source_troubles.unsettled()[0], NOON + MINUTE)
        t.source_troubles.open_again(found.id)
    assert [(one.id, one.ended_at) for one in unsettled(store)] == [(found.id, None)]


def test_a_source_that_is_watched_no_more_has_nothing_left_to_tell(store: Store):
    with store.transaction() as t:
        t.source_troubles.begin_watch(["bbs", "news"], NOON)
    noticed(store)
    noticed(store, "news")
    with store.transaction() as t:
        t.source_troubles.told([found.id for found in t.source_troubles.unsettled()], NOON)
        t.source_troubles.end_watch(["bbs"], NOON + MINUTE)
        assert t.source_troubles.watched() == {"news": NOON}
    assert [found.source for found in unsettled(store)] == ["news"]
    with store.reading() as t:
        assert [found.ended_at for found in t.source_troubles.of_source("bbs")] == [NOON + MINUTE]


def test_a_watch_that_begins_anew_counts_from_then(store: Store):
    with store.transaction() as t:
        t.source_troubles.begin_watch(["bbs"], NOON)
        t.source_troubles.begin_watch(["bbs"], NOON + MINUTE)
        assert t.source_troubles.watched() == {"bbs": NOON + MINUTE}


def test_what_lasted_at_some_moment_of_a_time_is_found_and_nothing_else(store: Store):
    first, second = noticed(store, "bbs"), noticed(store, "wx", at=NOON + 60 * MINUTE)
    with store.transaction() as t:
        t.source_troubles.end(first, NOON)

    def between(since: int, until: int) -> list[str]:
        with store.reading() as t:
            return [one.source for one in t.source_troubles.between(NOON + since * MINUTE, NOON + until * MINUTE)]

    # One lasted from 30 minutes before noon until noon, the other begins half an hour after noon and lasts.
    assert [between(-90, -31), between(-90, -30), between(0, 29), between(1, 29), between(1, 30), between(99, 100)] == [
        [],
        ["bbs"],
        ["bbs"],
        [],
        ["wx"],
        ["wx"],
    ]
    assert second.source == "wx"


def test_what_was_told_since_a_moment_holds_that_moment(store: Store):
    found = noticed(store)
    with store.transaction() as t:
        t.source_troubles.told([found.id], NOON)
        assert [one.source for one in t.source_troubles.told_since(NOON)] == ["bbs"]
        assert t.source_troubles.told_since(NOON + timedelta(microseconds=1)) == []
