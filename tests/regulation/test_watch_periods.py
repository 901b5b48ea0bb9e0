"""A day is cut into watch periods, and what was not collected is never called quiet."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import yaml

from records.patrols import PatrolTally
from regulation.rule_rows import BadRules
from regulation.watch_periods import Patrolled, Watched, report_on, watch_periods

DAY = date(2026, 4, 10)
MIDNIGHT = datetime(2026, 4, 9, 16, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
NIGHT, MORNING, EVENING = watch_periods().of(DAY)
LATER = MIDNIGHT + 40 * HOUR
TEN_MINUTES = Watched(10 * MINUTE, 30 * MINUTE, MIDNIGHT - 30 * 24 * HOUR)


def tally(attempts: int = 48, answers: int = 48, new: int = 0, **more: object) -> PatrolTally:
    """A source tried every ten minutes of the night."""
    last = NIGHT.end - 10 * MINUTE
    values: dict[str, object] = {
        "first_attempt_at": NIGHT.start,
        "last_attempt_at": last,
        "first_answer_at": NIGHT.start if answers else None,
        "last_answer_at": last if answers else None,
        "attempt_gap": 10 * MINUTE,
        "answer_gap": 10 * MINUTE,
    }
    return PatrolTally("bbs", attempts, answers, new, **(values | more))  # type: ignore[arg-type]


@pytest.mark.clause("H-41")
def test_the_shipped_day_has_three_periods_of_eight_hours_in_beijing_time():
    assert [(period.start, period.end) for period in (NIGHT, MORNING, EVENING)] == [
        (MIDNIGHT, MIDNIGHT + 8 * HOUR),
        (MIDNIGHT + 8 * HOUR, MIDNIGHT + 16 * HOUR),
        (MIDNIGHT + 16 * HOUR, MIDNIGHT + 24 * HOUR),
    ]
    assert [period.label for period in (NIGHT, MORNING, EVENING)] == ["00:00–08:00", "08:00–16:00", "16:00–24:00"]


@pytest.mark.clause("H-41")
def test_other_times_stand_in_place_of_the_shipped_ones_and_leave_no_gap():
    day, night = watch_periods(["08:30", "20:00"]).of(DAY)
    assert (day.label, night.label) == ("08:30–20:00", "20:00–次日08:30")
    assert day.end == night.start
    assert night.end == watch_periods(["08:30", "20:00"]).of(DAY + timedelta(days=1))[0].start


@pytest.mark.parametrize(
    ("starts", "message"),
    [
        (["8点"], "设置 rules.watch_periods：“8点”不是"),
        (["25:00"], "“25:00”不是"),
        (["16:00", "08:00"], "从早到晚，不重复"),
        (["08:00", "08:00"], "从早到晚，不重复"),
    ],
)
def test_times_that_cannot_be_used_are_an_error(starts: list[str], message: str):
    with pytest.raises(BadRules, match=message):
        watch_periods(starts)


@pytest.mark.parametrize("content", [{"starts": ["08:00"]}, {"starts": [], "clause": "H-41"}, ["08:00"]])
def test_a_file_that_cannot_be_used_is_an_error(tmp_path: Path, content: object):
    path = tmp_path / "watch_periods.yaml"
    path.write_text(yaml.safe_dump(content), "utf-8")
    with pytest.raises(BadRules, match=r"watch_periods\.yaml"):
        watch_periods(path=path)


@pytest.mark.clause("H-41")
@pytest.mark.parametrize(
    ("found", "said"),
    [
        (tally(new=3), "已巡查，有新帖"),
        (tally(), "已巡查，无新帖"),
        (tally(answers=0), "无应答"),
        (None, "未巡查"),
    ],
)
def test_nothing_new_no_answer_and_nobody_asked_are_three_different_things(found: PatrolTally | None, said: str):
    assert report_on(found, TEN_MINUTES, NIGHT, LATER).patrolled.label == said


@pytest.mark.clause("H-41")
def test_only_what_was_not_read_counts_as_missed():
    assert {one for one in Patrolled if one.missed} == {Patrolled.NO_ANSWER, Patrolled.NOT_PATROLLED}


@pytest.mark.clause("H-41")
def test_hours_in_which_nobody_asked_show_though_the_source_answered_before_and_after():
    found = report_on(tally(attempt_gap=5 * HOUR, answer_gap=5 * HOUR), TEN_MINUTES, NIGHT, LATER)
    assert (found.patrolled, found.gap, found.unattended) == (Patrolled.NOTHING_NEW, 5 * HOUR, True)


@pytest.mark.clause("H-41")
def test_hours_without_an_answer_show_as_such():
    found = report_on(tally(answers=20, answer_gap=4 * HOUR), TEN_MINUTES, NIGHT, LATER)
    assert (found.gap, found.unattended) == (4 * HOUR, False)


@pytest.mark.clause("H-41")
def test_the_time_before_the_first_and_after_the_last_attempt_counts():
    late = tally(first_attempt_at=NIGHT.start + 3 * HOUR, first_answer_at=NIGHT.start + 3 * HOUR)
    assert report_on(late, TEN_MINUTES, NIGHT, LATER).gap == 3 * HOUR
    early = tally(last_attempt_at=NIGHT.start + HOUR, last_answer_at=NIGHT.start + HOUR)
    assert report_on(early, TEN_MINUTES, NIGHT, LATER).gap == 7 * HOUR
    assert report_on(early, TEN_MINUTES, NIGHT, NIGHT.start + 65 * MINUTE).gap is None


def test_a_gap_is_told_from_the_source_s_own_patience_on():
    assert report_on(tally(attempt_gap=30 * MINUTE), TEN_MINUTES, NIGHT, LATER).gap == 30 * MINUTE
    assert report_on(tally(attempt_gap=29 * MINUTE), TEN_MINUTES, NIGHT, LATER).gap is None


@pytest.mark.clause("H-41")
def test_a_period_that_has_just_begun_is_not_missed_yet():
    assert report_on(None, TEN_MINUTES, MORNING, MORNING.start - MINUTE).patrolled is Patrolled.NOT_YET
    assert report_on(None, TEN_MINUTES, MORNING, MORNING.start).patrolled is Patrolled.PENDING
    assert report_on(None, TEN_MINUTES, MORNING, MORNING.start + 29 * MINUTE).patrolled is Patrolled.PENDING
    assert report_on(None, TEN_MINUTES, MORNING, MORNING.start + 30 * MINUTE).patrolled is Patrolled.NOT_PATROLLED


def test_a_source_read_once_a_day_is_not_missed_in_a_period_of_eight_hours():
    daily = Watched(24 * HOUR, 72 * HOUR, TEN_MINUTES.since)
    assert report_on(None, daily, MORNING, LATER).patrolled is Patrolled.NOT_DUE


def test_a_source_is_not_missed_before_there_was_one():
    new = Watched(10 * MINUTE, 30 * MINUTE, MORNING.start)
    assert report_on(None, new, NIGHT, LATER).patrolled is Patrolled.UNKNOWN_THEN
    assert report_on(None, new, MORNING, LATER).patrolled is Patrolled.NOT_PATROLLED


def test_a_source_that_others_push_is_not_missed():
    pushed = Watched(10 * MINUTE, 30 * MINUTE, TEN_MINUTES.since, pushed=True)
    assert report_on(None, pushed, NIGHT, LATER).patrolled is Patrolled.NO_PUSH
    assert report_on(tally(1, 1, attempt_gap=5 * HOUR), pushed, NIGHT, LATER).gap is None
