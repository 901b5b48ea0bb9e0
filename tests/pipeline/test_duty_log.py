"""The log of a shift writes itself: what was done on incidents since the duty began, each recipient's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from dashboard.wording import ACTS
from nlp.admission import without_personal_data
from pipeline.duty_handover import hand_over
from pipeline.duty_log import LOGGED, UPWARD, Logged, shift_log
from pipeline.duty_noting import Writing
from records.actions import Act
from records.alerts import OFFICE
from records.duty import Shift
from records.people import Person
from records.words import Role
from storage.store import Store
from tests.pipeline.known_answers import DAY, HOUR, NOON
from tests.pipeline.test_acts import WHY, Desk


@pytest.fixture
def desk(store: Store, tmp_path: Path) -> Desk:
    return Desk(store, tmp_path / "reports")


def log(desk: Desk, recipient: str = OFFICE, now: object = NOON + 2 * HOUR) -> list[Logged]:
    with desk.store.reading() as t:
        return shift_log(t, recipient, now)  # type: ignore[arg-type]


def acts(found: list[Logged]) -> list[str]:
    return [one.act for one in found]


@pytest.mark.clause("H-41")
def test_acts_on_incidents_stand_in_it_by_time_from_the_beginning_of_the_shift_on(desk: Desk):
    with desk.store.transaction() as t:
        t.duty.add(Shift(OFFICE, "李军", NOON, NOON + 8 * HOUR))
    incident = desk.open()
    desk.do(Act.ACKNOWLEDGE, NOON - HOUR, incident=incident.id)
    desk.do(Act.CONFIRM, NOON, incident=incident.id)
    desk.do(Act.SET_SEVERITY, NOON + HOUR, incident=incident.id, severity="major", **WHY)
    found = log(desk)
    assert [(one.at, one.act, one.incident) for one in found] == [
        (NOON, "confirm", incident.id),
        (NOON + HOUR, "set_severity", incident.id),
    ]


def test_without_a_roster_it_begins_with_the_last_handing_over(desk: Desk):
    people = [Person("lijun", "李军", Role.DUTY), Person("wangfang", "王芳", Role.OFFICE)]
    with desk.store.transaction() as t:
        for person in people:
            t.people.add(person, "hash", NOON)
    incident = desk.open()
    desk.do(Act.ACKNOWLEDGE, NOON - HOUR, incident=incident.id)
    assert acts(log(desk)) == ["acknowledge"]
    hand_over(desk.store, OFFICE, "wangfang", "无", Writing(people[0], NOON, without_personal_data, "r1"))
    desk.do(Act.CONFIRM, NOON + HOUR, incident=incident.id)
    assert acts(log(desk)) == ["confirm"]


def test_nothing_older_than_a_day_and_nothing_that_was_refused_stands_in_it(desk: Desk):
    with desk.store.transaction() as t:
        t.duty.add(Shift(OFFICE, "李军", NOON - 2 * DAY, NOON + 8 * DAY))
    incident = desk.open()
    desk.do(Act.ACKNOWLEDGE, NOON, incident=incident.id)
    with desk.store.transaction() as t:
        t.audit.append(NOON + HOUR, "赵敏", Role.EVALUATOR, "close", incident.id, False)
    assert acts(log(desk, now=NOON + DAY)) == ["acknowledge"]
    assert acts(log(desk, now=NOON + DAY + HOUR)) == []


def test_a_units_log_holds_what_was_done_on_its_own_incidents(desk: Desk):
    incident = desk.open()
    desk.do(Act.ACKNOWLEDGE, NOON, incident=incident.id)
    assert acts(log(desk, "住建局")) == ["acknowledge"]
    assert log(desk, "教体局") == []


def test_more_acts_than_one_page_of_the_log_holds_are_all_in_it(desk: Desk):
    incident = desk.open()
    with desk.store.transaction() as t:
        for _ in range(450):
            t.audit.append(NOON, "李军", Role.DUTY, "set_category", incident.id, True)
    assert len(log(desk)) == 450


OF_EACH_KIND = (
    "confirm",
    "hand_over",
    "verify_claim",
    "write_answer",
    "approve_answer",
    "acknowledge_wording",
    "note_measure",
    "add_step",
    "tick_step",
    "edit_part",
    "confirm_part",
    "decide_upward",
    "report_upward",
    "note_receipt",
    "take_back_upward",
)


def test_what_people_do_on_an_incident_stands_in_it_whatever_its_kind(desk: Desk):
    incident = desk.open()
    with desk.store.transaction() as t:
        for act in ("acknowledgement_lapsed", *OF_EACH_KIND, "archive_incident"):
            t.audit.append(NOON, "李军", Role.DUTY, act, incident.id, True)
    assert acts(log(desk)) == list(OF_EACH_KIND)
    assert acts(log(desk, "住建局")) == [act for act in OF_EACH_KIND if act not in UPWARD]


def test_every_act_in_it_has_words_that_people_read():
    assert set(ACTS) >= LOGGED
