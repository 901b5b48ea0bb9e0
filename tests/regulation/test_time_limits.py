"""The time limits are rows with a clause; a row that cannot be read is named."""

from __future__ import annotations

from datetime import timedelta

import pytest

from records.alerts import OFFICE, Ending
from regulation.recipients import CO_UNITS, RESPONSIBLE_UNIT
from regulation.rule_rows import BadRules
from regulation.time_limits import (
    INITIAL_REPORT,
    BadTimeLimits,
    Start,
    UnknownDuty,
    after_closing,
    further_limits,
    limit_for,
    limits_from,
)

STEP = {"kind": "reminder", "after": 60}
ROW = {"duty": "d", "due_minutes": 120, "steps": [STEP], "clause": "H-42(3)"}
REMINDER = {"kind": "owed_reminder", "after": 60}
OVERDUE = {"kind": "owed_overdue", "after": 120, "every": 30}
FURTHER = {
    **ROW,
    "label": "回访",
    "starts": "confirmed",
    "severities": ["general", "major"],
    "ends": "noted",
    "steps": [REMINDER, OVERDUE],
}


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
        "plan_started": (RESPONSIBLE_UNIT, CO_UNITS, OFFICE),
        "reminder": (RESPONSIBLE_UNIT, OFFICE),
        "overdue": (RESPONSIBLE_UNIT, CO_UNITS, OFFICE),
        "escalated": (OFFICE,),
    }


@pytest.mark.parametrize(
    ("duty", "starts", "severities", "ends", "hours"),
    [
        ("authoritative_information", Start.SEVERITY, {"major_emergency"}, Ending.PUBLISH_RESPONSE, 5),
        ("press_conference", Start.SEVERITY, {"major_emergency"}, Ending.NOTED, 24),
        ("answer", Start.OPENED, {"general", "major"}, Ending.PUBLISH_RESPONSE, 48),
    ],
)
def test_the_national_profile_asks_for_information_a_press_conference_and_an_answer(
    duty: str, starts: Start, severities: set[str], ends: Ending, hours: int
):
    limit = limit_for(duty)
    assert limit.further is not None
    assert (limit.further.profile, limit.further.starts, limit.further.severities) == ("national", starts, severities)
    assert (limit.ends, limit.due_after) == (ends, timedelta(hours=hours))
    assert limit.clause in ("国办发〔2016〕61号", "国办发〔2016〕80号")


def test_the_national_profile_holds_only_where_it_is_switched_on():
    assert [limit.duty for limit in further_limits()] == ["revisit", "evaluation"]
    assert [limit.duty for limit in further_limits(["national"])] == [
        "authoritative_information",
        "press_conference",
        "answer",
        "revisit",
        "evaluation",
    ]


@pytest.mark.clause("H-45")
def test_an_evaluation_is_owed_ten_working_days_after_the_closing_from_major_on_and_ends_when_it_is_signed():
    limit = limit_for("evaluation")
    assert limit.further is not None
    assert limit.further.severities == {"major", "major_emergency"}
    assert (limit.further.starts, limit.ends, limit.working_days) == (Start.CLOSED, Ending.EVALUATION, 10)
    assert after_closing() == {"revisit", "evaluation"}


@pytest.mark.clause("H-45")
def test_an_incident_is_looked_at_again_four_weeks_after_its_closing():
    limit = limit_for("revisit")
    assert limit.further is not None
    assert (limit.further.starts, limit.ends, limit.due_after) == (Start.CLOSED, Ending.NOTED, timedelta(weeks=4))
    assert limit.further.severities == {"general", "major", "major_emergency"}


def test_a_row_of_no_profile_holds_always():
    rows = limits_from(
        [FURTHER, {**FURTHER, "duty": "other", "profile": "p", "starts": "opened"}], "time_limits.yaml"
    ).values()
    assert [limit.duty for limit in further_limits((), rows)] == ["d"]


def test_a_profile_that_no_row_belongs_to_is_refused_by_its_name():
    with pytest.raises(BadRules, match=r"rules.profiles：没有名为 nationaal 的成套时限；可用 national"):
        further_limits(["national", "nationaal"])


