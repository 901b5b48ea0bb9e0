"""Every clock stands against the limit that was frozen into it; what is not owed, not done and not due yet are told apart."""

from __future__ import annotations

from dataclasses import replace

import pytest

from casework.evaluation.course import Standing, calm_at, family_of, moments_of, standing_of
from records.alerts import DeadlineState
from records.incidents import SeverityChange
from records.posts import BACKLOG
from records.words import Severity
from tests.casework.evaluation.making import AT, DAY, HOUR, INCIDENT, MINUTE, NOON, clock, course, seen


@pytest.mark.clause("H-45")
@pytest.mark.parametrize(
    ("made", "standing"),
    [
        (clock("initial_report", 0, 120, 120), Standing.IN_TIME),
        (clock("initial_report", 0, 120, 121), Standing.LATE),
        (clock("initial_report", 0, 120, None), Standing.NOT_REACHED),
        (clock("revisit", 0, 60 * 24 * 30, None), Standing.RUNNING),
        (clock("initial_report", 0, 120, 200, state=DeadlineState.CANCELLED), Standing.NOT_OWED),
        (clock("acknowledgement.major", 0, 15, 15, state=DeadlineState.CANCELLED), Standing.NOT_OWED),
        (clock("acknowledgement.major", 0, 15, 16, state=DeadlineState.CANCELLED), Standing.NOT_REACHED),
        (clock("co_acknowledgement.major", 0, 15, 16, state=DeadlineState.CANCELLED), Standing.NOT_REACHED),
        (clock("follow_up.major", 0, 60, 59, state=DeadlineState.CANCELLED), Standing.NOT_OWED),
        (clock("follow_up.major", 0, 60, 60, state=DeadlineState.CANCELLED), Standing.NOT_REACHED),
        (clock("answer", 0, 60, 90, state=DeadlineState.CANCELLED), Standing.NOT_OWED),
    ],
)
def test_a_clock_stands_by_its_own_limit(made, standing):
    assert standing_of(made, AT) is standing


def test_a_clock_of_any_other_row_is_a_further_one():
    assert [
        family_of(clock(kind, 0, 1, None)) for kind in ("acknowledgement.general", "follow_up.major", "answer")
    ] == [
        "acknowledgement",
        "follow_up",
        "further",
    ]


def test_clocks_that_count_from_the_closing_belong_to_what_comes_after():
    clocks = [clock("revisit", 10, 60, None), clock("evaluation", 11, 60, None), clock("initial_report", 5, 120, 60)]
    assert [one.kind for one in course(clocks=clocks).counted_clocks] == ["initial_report"]


def test_a_start_of_the_plan_that_was_taken_back_is_none():
    gone = clock("initial_report", 5, 120, 30, state=DeadlineState.CANCELLED)
    again = clock("initial_report", 50, 120, 60, activation=2)
    found = course(clocks=[again, gone])
    assert found.plans == [again]
    assert moments_of(found, None)["plan_started"] == NOON + 50 * MINUTE


def test_the_moments_are_those_of_the_records():
    posts = [seen(-60, 30), seen(-50, None), seen(5, 60 * 24 * 90, flags=(BACKLOG,))]
    moments = moments_of(course(posts=posts, confirmed_at=NOON + HOUR), NOON + DAY)
    assert moments == {
        "posted": NOON - 90 * MINUTE,
        "detected": NOON - HOUR,
        "opened": NOON,
        "called": NOON,
        "confirmed": NOON + HOUR,
        "plan_started": None,
        "answered": None,
        "calm": NOON + DAY,
        "closed": NOON + 2 * DAY,
    }


def test_the_plan_is_called_for_from_the_first_moment_of_that_severity_and_only_for_it():
    steps = [(0, Severity.GENERAL), (30, Severity.MAJOR_EMERGENCY), (60, Severity.MAJOR_EMERGENCY)]
    history = [SeverityChange(NOON + minutes * MINUTE, severity, "x") for minutes, severity in steps]
    assert course(history=history).called_at == NOON + 30 * MINUTE
    assert course(history=history, incident=replace(INCIDENT, severity=Severity.MAJOR)).called_at is None


@pytest.mark.clause("H-45")
@pytest.mark.parametrize(
    ("hours", "calm"),
    [
        ([], None),
        ([3], 3),
        # Ten within a day, then one now and then: after the fifth no day has more than five.
        ([*range(10), 40, 70], 4),
        # It wakes once more: six on the third day are more than half of ten.
        ([*range(10), 60, 61, 62, 63, 64, 65], 60),
        # Five are half: at most so many count as calm.
        ([*range(10), 60, 61, 62, 63, 64], 4),
    ],
)
def test_it_is_calm_once_no_later_day_has_more_than_half_of_the_fullest_one(hours, calm):
    found = calm_at([NOON + hour * HOUR for hour in hours], DAY, 50)
    assert found == (None if calm is None else NOON + calm * HOUR)
