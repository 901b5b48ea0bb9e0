"""A unit is what answers for something: neither the office nor whoever keeps the head of the log is one."""

from __future__ import annotations

from pipeline.units import known_units
from records.alerts import KEEPER, OFFICE
from records.people import Contact
from storage.store import Store
from tests.storage.making import NOON, disclosure


def test_units_are_those_of_records_and_contacts_but_not_the_office_nor_the_keeper(store: Store):
    with store.transaction() as t:
        t.disclosures.add(disclosure(), NOON, "测试")
        for recipient in (OFFICE, KEEPER, "区教育局"):
            t.people.set_contacts(recipient, [Contact(recipient, "email", "a@b.example")])
    with store.reading() as t:
        assert known_units(t) == ["住建局", "区教育局"]