def test_an_unknown_duty_is_an_error_and_not_a_missing_deadline():
    with pytest.raises(UnknownDuty, match="first_answer"):
        limit_for("first_answer")


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ({}, "a list of rows"),
        ([ROW, ROW], "row 2: d stands twice"),
        ([FURTHER, {**FURTHER, "duty": "e", "due_minutes": 90}], "d and e begin and end alike"),
        ([{**FURTHER, "starts": "tomorrow"}], "row 1: 'tomorrow' is not a valid Start"),
        ([{**FURTHER, "ends": "silence"}], "row 1: 'silence' is not a valid Ending"),
        ([{**FURTHER, "severities": ["grave"]}], "row 1: 'grave' is not a valid Severity"),
        ([{**FURTHER, "severities": []}], "row 1: `severities`"),
        ([{**FURTHER, "label": " "}], "row 1: `label`"),
        ([{**FURTHER, "profile": 1}], "row 1: `profile`"),
        ([{**FURTHER, "clause": "H-99"}], "row 1: no clause 'H-99'"),
        ([{key: value for key, value in FURTHER.items() if key != "ends"}], "row 1: exactly these keys"),
        ([{**ROW, "profile": "p"}], "row 1: exactly these keys"),
        ([{**FURTHER, "steps": [STEP]}], "row 1: a further clock tells by kinds of its own"),
        ([{**FURTHER, "steps": [REMINDER]}], "row 1: the last step must repeat"),
        ([{**FURTHER, "steps": [{**REMINDER, "after": 120}, OVERDUE]}], "owed_reminder at 2:00:00 reminds"),
        ([{**FURTHER, "steps": [{**OVERDUE, "after": 119}]}], "owed_overdue at 1:59:00, but due is 2:00:00"),
        ([{**FURTHER, "duty": "d" * 41}], "row 1: `duty` must not be longer"),
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


DAYS = {
    **{key: value for key, value in FURTHER.items() if key != "due_minutes"},
    "due_working_days": 10,
    "steps": [
        {"kind": "owed_started", "after": 0},
        {"kind": "owed_reminder", "day": 10, "at": "09:00"},
        {"kind": "owed_overdue", "day": 10, "at": "24:00", "every": 1440},
    ],
}


@pytest.mark.clause("E-2(5)1")
def test_a_further_clock_may_be_due_in_working_days_and_tell_on_them():
    limit = limits_from([DAYS], "time_limits.yaml")["d"]
    assert (limit.working_days, [(step.day, step.minute) for step in limit.steps]) == (
        10,
        [(None, 0), (10, 540), (10, 1440)],
    )
    in_days = [(limit.duty, limit.working_days) for limit in further_limits(["outcome"]) if limit.working_days]
    assert in_days == [("evaluation", 10), ("outcome", 10)]


def with_step(**step: object) -> dict[str, object]:
    return {**DAYS, "steps": [{"kind": "owed_overdue", "day": 10, "at": "24:00", "every": 60} | step]}


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ({**DAYS, "due_minutes": 60}, "one of due_minutes, due_working_days"),
        ({key: value for key, value in DAYS.items() if key != "due_working_days"}, "one of due_minutes"),
        ({**DAYS, "due_working_days": 0}, "whole number from 1"),
        ({**ROW, "due_working_days": 5}, "exactly these keys"),
        ({"duty": "d", "due_working_days": 5, "clause": "H-41", "steps": [STEP]}, "only a further clock"),
        ({**FURTHER, "steps": [{"kind": "owed_overdue", "day": 1, "at": "24:00", "every": 60}]}, "due_working_days"),
        (with_step(day=0), "whole number from 1"),
        (with_step(at="24:01"), "a time of day"),
        (with_step(at="9:00"), "a time of day"),
        (with_step(at=540), "a time of day"),
        (with_step(at="23:59"), "but due is the end of day 10"),
        (with_step(kind="owed_reminder"), "reminds of what is due"),
        ({**DAYS, "steps": [DAYS["steps"][1], DAYS["steps"][0], DAYS["steps"][2]]}, "order of time"),
        ({**DAYS, "steps": [{"kind": "owed_overdue", "after": 60, "every": 60}]}, "after: 0"),
    ],
)
def test_a_row_in_working_days_that_cannot_be_meant_is_refused(row: dict[str, object], told: str):
    with pytest.raises(BadTimeLimits, match=told):
        limits_from([row], "time_limits.yaml")
