"""Who may do what."""

from __future__ import annotations

import pytest

from records.actions import Act
from records.words import Role, Scope
from regulation.permissions import (
    BadPermissions,
    UnknownAct,
    UnknownRole,
    allowed,
    concerns,
    everywhere,
    may_read_record,
    permissions,
    table_from,
)

ROWS = [{"act": act.value, "roles": ["duty"]} for act in Act]


@pytest.mark.clause("H-41", "H-42(3)")
@pytest.mark.parametrize("role", [Role.DUTY, Role.OFFICE, Role.ADMIN])
def test_the_duty_desk_acknowledges_and_starts_the_plan(role: Role) -> None:
    assert allowed(role, Act.ACKNOWLEDGE)
    assert allowed(role, Act.START_PLAN)


@pytest.mark.parametrize("act", list(Act))
def test_an_evaluator_reads_and_changes_nothing(act: Act) -> None:
    assert allowed(Role.EVALUATOR, "view_incident")
    assert not allowed(Role.EVALUATOR, act)


@pytest.mark.clause("H-40")
def test_a_unit_acts_on_its_own_incidents_only() -> None:
    assert allowed(Role.UNIT, Act.PUBLISH_RESPONSE, own=True)
    assert not allowed(Role.UNIT, Act.PUBLISH_RESPONSE, own=False)
    assert not everywhere(Role.UNIT, Act.PUBLISH_RESPONSE)
    assert everywhere(Role.OFFICE, Act.PUBLISH_RESPONSE)


def test_only_an_admin_manages_people() -> None:
    assert [role for role in Role if allowed(role, "manage_people")] == [Role.ADMIN]


def test_duty_officers_do_not_cancel_a_plan() -> None:
    assert not allowed(Role.DUTY, Act.CANCEL_PLAN)
    assert not allowed(Role.UNIT, Act.CANCEL_PLAN)
    assert allowed(Role.OFFICE, Act.CANCEL_PLAN)


def test_every_act_on_an_incident_has_a_row_and_someone_who_may_do_it() -> None:
    rows = {row.act: row for row in permissions()}
    assert all(rows[act].roles for act in Act)


def test_an_unknown_act_or_role_is_an_error_not_a_no() -> None:
    with pytest.raises(UnknownAct):
        allowed(Role.ADMIN, "delete_everything")
    with pytest.raises(UnknownRole):
        allowed("king", Act.CONFIRM)


def test_nobody_without_a_unit_is_of_the_unit_that_an_incident_lacks() -> None:
    assert not concerns(None, None)
    assert concerns("区住建局", "区住建局")
    assert not concerns("区住建局", "区教体局")


@pytest.mark.clause("E-2(3)2", "E-2(4)")
def test_party_records_show_to_the_office_and_to_their_own_unit_only() -> None:
    assert may_read_record(Role.OFFICE, None, Scope.PARTY, "区住建局")
    assert may_read_record(Role.UNIT, "区住建局", Scope.PARTY, "区住建局")
    assert not may_read_record(Role.UNIT, "区教体局", Scope.PARTY, "区住建局")
    assert not may_read_record(Role.EVALUATOR, None, Scope.PARTY, "区住建局")
    assert not may_read_record(Role.ADMIN, None, Scope.PARTY, "区住建局")


@pytest.mark.parametrize("role", list(Role))
def test_public_records_show_to_everyone_who_is_signed_in(role: Role) -> None:
    assert may_read_record(role, None, Scope.PUBLIC, "区住建局")


@pytest.mark.parametrize(
    ("rows", "fault"),
    [
        ({"act": "confirm"}, "a list of rows"),
        ([*ROWS, {"act": "view"}], "needs `act` and `roles`"),
        ([*ROWS, {"act": "view", "roles": ["duty"], "rolls": []}], "unknown key rolls"),
        ([*ROWS, {"act": "view", "roles": ["chief"]}], "chief"),
        ([*ROWS, {"act": "close", "roles": []}], "close stands twice"),
        (ROWS[1:], "no row for acknowledge"),
    ],
)
def test_a_faulty_table_is_refused_with_its_fault(rows: object, fault: str) -> None:
    with pytest.raises(BadPermissions, match=fault):
        table_from(rows, "permissions.yaml")
