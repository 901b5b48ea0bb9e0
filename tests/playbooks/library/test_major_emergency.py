"""The playbook for major emergencies."""

from __future__ import annotations

from datetime import timedelta

import pytest

from playbooks.playbook import Start, library
from records.actions import Act
from records.words import Severity

BOOK = next(book for book in library() if book.id == "major_emergency")
STEPS = {step.id: step for step in BOOK.steps}


def test_it_is_for_major_emergencies_of_every_kind() -> None:
    assert BOOK.severity is Severity.MAJOR_EMERGENCY
    assert not BOOK.categories


@pytest.mark.clause("H-42(3)")
def test_the_report_is_due_two_hours_after_the_plan_started() -> None:
    report = STEPS["report"]
    assert (report.after, report.within, report.done_by) == (Start.PLAN_STARTED, timedelta(hours=2), Act.FILE_REPORT)


@pytest.mark.clause("H-42(3)")
def test_the_parts_are_complete_and_confirmed_before_the_report_is_due() -> None:
    assert STEPS["offline_facts"].within < STEPS["parts"].within < STEPS["report"].within


@pytest.mark.clause("E-2(7)5")
def test_authoritative_information_goes_out_before_the_report() -> None:
    assert STEPS["first_word"].done_by is Act.PUBLISH_RESPONSE
    assert STEPS["first_word"].within < STEPS["report"].within


@pytest.mark.clause("H-45")
def test_it_ends_with_a_review() -> None:
    assert BOOK.steps[-1].clause == "H-45"
