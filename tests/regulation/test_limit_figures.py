"""An office changes when a duty is due and when it is called to mind; what cannot be at once is refused."""

from __future__ import annotations

from datetime import timedelta

import pytest

from regulation.limit_figures import figures_of, limits_with, with_figures
from regulation.rule_rows import BadRules
from regulation.time_limits import limit_for

MINUTE = timedelta(minutes=1)
REPORT = "initial_report"


@pytest.mark.clause("H-42(3)")
def test_what_is_told_when_the_report_is_due_moves_with_its_time_and_the_reminders_stay():
    changed = with_figures(limit_for(REPORT), {"minutes": 115, "again_minutes": 10})
    assert changed.due_after == 115 * MINUTE
    told = [(step.kind, step.after // MINUTE, step.repeat) for step in changed.steps]
    assert told == [
        ("plan_started", 0, None),
        ("reminder", 60, None),
        ("reminder", 90, None),
        ("reminder", 110, None),
        ("overdue", 115, None),
        ("escalated", 115, 10 * MINUTE),
    ]


@pytest.mark.clause("H-41")
def test_an_acknowledgement_is_asked_for_again_from_the_new_moment_on():
    changed = limits_with({"acknowledgement.major": {"minutes": 10, "again_minutes": 5}})["acknowledgement.major"]
    [step] = changed.steps
    assert (changed.due_after, step.after, step.repeat) == (10 * MINUTE, 10 * MINUTE, 5 * MINUTE)


@pytest.mark.clause("H-45")
@pytest.mark.parametrize(
    ("days", "told"),
    [
        (10, [("owed_reminder", 5), ("owed_reminder", 9), ("owed_overdue", 11), ("owed_escalated", 11)]),
        (15, [("owed_reminder", 10), ("owed_reminder", 14), ("owed_overdue", 16), ("owed_escalated", 16)]),
        (3, [("owed_reminder", 2), ("owed_overdue", 4), ("owed_escalated", 4)]),
    ],
)
def test_what_is_due_in_working_days_moves_with_all_that_is_told_of_it(days: int, told: list[tuple[str, int]]):
    changed = with_figures(limit_for("evaluation"), {"days": days})
    assert changed.working_days == days
    assert [(step.kind, step.day) for step in changed.steps] == told
    assert figures_of(changed) == {"days": days}


def test_the_figures_of_a_limit_are_those_of_its_row():
    assert figures_of(limit_for(REPORT)) == {
        "minutes": 120,
        "reminder_1": 60,
        "reminder_2": 90,
        "reminder_3": 110,
        "again_minutes": 15,
    }
    assert figures_of(limit_for("follow_up.major")) == {"minutes": 60}


@pytest.mark.parametrize(
    ("figures", "why"),
    [
        ({REPORT: {"minutes": 110}}, r"第 3 次提醒（110 分钟）应早于时限（110 分钟）"),
        ({REPORT: {"reminder_2": 60}}, r"第 2 次提醒（60 分钟）应晚于第 1 次（60 分钟）"),
        ({"acknowledgement.major": {"minutes": 61}}, r"更重的“重大”（61 分钟）不应比“一般”（60 分钟）宽"),
        ({"acknowledgement.general": {"minutes": 14}}, r"更重的“重大”（15 分钟）不应比“一般”（14 分钟）宽"),
        ({"nothing": {"minutes": 14}}, "没有名为 nothing"),
    ],
)
def test_figures_that_contradict_each_other_are_refused(figures: dict[str, dict[str, int]], why: str):
    with pytest.raises(BadRules, match=why):
        limits_with(figures)
