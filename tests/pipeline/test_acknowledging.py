"""An alert is acknowledged through its message's link in the name of the contact that the message reached."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from casework.reports.document import Letterhead
from pipeline.acknowledging import Carried, acknowledge, carried
from pipeline.acts import Deps
from pipeline.notify import stored_contacts
from pipeline.refusals import Refused
from records.people import Contact
from regulation.severity import severity_rules
from storage.store import Store
from tests.pipeline.clocks import at, open_incident, start
from tests.storage.making import NOON

DEPS = Deps(severity_rules({}), stored_contacts, Path("reports"), Letterhead("", "", "", ""))
LI = Contact("住建局", "sms", "13800138000", "李静")
OFFICE = Contact("office", "wecom", "值班群")


@pytest.fixture(autouse=True)
def a_started_plan(store: Store) -> None:
    open_incident(store)
    with store.transaction() as t:
        t.people.set_contacts("住建局", [LI])
        t.people.set_contacts("office", [OFFICE])
    start(store, routes=stored_contacts)


def delivery(store: Store, contact: Contact) -> int:
    with store.reading() as t:
        rows = t.alerts.deliveries([alert.key for alert in t.alerts.all()])
    return next(
        row.id
        for found in rows.values()
        for row in found
        if (row.channel, row.address) == (contact.channel, contact.address)
    )


def press(store: Store, contact: Contact, minutes: float = 1) -> Carried:
    return acknowledge(store, delivery(store, contact), at(minutes), DEPS)


@pytest.mark.clause("H-41")
def test_whoever_was_reached_acknowledges_in_the_contacts_name_and_it_is_audited(store: Store):
    incident = press(store, LI)
    assert (incident.acknowledged_by, incident.acknowledged_at) == ("李静（短信链接）", at(1))
    with store.reading() as t:
        entry = t.audit.newest(1, None)[0]
    assert (entry.actor, entry.role, entry.act, entry.allowed) == ("李静（短信链接）", "unit", "acknowledge", True)


def test_a_contact_without_a_name_acknowledges_for_its_recipient(store: Store):
    assert press(store, OFFICE).acknowledged_by == "区委办公室值班人员（企业微信链接）"


def test_the_first_one_stays(store: Store):
    press(store, LI)
    assert press(store, OFFICE, 5).acknowledged_by == "李静（短信链接）"


def test_looking_changes_nothing(store: Store):
    with store.reading() as t:
        found = carried(t, delivery(store, LI))
    assert found is not None
    assert (found.contact, found.incident.acknowledged_at) == (LI, None)


def test_a_contact_that_was_taken_away_acknowledges_nothing(store: Store):
    number = delivery(store, LI)
    with store.transaction() as t:
        t.people.set_contacts("住建局", [])
    with pytest.raises(Refused, match="联系方式已撤销"):
        acknowledge(store, number, at(1), DEPS)


def test_a_unit_that_no_longer_answers_for_the_incident_is_refused(store: Store):
    number = delivery(store, LI)
    with store.transaction() as t:
        incident = t.incidents.get("20260410-001")
        assert incident is not None
        t.incidents.save(replace(incident, unit="水务局"), incident.revision)
    with pytest.raises(Refused, match="没有权限"):
        acknowledge(store, number, at(1), DEPS)


def test_a_number_that_leads_nowhere_is_refused(store: Store):
    with pytest.raises(Refused, match="已不在"):
        acknowledge(store, 999_999, NOON + timedelta(minutes=1), DEPS)
