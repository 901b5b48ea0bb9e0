"""What was found is planned, put right, checked by the office and made known, in that order (第五十三条)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from casework.inspection.comparing import Tally, tally
from casework.inspection.rectifying import RectificationSaid, course_of, missing, possible, refusal
from records.rectifications import RectificationDid as Did
from records.rectifications import RectificationEntry
from records.rectifications import RectificationStanding as Standing
from regulation.inspection import inspection_rules

RULES = inspection_rules().rectification
AT = datetime(2026, 7, 2, 1, tzinfo=UTC)
DAY = timedelta(days=1)
DUE = AT + 30 * DAY


def entries(*dids: Did) -> list[RectificationEntry]:
    made = [RectificationEntry("Z2026-0001", Did.OPENED, AT, "赵主任", "缺两份签批原件", DUE, id=1)]
    made += [
        RectificationEntry(
            "Z2026-0001",
            did,
            AT + number * DAY,
            "陈杰",
            "文字",
            AT + (number + 14) * DAY
            if did in (Did.PROVED, Did.ACCEPTED)
            else DUE + DAY
            if did is Did.EXTENDED
            else None,
            id=number + 1,
        )
        for number, did in enumerate(dids, 1)
    ]
    return made


@pytest.mark.clause("H-53")
@pytest.mark.parametrize(
    ("dids", "standing", "may"),
    [
        ([], Standing.TO_PLAN, {Did.PLANNED, Did.EXTENDED, Did.VOID}),
        ([Did.PLANNED], Standing.TO_RECTIFY, {Did.PLANNED, Did.PROVED, Did.EXTENDED, Did.VOID}),
        ([Did.PLANNED, Did.PROVED], Standing.TO_CHECK, {Did.SENT_BACK, Did.ACCEPTED, Did.VOID}),
        ([Did.PLANNED, Did.PROVED, Did.SENT_BACK], Standing.TO_RECTIFY, {Did.PLANNED, Did.PROVED, Did.EXTENDED, Did.VOID}),
        ([Did.PLANNED, Did.PROVED, Did.ACCEPTED], Standing.TO_PUBLISH, {Did.PUBLISHED, Did.VOID}),
        ([Did.PLANNED, Did.PROVED, Did.ACCEPTED, Did.PUBLISHED], Standing.FINISHED, set()),
        ([Did.VOID], Standing.VOID, set()),
    ],
)  # fmt: skip
def test_the_steps_in_order(dids: list[Did], standing: Standing, may: set[Did]):
    course = course_of(entries(*dids))
    assert course.standing is standing
    assert possible(course, RULES) == may


def test_a_step_out_of_turn_is_refused_with_where_it_stands():
    told = refusal(course_of(entries()), RULES.step(Did.ACCEPTED))
    assert told is not None
    assert "待定措施" in told


def test_it_is_overdue_the_moment_after_it_was_due():
    course = course_of(entries(Did.PLANNED))
    assert not course.overdue(DUE)
    assert course.overdue(DUE + timedelta(microseconds=1))


def test_more_time_counts_from_when_it_was_given():
    course = course_of(entries(Did.PLANNED, Did.EXTENDED))
    assert course.due_at == DUE + DAY
    assert not course.overdue(DUE + DAY)


def test_what_waits_for_the_office_is_due_by_its_own_day():
    course = course_of(entries(Did.PLANNED, Did.PROVED))
    assert course.waits_for_office
    assert course.next_due == AT + 16 * DAY


def test_what_was_sent_back_is_not_proved_and_late_where_its_day_is_gone():
    course = course_of(entries(Did.PLANNED, Did.PROVED, Did.SENT_BACK))
    assert course.proof is None
    assert course.late(DUE + DAY)
    proved = course_of(entries(Did.PLANNED, Did.PROVED))
    assert not proved.late(DUE + DAY)


def test_what_has_ended_is_never_overdue():
    done = course_of(entries(Did.PLANNED, Did.PROVED, Did.ACCEPTED, Did.PUBLISHED))
    assert done.ended
    assert not done.overdue(DUE + 365 * DAY)


@pytest.mark.parametrize(
    ("did", "said", "lacking"),
    [
        (Did.OPENED, RectificationSaid("缺原件"), "整改期限"),
        (Did.OPENED, RectificationSaid(None, date(2026, 8, 1)), "检查出的问题"),
        (Did.PUBLISHED, RectificationSaid("已公开"), "网址"),
        (Did.PUBLISHED, RectificationSaid(link="https://gov.example/1"), None),
        (Did.SENT_BACK, RectificationSaid(), "退回的理由"),
    ],
)
def test_what_must_be_said(did: Did, said: RectificationSaid, lacking: str | None):
    found = missing(RULES.step(did), said)
    assert found is None if lacking is None else lacking in (found or "")


def test_a_unit_is_not_told_late_for_what_the_office_has_not_checked():
    course = course_of(entries(Did.PLANNED, Did.PROVED))
    late = AT + 90 * DAY
    assert course.overdue(late)
    assert tally([course], late) == Tally(items=1, finished=0, late=0)
    assert tally([course_of(entries(Did.PLANNED))], late).late == 1
