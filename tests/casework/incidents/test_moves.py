"""Status moves of an incident: what is legal, what stays as it was first noted, what is refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from casework.incidents import moves
from records.disclosures import Disclosure
from records.incidents import IllegalMove, Incident, IncidentState
from records.words import Category, Scope, Severity

NOON = datetime(2026, 4, 10, 12, tzinfo=UTC)
LATER = NOON + timedelta(hours=1)
RECORD = Disclosure("d7", "干部任免", None, NOON, "组织部", None, Scope.PUBLIC, None, "全文")


def incident(state: IncidentState = IncidentState.OPEN) -> Incident:
    made = moves.opened(
        "20260410-001",
        disclosure="d7",
        title="标题",
        unit="组织部",
        severity=Severity.GENERAL,
        category=None,
        at=NOON,
        first_post_at=None,
        gathering=1,
    )
    return replace(made, state=state)


def test_an_incident_is_named_after_its_record_unless_that_is_for_the_party_only():
    assert moves.title_of(RECORD) == "“干部任免”相关舆情"
    assert moves.title_of(replace(RECORD, scope=Scope.PARTY)) == "党内公开事项（d7）相关舆情"


@pytest.mark.clause("H-41")
def test_the_first_acknowledgement_is_kept():
    first = moves.acknowledged(incident(), NOON, "王芳")
    assert (first.acknowledged_at, first.acknowledged_by) == (NOON, "王芳")
    assert moves.acknowledged(first, LATER, "李强") == first


def test_confirming_what_is_confirmed_changes_nothing_and_what_is_over_is_refused():
    confirmed = moves.confirmed(incident())
    assert confirmed.state is IncidentState.CONFIRMED
    assert moves.confirmed(confirmed) == confirmed
    with pytest.raises(IllegalMove, match="已排除"):
        moves.confirmed(incident(IncidentState.DISMISSED))


@pytest.mark.parametrize("state", [IncidentState.CLOSED, IncidentState.DISMISSED])
def test_what_is_ended_has_its_moment_and_cannot_end_again(state: IncidentState):
    over = moves.ended(incident(), state, LATER)
    assert (over.state, over.closed_at) == (state, LATER)
    with pytest.raises(IllegalMove):
        moves.ended(over, state, LATER)


@pytest.mark.parametrize(
    ("state", "back"),
    [(IncidentState.CLOSED, IncidentState.CONFIRMED), (IncidentState.DISMISSED, IncidentState.OPEN)],
)
def test_what_is_reopened_is_as_it_was_before_the_end(state: IncidentState, back: IncidentState):
    reopened = moves.reopened(moves.ended(incident(), state, LATER))
    assert (reopened.state, reopened.closed_at) == (back, None)


def test_what_is_merged_names_the_other_one_and_is_never_opened_again():
    over = moves.merged(incident(), "20260410-009", LATER)
    assert (over.state, over.merged_into, over.closed_at) == (IncidentState.MERGED, "20260410-009", LATER)
    for move in (moves.reopened, moves.confirmed, lambda one: moves.ended(one, IncidentState.CLOSED, LATER)):
        with pytest.raises(IllegalMove, match="已并入"):
            move(over)


@pytest.mark.parametrize("state", [IncidentState.OPEN, IncidentState.CONFIRMED])
def test_what_is_ongoing_cannot_be_reopened(state: IncidentState):
    with pytest.raises(IllegalMove, match="不需要重新打开"):
        moves.reopened(incident(state))


@pytest.mark.clause("H-38")
def test_the_category_follows_the_voices_until_a_person_sets_it():
    assert moves.categorised(incident(), Category.EMERGENCY).category is Category.EMERGENCY
    by_person = replace(incident(), category=Category.MISREADING, category_by_person=True)
    assert moves.categorised(by_person, Category.EMERGENCY) == by_person
