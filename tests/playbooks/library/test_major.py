"""The playbook for major negative reactions."""

from __future__ import annotations

import pytest

from playbooks.playbook import Doer, library
from records.actions import Act
from records.words import Severity

BOOK = next(book for book in library() if book.id == "major")
STEPS = {step.id: step for step in BOOK.steps}


def test_it_is_for_major_incidents_of_every_kind() -> None:
    assert BOOK.severity is Severity.MAJOR
    assert not BOOK.categories


@pytest.mark.clause("H-42(2)")
def test_it_assesses_with_the_net_office_reports_informs_publicity_and_publishes() -> None:
    assert STEPS["assess"].who is Doer.CYBERSPACE
    assert STEPS["inform"].who is Doer.PUBLICITY
    assert STEPS["report"].done_by is Act.FILE_REPORT
    assert STEPS["answer"].done_by is Act.PUBLISH_RESPONSE
    assert {STEPS[name].clause for name in ("assess", "findings", "report", "inform", "answer")} == {"H-42(2)"}


@pytest.mark.clause("H-40(3)")
def test_the_office_names_the_lead_before_anybody_investigates() -> None:
    assert STEPS["lead"].who is Doer.OFFICE
    assert STEPS["lead"].within < STEPS["verify"].within


@pytest.mark.clause("H-43")
def test_the_office_reports_upward_as_the_case_needs() -> None:
    assert STEPS["upward"].who is Doer.OFFICE
    assert STEPS["upward"].clause == "H-43"
