"""A unit is what answers for something: neither the office nor whoever keeps the head of the log is one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from pipeline.owing import Owed
from pipeline.units import known_units
from records.actions import Act
from records.alerts import KEEPER, OFFICE
from records.people import Contact
from regulation.upward import upward_rules
from storage.store import Store
from tests.pipeline.test_acts import Desk
from tests.storage.making import NOON, disclosure


def test_units_are_those_of_records_and_contacts_but_not_the_office_nor_the_keeper(store: Store):
    with store.transaction() as t:
        t.disclosures.add(disclosure(), NOON, "测试")
        for recipient in (OFFICE, KEEPER, "区教育局"):
            t.people.set_contacts(recipient, [Contact(recipient, "email", "a@b.example")])
    with store.reading() as t:
        assert known_units(t) == ["住建局", "区教育局"]


def test_a_body_above_is_told_and_is_no_unit_that_an_incident_is_given_to(store: Store, tmp_path: Path):
    rules = upward_rules()
    desk = Desk(store, tmp_path / "reports")
    incident = desk.open()
    desk.deps = replace(desk.deps, owed=Owed(upward=rules))
    with store.transaction() as t:
        for body in rules.bodies:
            t.people.set_contacts(body.label, [Contact(body.label, "email", "a@b.example")])
        assert not set(known_units(t, rules.labels)) & set(rules.labels)
    for act in (Act.HAND_OVER, Act.NAME_CO_UNIT):
        assert "不承办事件" in desk.refused(act, incident=incident.id, unit=rules.labels[0], reason="请办理")
