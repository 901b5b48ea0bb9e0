"""The time limits are rows with a clause; a row that cannot be read is named."""

from __future__ import annotations

from datetime import timedelta

import pytest

from records.alerts import OFFICE
from regulation.recipients import RESPONSIBLE_UNIT
from regulation.time_limits import INITIAL_REPORT, BadTimeLimits, UnknownDuty, limit_for, limits_from

STEP = {"kind": "reminder", "after": 60}
ROW = {"duty": "d", "due_minutes": 120, "steps": [STEP], "clause": "H-42(3)"}


@pytest.mark.clause("H-42(3)")
def test_the_initial_report_is_due_after_two_hours_with_three_reminders_one_overdue_and_a_repeated_escalation():
    limit = limit_for(INITIAL_REPORT)
    assert limit.due_after == timedelta(hours=2)
    assert limit.clause == "H-42(3)"
    assert [(step.kind, step.after.total_seconds() / 60, step.repeat) for step in limit.steps] == [
        ("plan_started", 0, None),
        ("reminder", 60, None),
        ("reminder", 90, None),
        ("reminder", 110, None),
        ("overdue", 120, None),
        ("escalated", 120, timedelta(minutes=15)),
    ]


@pytest.mark.clause("H-42(3)")
def test_the_unit_and_the_office_are_reminded_and_the_office_alone_gets_the_escalation():
    told = {step.kind: step.recipients for step in limit_for(INITIAL_REPORT).steps}
    assert told == {
        "plan_started": (RESPONSIBLE_UNIT, OFFICE),
        "reminder": (RESPONSIBLE_UNIT, OFFICE),
        "overdue": (RESPONSIBLE_UNIT, OFFICE),
        "escalated": (OFFICE,),
    }


def test_an_unknown_duty_is_an_error_and_not_a_missing_deadline():
    with pytest.raises(UnknownDuty, match="first_answer"):
        limit_for("first_answer")


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ({}, "a list of rows"),
        ([ROW, ROW], "row 2: d stands twice"),
        ([{**ROW, "hours": 2}], "row 1: exactly these keys"),
        ([{**ROW, "due_minutes": 0}], "row 1: minutes"),
        ([{**ROW, "due_minutes": True}], "row 1: minutes"),
        ([{**ROW, "due_minutes": "120"}], "row 1: minutes"),
        ([{**ROW, "steps": []}], "row 1: `steps`"),
        ([{**ROW, "clause": None}], "row 1: `duty` and `clause`"),
        ([{**ROW, "steps": [{"kind": "remainder", "after": 60}]}], "step 1: no row for the alert 'remainder'"),
        ([{**ROW, "steps": [{"kind": "reminder"}]}], "step 1: needs"),
        ([{**ROW, "steps": [{**STEP, "every": 0}]}], "step 1: minutes"),
        ([{**ROW, "steps": [STEP, {**STEP, "after": 59}]}], "order of time"),
    ],
)
def test_a_row_that_cannot_be_read_is_named_with_its_fault(rows: object, told: str):
    with pytest.raises(BadTimeLimits, match=told):
        limits_from(rows, "time_limits.yaml")
