"""A time limit becomes a deadline, and its steps are taken when they are due: the pure part of the two-hour clock."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from alerts.deadlines import deadline_for, first_steps, in_time, steps_to_take
from records.alerts import DeadlineState
from regulation.time_limits import INITIAL_REPORT, limit_for

START = datetime(2026, 4, 10, 7, 40, tzinfo=UTC)


def at(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


def deadline():
    return deadline_for(limit_for(INITIAL_REPORT), "20260410-001", 1, START, START, "王芳")


def taken(minutes: float, after: float = 0.001):
    pending = [step for step in first_steps(deadline()) if step.at >= at(after)]
    return [
        (entry.firing.kind, entry.firing.round, entry.overtaken_by)
        for entry in steps_to_take(deadline(), pending, at(minutes))
    ]


@pytest.mark.clause("H-42(3)")
def test_the_initial_report_is_due_two_hours_after_the_start():
    assert deadline().due_at == at(120)
    assert deadline().clause == "H-42(3)"


def test_nothing_is_due_before_its_moment_and_a_step_is_due_exactly_at_it():
    assert taken(59.99) == []
    assert taken(60) == [("reminder", 0, None)]


def test_of_several_reminders_only_the_latest_is_told():
    assert taken(110) == [("reminder", 0, at(110)), ("reminder", 0, at(110)), ("reminder", 0, None)]


def test_once_the_duty_is_due_no_reminder_is_told_and_overdue_and_escalation_are():
    assert taken(120) == [
        *[("reminder", 0, at(120))] * 3,
        ("overdue", 0, None),
        ("escalated", 0, None),
    ]


def test_a_repeating_step_that_missed_rounds_speaks_once_and_keeps_its_grid():
    pending = [step for step in first_steps(deadline()) if step.kind == "escalated"]
    (entry,) = steps_to_take(deadline(), pending, at(164.9))
    assert (entry.firing.round, entry.firing.at) == (2, at(150))
    assert entry.following is not None
    assert (entry.following.round, entry.following.at) == (3, at(165))
    (on_the_grid,) = steps_to_take(deadline(), pending, at(165))
    assert on_the_grid.firing.round == 3


@pytest.mark.parametrize(("minutes", "kept"), [(0, True), (120, True), (120.00001, False), (300, False)])
def test_a_duty_done_exactly_when_due_is_in_time(minutes: float, kept: bool):
    done = replace(deadline(), state=DeadlineState.MET, ended_at=at(minutes))
    assert in_time(done) is kept


def test_an_open_or_cancelled_duty_is_neither_in_time_nor_late():
    assert in_time(deadline()) is None
    assert in_time(replace(deadline(), state=DeadlineState.CANCELLED, ended_at=at(1))) is None
