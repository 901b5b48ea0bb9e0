"""A source's days are counted in China, and the patrol log is added up by watch period."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from records.patrols import PatrolTally, SourceDay
from storage.sources import Patrol
from storage.store import Store

MIDNIGHT = datetime(2026, 4, 9, 16, 0, tzinfo=UTC)
"""Midnight in China at the beginning of 10 April 2026."""

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
SHIFTS = [MIDNIGHT, MIDNIGHT + 8 * HOUR, MIDNIGHT + 16 * HOUR]
END = MIDNIGHT + 24 * HOUR
ANSWERS = ("ok", "unchanged", "empty")


def tried(store: Store, at: datetime, outcome: str = "ok", new: int = 0, source: str = "bbs", **more: int) -> None:
    """An attempt that began at `at`, logged and counted."""
    patrol = Patrol(source, at, at, outcome, new_posts=new, **more)
    with store.transaction() as t:
        t.sources.log(patrol)
        t.source_days.count(patrol, outcome in ANSWERS)


def tallies(store: Store) -> list[list[PatrolTally]]:
    with store.reading() as t:
        return t.source_days.by_period(SHIFTS, END, ANSWERS)


def test_attempts_answers_posts_and_what_was_dropped_add_up_by_day(store: Store):
    tried(store, MIDNIGHT, new=3, dropped=1)
    tried(store, MIDNIGHT + HOUR, "timeout")
    tried(store, MIDNIGHT + 2 * HOUR, new=4, dropped=2)
    tried(store, MIDNIGHT, new=9, source="news")
    with store.reading() as t:
        days = t.source_days.since(date(2026, 4, 10))
        assert days == {
            "bbs": [SourceDay(date(2026, 4, 10), 3, 2, 7, 3)],
            "news": [SourceDay(date(2026, 4, 10), 1, 1, 9, 0)],
        }
        assert list(t.source_days.since(date(2026, 4, 10), ["news"])) == ["news"]


def test_a_day_begins_at_midnight_in_china(store: Store):
    tried(store, MIDNIGHT - timedelta(microseconds=1), new=1)
    tried(store, MIDNIGHT, new=2)
    with store.reading() as t:
        days = t.source_days.since(date(2026, 4, 9))["bbs"]
        assert [(day.day.isoformat(), day.new_posts) for day in days] == [("2026-04-09", 1), ("2026-04-10", 2)]
        assert [day.day.isoformat() for day in t.source_days.since(date(2026, 4, 10))["bbs"]] == ["2026-04-10"]


@pytest.mark.clause("H-41")
def test_an_attempt_that_begins_exactly_at_eight_belongs_to_the_period_that_begins_then(store: Store):
    tried(store, MIDNIGHT + 8 * HOUR - timedelta(microseconds=1), new=1)
    tried(store, MIDNIGHT + 8 * HOUR, new=2)
    night, day, evening = tallies(store)
    assert [(one.attempts, one.new_posts) for one in night] == [(1, 1)]
    assert [(one.attempts, one.new_posts) for one in day] == [(1, 2)]
    assert evening == []


@pytest.mark.clause("H-41")
def test_periods_hold_their_beginning_and_not_their_end(store: Store):
    tried(store, MIDNIGHT - timedelta(microseconds=1))
    tried(store, MIDNIGHT)
    tried(store, END - timedelta(microseconds=1))
    tried(store, END)
    assert [sum(one.attempts for one in period) for period in tallies(store)] == [1, 0, 1]


@pytest.mark.clause("H-41")
def test_a_period_tells_tried_from_answered_and_how_long_nobody_asked_or_answered(store: Store):
    for minutes, outcome in ((0, "ok"), (10, "timeout"), (20, "unreachable"), (90, "unchanged"), (100, "cut_off")):
        tried(store, MIDNIGHT + minutes * MINUTE, outcome, new=5 if outcome == "ok" else 0)
    tried(store, MIDNIGHT + HOUR, "timeout", source="news")
    bbs, news = tallies(store)[0]
    assert bbs == PatrolTally(
        source="bbs",
        attempts=5,
        answers=2,
        new_posts=5,
        first_attempt_at=MIDNIGHT,
        last_attempt_at=MIDNIGHT + 100 * MINUTE,
        first_answer_at=MIDNIGHT,
        last_answer_at=MIDNIGHT + 90 * MINUTE,
        attempt_gap=70 * MINUTE,
        answer_gap=90 * MINUTE,
    )
    assert (news.attempts, news.answers, news.first_answer_at, news.answer_gap) == (1, 0, None, timedelta(0))


def test_gaps_do_not_reach_from_one_period_into_the_next(store: Store):
    tried(store, MIDNIGHT + 7 * HOUR)
    tried(store, MIDNIGHT + 9 * HOUR)
    assert [[one.attempt_gap for one in period] for period in tallies(store)] == [[timedelta(0)], [timedelta(0)], []]
