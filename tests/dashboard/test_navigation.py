"""A page stands in the menu of those alone who may see something on it."""

from __future__ import annotations

import pytest

from dashboard.navigation import Place
from records.people import Person
from records.words import Role


def menu(person: Person) -> set[Place]:
    return {place for place in Place if place.opens_to(person)}


DRAFTS = {Place.PROPOSALS, Place.PROPOSAL}
INSPECTED = {Place.INSPECTIONS, Place.INSPECTION, Place.RECTIFICATION}


@pytest.mark.parametrize(
    ("role", "closed"),
    [
        (Role.DUTY, DRAFTS | INSPECTED | {Place.ARCHIVE, Place.PUT_AWAY, Place.LOG}),
        (Role.OFFICE, set()),
        (Role.ADMIN, DRAFTS | {Place.ARCHIVE, Place.PUT_AWAY}),
        (Role.UNIT, {Place.UPWARD, Place.PUBLIC, Place.ADMINISTRATION, Place.LOG}),
        (
            Role.EVALUATOR,
            {Place.MESSAGES, Place.ENTRY, Place.DUTY, Place.ARCHIVE, Place.PUT_AWAY, Place.ADMINISTRATION},
        ),
    ],
)
def test_the_menu_holds_the_pages_that_the_role_may_see_and_no_other(role: Role, closed: set[Place]):
    unit = "区供热服务中心" if role is Role.UNIT else None
    assert set(Place) - menu(Person("somebody", "某人", role, unit)) == closed


@pytest.mark.clause("H-43")
def test_a_unit_never_finds_the_upward_ledger_in_its_menu():
    assert Place.UPWARD not in menu(Person("chenjie", "陈杰", Role.UNIT, "区供热服务中心"))


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.DUTY, Role.OFFICE, Role.ADMIN)])
def test_nobody_but_those_who_run_the_desk_finds_its_administration(role: Role):
    assert Place.ADMINISTRATION not in menu(Person("somebody", "某人", role, "区供热服务中心"))


def test_a_person_of_no_unit_is_offered_nothing_that_units_read_for_themselves():
    assert Place.MESSAGES not in menu(Person("somebody", "某人", Role.UNIT, None))
