"""The playbook for general negative reactions."""

from __future__ import annotations

from datetime import timedelta

import pytest

from playbooks.playbook import Doer, library
from records.actions import Act
from records.words import Severity

BOOK = next(book for book in library() if book.id == "general")


def test_it_is_for_general_incidents_of_every_kind() -> None:
    assert BOOK.severity is Severity.GENERAL
    assert not BOOK.categories


@pytest.mark.clause("H-42(1)")
def test_the_unit_verifies_before_it_answers() -> None:
    steps = {step.done_by: step for step in BOOK.steps if step.done_by}
    assert steps[Act.CONFIRM].who is Doer.UNIT
    assert steps[Act.PUBLISH_RESPONSE].who is Doer.UNIT
    assert steps[Act.CONFIRM].within < steps[Act.PUBLISH_RESPONSE].within
    assert {steps[Act.CONFIRM].clause, steps[Act.PUBLISH_RESPONSE].clause} == {"H-42(1)"}


@pytest.mark.clause("H-41")
def test_the_duty_officer_acknowledges_first() -> None:
    first = BOOK.steps[0]
    assert (first.who, first.done_by, first.within) == (Doer.DUTY, Act.ACKNOWLEDGE, timedelta(minutes=15))
