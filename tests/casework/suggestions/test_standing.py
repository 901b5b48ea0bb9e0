"""Where a suggestion stands follows from the entries that hold: nothing finishes it without an answer and feedback."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.suggestions.moves import Said, may_be_taken_back, missing, possible
from casework.suggestions.standing import Course, course_of
from records.suggestions import Did, Standing, SuggestionEntry
from regulation.suggestions import suggestion_rules

NOON = datetime(2026, 4, 10, 4, tzinfo=UTC)
DAY = timedelta(days=1)
RULES = suggestion_rules()
REGISTERED, TRANSFERRED, URGED, ADOPTED, EXPLAINED = (
    Did.REGISTERED,
    Did.TRANSFERRED,
    Did.URGED,
    Did.ADOPTED,
    Did.EXPLAINED,
)
CARRIED_OUT, FED_BACK, IMPORTANT, SUBMITTED, FINISHED = (
    Did.CARRIED_OUT,
    Did.FED_BACK,
    Did.IMPORTANT,
    Did.SUBMITTED,
    Did.FINISHED,
)
Row = Did | int
"""A step, or the number of the entry that is taken back."""


def entry(number: int, row: Row) -> SuggestionEntry:
    did, of = (row, None) if isinstance(row, Did) else (Did.VOID, row)
    due = NOON + number * DAY
    unit = "教体局" if did is TRANSFERRED else None
    return SuggestionEntry("2026-00001", did, NOON, "王芳", "文字", unit, due_at=due, of=of, id=number)


def course(*rows: Row) -> Course:
    return course_of([entry(number, row) for number, row in enumerate(rows, 1)], "住建局")


@pytest.mark.clause("H-47")
@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([REGISTERED], Standing.TO_ANSWER),
        ([REGISTERED, TRANSFERRED], Standing.TO_ANSWER),
        ([REGISTERED, ADOPTED], Standing.TO_CARRY_OUT),
        ([REGISTERED, EXPLAINED], Standing.TO_FEED_BACK),
        ([REGISTERED, ADOPTED, CARRIED_OUT], Standing.TO_FEED_BACK),
        ([REGISTERED, ADOPTED, FED_BACK], Standing.TO_CARRY_OUT),
        ([REGISTERED, ADOPTED, FED_BACK, CARRIED_OUT], Standing.TO_FEED_BACK),
        ([REGISTERED, ADOPTED, CARRIED_OUT, FED_BACK], Standing.TO_FINISH),
        ([REGISTERED, EXPLAINED, FED_BACK, FINISHED], Standing.FINISHED),
        ([REGISTERED, EXPLAINED, FED_BACK, FINISHED, 3], Standing.TO_FEED_BACK),
        ([REGISTERED, EXPLAINED, 2], Standing.TO_ANSWER),
        ([REGISTERED, EXPLAINED, FED_BACK, 2, ADOPTED, CARRIED_OUT], Standing.TO_FEED_BACK),
        ([REGISTERED, IMPORTANT, EXPLAINED, FED_BACK], Standing.TO_REPORT),
        ([REGISTERED, IMPORTANT, EXPLAINED, FED_BACK, FINISHED], Standing.TO_REPORT),
        ([REGISTERED, IMPORTANT, EXPLAINED, FED_BACK, SUBMITTED], Standing.TO_FINISH),
        ([REGISTERED, 1], Standing.VOID),
        ([REGISTERED, FINISHED], Standing.TO_ANSWER),
    ],
)
def test_a_suggestion_stands_where_the_entries_that_hold_bring_it(rows: list[Row], expected: Standing):
    assert course(*rows).standing is expected


@pytest.mark.clause("H-47", "E-2(6)5")
@given(st.lists(st.one_of(st.sampled_from(sorted(Did)), st.integers(1, 12)), max_size=14))
def test_no_sequence_of_entries_finishes_a_suggestion_without_an_answer_and_feedback(rows: list[Row]):
    found = course(REGISTERED, *rows)
    if found.standing is not Standing.FINISHED:
        assert found.finished is None
        return
    held = [one for one in found.entries if one.id not in found.gone]
    answered = max(one.id or 0 for one in held if one.did in (ADOPTED, EXPLAINED))
    settled = [one.id or 0 for one in held if one.did is CARRIED_OUT and (one.id or 0) > answered]
    explained = any(one.did is EXPLAINED and one.id == answered for one in held)
    assert explained or settled
    after = answered if explained else min(settled)
    assert any(one.did is FED_BACK and (one.id or 0) > after for one in held)
    assert SUBMITTED in [one.did for one in held] or IMPORTANT not in [one.did for one in held]


@pytest.mark.clause("H-47")
def test_an_answer_from_before_a_transfer_is_not_that_of_the_unit_that_handles_it_now():
    found = course(REGISTERED, EXPLAINED, TRANSFERRED)
    assert (found.standing, found.unit, found.answer) == (Standing.TO_ANSWER, "教体局", None)
    assert course(REGISTERED, TRANSFERRED, 2).unit == "住建局"


@pytest.mark.clause("H-47")
def test_what_is_awaited_is_due_when_the_entry_says_from_which_on_it_is_awaited():
    found = course(REGISTERED, IMPORTANT, TRANSFERRED, URGED, URGED)
    assert [(wait.standing, wait.due_at) for wait in found.waits] == [
        (Standing.TO_ANSWER, NOON + 3 * DAY),
        (Standing.TO_REPORT, NOON + 2 * DAY),
    ]
    assert found.next_due() == NOON + 2 * DAY
    assert found.urged == 2
    assert [found.overdue(NOON + 2 * DAY), found.overdue(NOON + 2 * DAY + timedelta(seconds=1))] == [False, True]
    assert course(REGISTERED, EXPLAINED, FED_BACK, FINISHED).waits == ()


@pytest.mark.clause("H-47")
def test_finishing_is_open_only_after_the_answer_was_carried_out_or_explained_and_fed_back():
    for rows in ([REGISTERED], [REGISTERED, ADOPTED], [REGISTERED, ADOPTED, CARRIED_OUT], [REGISTERED, EXPLAINED]):
        assert FINISHED not in possible(course(*rows), RULES)
    assert FINISHED in possible(course(REGISTERED, ADOPTED, CARRIED_OUT, FED_BACK), RULES)
    assert FINISHED in possible(course(REGISTERED, EXPLAINED, FED_BACK), RULES)


@pytest.mark.clause("H-47")
def test_a_written_report_is_only_for_an_important_one_and_once():
    assert SUBMITTED not in possible(course(REGISTERED), RULES)
    important = course(REGISTERED, IMPORTANT)
    assert {SUBMITTED, Did.INSTRUCTED} <= possible(important, RULES)
    assert IMPORTANT not in possible(important, RULES)
    assert SUBMITTED not in possible(course(REGISTERED, IMPORTANT, SUBMITTED), RULES)
    assert Did.INSTRUCTED in possible(course(REGISTERED, IMPORTANT, SUBMITTED, EXPLAINED, FED_BACK, FINISHED), RULES)


@pytest.mark.clause("H-47")
@pytest.mark.parametrize(
    ("did", "asked"),
    [
        (EXPLAINED, "不采纳的解释"),
        (ADOPTED, "何时完成"),
        (CARRIED_OUT, "落实情况和证明"),
        (FED_BACK, "时间"),
        (TRANSFERRED, "转给哪个单位"),
    ],
)
def test_what_the_article_asks_for_must_be_said(did: Did, asked: str):
    assert missing(RULES.step(did), Said()) == asked


def test_the_finishing_is_taken_back_first_and_the_registration_last():
    def numbers(*rows: Row) -> list[int | None]:
        return [one.id for one in may_be_taken_back(course(*rows))]

    assert numbers(REGISTERED, EXPLAINED, FED_BACK, FINISHED) == [4]
    assert numbers(REGISTERED, EXPLAINED, FED_BACK, FINISHED, 4) == [2, 3]
    assert numbers(REGISTERED, EXPLAINED, 2) == [1]
    assert numbers(REGISTERED, 1) == []
    assert possible(course(REGISTERED, 1), RULES) == frozenset()
