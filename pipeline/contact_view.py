"""Says how everybody is reached: every contact with its last test, who cannot be reached, and names that nobody bears."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from alerts.desk_message import CONTACT_TEST
from pipeline.contacts import MANAGE
from pipeline.views import may_everywhere
from records.alerts import KEEPER, OFFICE
from records.deliveries import Delivery
from records.people import Contact, Person
from storage.store import Transaction


@dataclass(frozen=True, slots=True)
class ContactRow:
    """One contact; `tested_at` and `test` are of its last test. No record, incident or account names its `unknown` unit."""

    contact: Contact
    tested_at: datetime | None
    test: Delivery | None
    unknown: bool


@dataclass(frozen=True, slots=True)
class ContactsPage:
    """`units` are all that may be told of something, bodies above too; `unreachable` are the own ones without any contact."""

    rows: Sequence[ContactRow]
    units: Sequence[str]
    unreachable: Sequence[str]


def contacts_page(t: Transaction, person: Person, above: Sequence[str] = ()) -> ContactsPage | None:
    """How everybody is reached, the bodies `above` too; None for a person who does not manage it."""
    if not may_everywhere(person, MANAGE):
        return None
    contacts = t.people.contacts()
    tests = t.alerts.newest_of(CONTACT_TEST)
    units = _units(t)
    rows = []
    for contact in contacts:
        tested_at, test = tests.get((contact.channel, contact.address), (None, None))
        rows.append(ContactRow(contact, tested_at, test, contact.recipient not in {*units, *above, OFFICE, KEEPER}))
    reached = {contact.recipient for contact in contacts}
    return ContactsPage(rows, [*units, *above], [unit for unit in (OFFICE, *units) if unit not in reached])


def _units(t: Transaction) -> list[str]:
    ongoing = t.incidents.ongoing()
    incidents = {incident.unit for incident in ongoing if incident.unit is not None}
    helping = {one.unit for some in t.co_units.of_incidents([one.id for one in ongoing]).values() for one in some}
    accounts = {one.unit for one in t.people.all() if one.active and one.unit is not None}
    return sorted(t.disclosures.units() | incidents | helping | accounts)
