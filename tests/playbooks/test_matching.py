"""Which playbook an incident gets."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from playbooks.matching import NoPlaybook, playbook_for
from playbooks.playbook import Playbook, library
from records.incidents import Incident, IncidentState
from records.words import Category, Severity

INCIDENT = Incident(
    id="20260410-001",
    disclosure=None,
    title="停水",
    unit=None,
    category=None,
    severity=Severity.GENERAL,
    state=IncidentState.OPEN,
    opened_at=datetime(2026, 4, 10, tzinfo=UTC),
    first_post_at=None,
    gathering=1,
)
SCHOOLS = Playbook("schools", "误读处置", Severity.GENERAL, frozenset({Category.MISREADING}), ())


@pytest.mark.clause("H-42")
@pytest.mark.parametrize(
    ("severity", "name"),
    [
        (Severity.GENERAL, "一般舆情处置"),
        (Severity.MAJOR, "重大舆情处置"),
        (Severity.MAJOR_EMERGENCY, "重大突发舆情处置"),
    ],
)
def test_the_severity_decides(severity: Severity, name: str) -> None:
    assert playbook_for(replace(INCIDENT, severity=severity), library()).name == name


def test_a_playbook_for_the_category_comes_before_the_general_one() -> None:
    books = (*library(), SCHOOLS)
    assert playbook_for(replace(INCIDENT, category=Category.MISREADING), books) is SCHOOLS
    assert playbook_for(replace(INCIDENT, category=Category.EMERGENCY), books).id == "general"
    assert playbook_for(INCIDENT, books).id == "general"


def test_an_incident_that_no_playbook_covers_is_an_error() -> None:
    with pytest.raises(NoPlaybook):
        playbook_for(INCIDENT, [SCHOOLS])


def test_a_playbook_for_the_catalogue_item_comes_before_one_for_the_category() -> None:
    people = Playbook("people", "干部任用", Severity.GENERAL, frozenset(), (), ("干部选拔任用",))
    misread = replace(INCIDENT, category=Category.MISREADING)
    books = (*library(), SCHOOLS, people)
    assert playbook_for(misread, books, "干部选拔任用/任前公示").id == "people"
    assert playbook_for(misread, books, "干部选拔任用").id == "people"
    assert playbook_for(misread, books, "干部选拔任用工作").id == "schools"
    assert playbook_for(misread, books).id == "schools"
