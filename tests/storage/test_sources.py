"""States of sources, what is remembered of pages, the patrol log."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from storage.sources import PageState, Patrol
from storage.store import Store

NOON = datetime(2026, 11, 3, 4, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


def test_a_source_never_tried_is_due_before_one_that_is_overdue(store: Store) -> None:
    with store.transaction() as t:
        t.sources.answered("late", NOON, NOON - 5 * MINUTE, 0)
        t.sources.answered("later", NOON, NOON - MINUTE, 0)
        t.sources.answered("not-yet", NOON, NOON + MINUTE, 0)
        assert t.sources.due(NOON, ["not-yet", "later", "late", "new"]) == ["new", "late", "later"]


def test_a_source_is_due_exactly_at_its_time_and_not_a_microsecond_before(store: Store) -> None:
    with store.transaction() as t:
        t.sources.answered("a", NOON, NOON + MINUTE, 0)
        assert t.sources.due(NOON + MINUTE - timedelta(microseconds=1), ["a"]) == []
        assert t.sources.due(NOON + MINUTE, ["a"]) == ["a"]


def test_a_failing_source_is_tried_ever_less_often_up_to_the_longest_pause(store: Store) -> None:
    with store.transaction() as t:
        pauses = [t.sources.failed("a", NOON, "不通", 10 * MINUTE, HOUR) - NOON for _ in range(6)]
    assert pauses == [10 * MINUTE, 20 * MINUTE, 40 * MINUTE, 60 * MINUTE, 60 * MINUTE, 60 * MINUTE]


def test_a_source_read_daily_is_never_tried_more_often_because_it_fails(store: Store) -> None:
    day = timedelta(days=1)
    with store.transaction() as t:
        assert [t.sources.failed("a", NOON, "不通", day, HOUR) - NOON for _ in range(3)] == [day, day, day]


def test_a_server_that_asks_for_more_time_gets_it(store: Store) -> None:
    with store.transaction() as t:
        assert t.sources.failed("a", NOON, "请稍后", MINUTE, HOUR, NOON + 90 * MINUTE) == NOON + 90 * MINUTE
        assert t.sources.due(NOON + 89 * MINUTE, ["a"]) == []


def test_an_answer_ends_the_back_off_and_the_silence(store: Store) -> None:
    with store.transaction() as t:
        t.sources.answered("a", NOON, NOON + MINUTE, 3)
        t.sources.failed("a", NOON + MINUTE, "不通", MINUTE, HOUR)
        silent = t.sources.states()["a"]
        assert (silent.silent_since, silent.failures, silent.error) == (NOON, 1, "不通")
        t.sources.answered("a", NOON + 2 * MINUTE, NOON + 3 * MINUTE, 0)
        heard = t.sources.states()["a"]
    assert (heard.silent_since, heard.failures, heard.error) == (None, 0, None)
    assert (heard.last_answer_at, heard.last_post_at) == (NOON + 2 * MINUTE, NOON)


@pytest.mark.clause("H-41")
def test_a_source_that_never_answered_is_silent_since_its_first_patrol(store: Store) -> None:
    with store.transaction() as t:
        for minute in (0, 5):
            at = NOON + minute * MINUTE
            t.sources.log(Patrol("a", at, at + MINUTE, "timeout"))
            t.sources.failed("a", at + MINUTE, "超时", MINUTE, HOUR)
        assert t.sources.states()["a"].silent_since == NOON


@pytest.mark.clause("H-41")
def test_the_patrol_log_tells_nothing_new_from_not_collected(store: Store) -> None:
    with store.transaction() as t:
        t.sources.log(Patrol("a", NOON, NOON, "unchanged", pages=1))
        t.sources.log(Patrol("a", NOON + MINUTE, NOON + MINUTE, "timeout", detail="超时"))
        t.sources.log(
            Patrol("b", NOON + 2 * MINUTE, NOON + 2 * MINUTE, "ok", pages=4, new_posts=3, updates=2, dropped=1)
        )
        assert [(p.source, p.outcome, p.new_posts) for p in t.sources.patrol_log()] == [
            ("b", "ok", 3),
            ("a", "timeout", 0),
            ("a", "unchanged", 0),
        ]
        assert [p.outcome for p in t.sources.patrol_log("a", since=NOON + MINUTE)] == ["timeout"]
        assert [p.outcome for p in t.sources.patrol_log("a", until=NOON)] == ["unchanged"]
        assert t.sources.forget_patrols(NOON + MINUTE) == 1


def test_a_page_is_remembered_as_it_last_looked_and_forgotten_when_it_is_gone_for_long(store: Store) -> None:
    with store.transaction() as t:
        t.sources.remember_pages(
            "a", [PageState("p1", '"1"', None, "f1", NOON), PageState("p2", None, None, "f2", NOON)]
        )
        t.sources.remember_pages("b", [PageState("p1", None, None, "other", NOON)])
        t.sources.remember_pages("a", [PageState("p1", '"2"', "Tue", "f3", NOON + MINUTE)])
        assert t.sources.pages("a") == [
            PageState("p1", '"2"', "Tue", "f3", NOON + MINUTE),
            PageState("p2", None, None, "f2", NOON),
        ]
        assert t.sources.forget_pages(NOON + MINUTE) == 2
        assert [page.page for page in t.sources.pages("a")] == ["p1"]
        assert t.sources.pages("b") == []


def test_an_attempt_that_never_ends_is_made_again_at_its_time(store: Store) -> None:
    with store.transaction() as t:
        t.sources.attempted("a", NOON, NOON + MINUTE)
        assert t.sources.due(NOON, ["a"]) == []
        assert t.sources.due(NOON + MINUTE, ["a"]) == ["a"]
        t.sources.postponed("a", NOON)
        assert t.sources.due(NOON, ["a"]) == ["a"]


def test_how_far_a_source_has_got_is_kept_beside_how_it_is_doing(store: Store) -> None:
    with store.transaction() as t:
        assert t.sources.cursor("a") is None
        t.sources.failed("a", NOON, "不通", MINUTE, HOUR)
        t.sources.keep_cursor("a", {"d1": ["2026-11-03", 1]})
        t.sources.keep_cursor("new", {})
        assert (t.sources.cursor("a"), t.sources.cursor("new")) == ({"d1": ["2026-11-03", 1]}, {})
        assert t.sources.states(["a"])["a"].failures == 1


def test_the_interval_at_present_is_kept_with_an_answer(store: Store) -> None:
    with store.transaction() as t:
        t.sources.answered("a", NOON, NOON + MINUTE, 0, 75.0)
        t.sources.answered("b", NOON, NOON + MINUTE, 0)
        states = t.sources.states()
    assert (states["a"].interval_seconds, states["b"].interval_seconds) == (75.0, None)


def test_the_first_patrol_that_came_to_something_is_told(store: Store) -> None:
    with store.transaction() as t:
        for minute, outcome in enumerate(("timeout", "ok", "unchanged")):
            t.sources.log(Patrol("a", NOON + minute * MINUTE, NOON + minute * MINUTE, outcome))
        assert t.sources.first_patrol_at("a", ["ok", "unchanged"]) == NOON + MINUTE
        assert t.sources.first_patrol_at("a", ["empty"]) is None
        assert t.sources.first_patrol_at("b", ["ok"]) is None
