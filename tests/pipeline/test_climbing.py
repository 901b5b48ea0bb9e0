"""An incident that nobody acknowledges climbs: unit head, office, leaders; each is told once, and why (第四十、四十三条)."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from casework.reports.document import Letterhead
from pipeline.acts import Actor, Deps, attempt
from pipeline.notify import stored_contacts
from pipeline.sweep import sweep
from records.actions import Act, Action
from records.alerts import OFFICE, Alert, AlertState
from records.people import Contact
from records.words import Level, Role
from regulation.escalation import escalation
from regulation.severity import severity_rules
from regulation.watched_records import watched_records
from storage.store import Store
from tests.pipeline.clocks import MINUTE
from tests.pipeline.known_answers import NOON, Town, record

UNIT = record("d1").unit
ZHAO = Actor("赵主任", Role.OFFICE)
DUTY = Contact(UNIT, "email", "duty@zj.example", "值班员")
HEAD = Contact(UNIT, "email", "head@zj.example", "局长", level=Level.HEAD)
OFFICE_DUTY = Contact(OFFICE, "email", "duty@qw.example", "办值班")
OFFICE_HEAD = Contact(OFFICE, "email", "head@qw.example", "主任", level=Level.HEAD)
LEADER = Contact(OFFICE, "email", "leader@qw.example", "区领导", level=Level.LEADER)
ALL = (DUTY, HEAD, OFFICE_DUTY, OFFICE_HEAD, LEADER)


@pytest.fixture
def town(store: Store) -> Town:
    """A desk with one incident that opened at noon and is major since then."""
    made = Town(store)
    with store.transaction() as t:
        if t.disclosures.get("d1") is None:
            t.disclosures.add(record("d1"), NOON, "测试")
    for number in range(3):
        made.come(f"p{number}", NOON)
    return made


def reach(town: Town, *contacts: Contact) -> None:
    with town.store.transaction() as t:
        for recipient in {contact.recipient for contact in contacts}:
            t.people.set_contacts(recipient, [one for one in contacts if one.recipient == recipient])


def do(town: Town, act: Act, at: datetime, changes: Any = (), **args: Any) -> None:
    steps = escalation(changes)
    deps = Deps(severity_rules({}), stored_contacts, Path("reports"), Letterhead("", "", "", ""), escalation=steps)
    attempt(town.store, Action(at, ZHAO.name, act, {"disclosure": "d1", **args}), ZHAO, deps)


def raise_to_major(town: Town, changes: Any = ()) -> None:
    do(town, Act.SET_SEVERITY, NOON, changes, severity="major", reason="电话得知")


def pass_minutes(town: Town, first: int, last: int) -> None:
    for minute in range(first, last + 1):
        sweep(town.store, NOON + minute * MINUTE, stored_contacts)


def climbed(town: Town) -> list[Alert]:
    with town.store.reading() as t:
        return [alert for alert in t.alerts.all() if alert.kind == "climbed"]


def steps(town: Town) -> list[tuple[int, str, Level]]:
    return [((alert.at - NOON) // MINUTE, alert.recipient, alert.level) for alert in climbed(town)]


def addresses(town: Town, alert: Alert) -> dict[str, str | None]:
    with town.store.reading() as t:
        rows = t.alerts.deliveries([alert.key])[alert.key]
    return {row.address: row.note for row in rows if row.channel != "page"}


@pytest.mark.clause("H-43")
@pytest.mark.clause("H-40(3)")
def test_each_step_tells_the_next_one_up_once_however_long_nobody_acknowledges(town: Town):
    reach(town, *ALL)
    raise_to_major(town)
    pass_minutes(town, 0, 200)
    assert steps(town) == [(15, UNIT, Level.HEAD), (30, OFFICE, Level.HEAD), (60, OFFICE, Level.LEADER)]
    told = [addresses(town, alert) for alert in climbed(town)]
    assert told == [{"head@zj.example": None}, {"head@qw.example": None}, {"leader@qw.example": None}]


def test_each_message_says_why_this_person_is_told(town: Town):
    reach(town, *ALL)
    raise_to_major(town)
    pass_minutes(town, 0, 60)
    assert [alert.body.splitlines()[2] for alert in climbed(town)] == [
        "缘由：值班员15分钟未签收，按逐级提醒的规定告知单位负责人。",
        "缘由：值班员、单位负责人30分钟未签收，按逐级提醒的规定告知区委办公室负责人。",
        "缘由：值班员、单位负责人、区委办公室负责人1小时未签收，按逐级提醒的规定告知区领导。",
    ]


def test_those_on_duty_are_told_again_meanwhile_and_the_heads_are_not(town: Town):
    reach(town, *ALL)
    raise_to_major(town)
    pass_minutes(town, 0, 45)
    with town.store.reading() as t:
        again = [alert for alert in t.alerts.all() if alert.kind == "unacknowledged"]
    assert [(alert.at - NOON) // MINUTE for alert in again if alert.recipient == UNIT] == [15, 30, 45]
    assert {address for alert in again for address in addresses(town, alert)} == {"duty@zj.example", "duty@qw.example"}


def test_after_the_acknowledgement_nobody_further_up_is_told(town: Town):
    reach(town, *ALL)
    raise_to_major(town)
    pass_minutes(town, 0, 20)
    do(town, Act.ACKNOWLEDGE, NOON + 20 * MINUTE)
    pass_minutes(town, 21, 79)
    assert steps(town) == [(15, UNIT, Level.HEAD)]
    assert climbed(town)[0].state is AlertState.SUPPRESSED, "it waited to be sent"


def test_after_down_time_each_level_is_told_once_and_none_is_passed_over(town: Town):
    reach(town, *ALL)
    raise_to_major(town)
    pass_minutes(town, 200, 201)
    assert sorted(steps(town)) == [(200, OFFICE, Level.HEAD), (200, OFFICE, Level.LEADER), (200, UNIT, Level.HEAD)]
    assert all(alert.state is not AlertState.SUPPRESSED for alert in climbed(town))


def test_a_step_before_the_first_repetition_is_not_overtaken_by_it(town: Town):
    reach(town, *ALL)
    raise_to_major(town, [{"severity": "major", "unit_head": 10}])
    pass_minutes(town, 16, 16)
    assert [(at, alert.state) for (at, _, _), alert in zip(steps(town), climbed(town), strict=True)] == [
        (16, AlertState.QUEUED)
    ]


def test_sweeping_again_and_by_two_processes_tells_nobody_twice(town: Town):
    reach(town, *ALL)
    raise_to_major(town)
    for _ in range(3):
        pass_minutes(town, 15, 15)
        pass_minutes(town, 15, 16)
    assert steps(town) == [(15, UNIT, Level.HEAD)]


def test_a_clock_keeps_the_steps_that_it_was_started_with(town: Town):
    reach(town, *ALL)
    raise_to_major(town, [{"severity": "major", "unit_head": 7, "office": 11, "leaders": None}])
    pass_minutes(town, 0, 100)
    assert [at for at, _, _ in steps(town)] == [7, 11]


def test_a_unit_may_have_steps_of_its_own(town: Town):
    reach(town, *ALL)
    raise_to_major(
        town,
        [
            {"severity": "major", "unit": UNIT, "unit_head": 6},
            {"severity": "major", "unit": "别的单位", "unit_head": 8},
        ],
    )
    pass_minutes(town, 0, 14)
    assert steps(town) == [(6, UNIT, Level.HEAD)]


def test_where_a_level_has_no_contact_the_offices_duty_officer_is_asked_to_pass_it_on(town: Town):
    reach(town, DUTY, OFFICE_DUTY)
    raise_to_major(town)
    pass_minutes(town, 0, 60)
    assert [addresses(town, alert) for alert in climbed(town)] == [
        {"duty@qw.example": f"{UNIT}负责人没有登记联系方式，请代为转告。"},
        {"duty@qw.example": "区委办公室负责人没有登记联系方式，请代为转告。"},
        {"duty@qw.example": "区领导没有登记联系方式，请代为转告。"},
    ]


def test_judging_goes_by_another_ladder_from_its_next_step_on(store: Store) -> None:
    town = Town(store)
    town.judging.go_by(escalation([{"severity": "general", "unit_head": 30}]), watched_records())
    for number in range(3):
        incident = town.come(f"p{number}", NOON)
    assert incident is not None
    with store.reading() as t:
        [clock] = [one for one in t.deadlines.of_incident(incident.id) if one.kind == "acknowledgement.general"]
    assert [step.after // MINUTE for step in clock.steps if step.kind == "climbed"] == [30, 240]
