"""Time is read in one place; a simulated clock moves only when it is told, and only forward."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from huiying.clock import SimulatedClock, SystemClock, shown, synchronised

NOON = datetime(2026, 4, 10, 4, 0, tzinfo=UTC)


def test_the_system_clock_reads_utc_and_seconds_that_grow():
    clock = SystemClock()
    first, second = clock.read(), clock.read()
    assert first.wall.tzinfo is UTC
    assert second.boottime >= first.boottime > 0
    assert first.boot == second.boot != ""


def test_a_simulated_clock_stands_still_until_it_is_moved():
    clock = SimulatedClock(NOON)
    assert clock.now() == clock.now() == NOON
    clock.move_to(NOON + timedelta(minutes=90))
    assert clock.read().wall == NOON + timedelta(minutes=90)
    assert clock.read().boottime == 5400


def test_a_simulated_clock_does_not_go_back():
    clock = SimulatedClock(NOON)
    clock.move_to(NOON)
    with pytest.raises(ValueError, match="go back"):
        clock.move_to(NOON - timedelta(microseconds=1))


def test_a_time_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="without a zone"):
        SimulatedClock(datetime(2026, 4, 10))  # noqa: DTZ001


def test_times_are_shown_as_in_china():
    assert shown(datetime(2026, 4, 9, 22, 56, 25, tzinfo=UTC)) == "2026-04-10 06:56:25"
    assert shown(datetime(2026, 1, 1, tzinfo=timezone(timedelta(hours=8)))) == "2026-01-01 00:00:00"


def test_whether_the_clock_is_in_step_is_known_or_said_to_be_unknown():
    assert synchronised() in (True, False, None)
