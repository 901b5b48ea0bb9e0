"""Queues alerts in the transaction that caused them: one outbox row for the message page and one for every contact."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from alerts.message import alerts_about, neutral, templates
from alerts.source_message import Troubled, alerts_about_sources
from records.alerts import OFFICE, Alert
from records.incidents import Incident
from records.people import Contact
from regulation.recipients import recipients_for
from storage.store import Transaction

PAGE = "page"
"""Name of the channel that every alert takes: the local message page."""

Routes = Callable[[Transaction, str], Sequence[Contact]]
"""How a recipient is reached at this moment, besides the message page."""


def stored_contacts(t: Transaction, recipient: str) -> Sequence[Contact]:
    """The contacts that people have entered: the routes of a live desk."""
    return t.people.contacts_of(recipient)


def page_only(t: Transaction, recipient: str) -> Sequence[Contact]:
    """Nobody beside the message page: the routes of a replay."""
    return ()


def queue(t: Transaction, alerts: Sequence[Alert], routes: Routes, deadline: int | None = None) -> int:
    """Write alerts and their outbox rows; what is there already stays. Returns how many alerts were new."""
    return sum(_queue_one(t, alert, routes, deadline) for alert in alerts)


def tell(
    t: Transaction,
    kind: str,
    incident: Incident,
    at: datetime,
    distinct: str,
    routes: Routes,
    facts: Mapping[str, str] | None = None,
) -> int:
    """Queue what must be told of an incident, to those whom recipients.yaml names for `kind`."""
    record = None if incident.disclosure is None else t.disclosures.get(incident.disclosure)
    recipients = recipients_for(kind, incident.unit)
    return queue(t, alerts_about(kind, incident, record, at, distinct, recipients, facts=facts), routes)


def tell_of_sources(
    t: Transaction, kind: str, troubled: Sequence[Troubled], at: datetime, routes: Routes, facts: Mapping[str, str]
) -> int:
    """Queue what must be told of sources, to those whom recipients.yaml names for `kind`."""
    return queue(t, alerts_about_sources(kind, troubled, at, recipients_for(kind, None), facts), routes)


def _queue_one(t: Transaction, alert: Alert, routes: Routes, deadline: int | None) -> bool:
    if not t.alerts.add(alert, deadline):
        return False
    if alert.reason is None:
        t.alerts.enqueue(alert, PAGE, alert.recipient)
        own = _reaching(routes(t, alert.recipient))
        for contact in first_of(own):
            t.alerts.enqueue(alert, contact.channel, contact.address)
        if not own:
            stand_in(t, alert, routes, templates().without_contact)
    return True


def first_of(contacts: Sequence[Contact]) -> list[Contact]:
    """Those that are told first."""
    return [contact for contact in contacts if contact.rank == min(one.rank for one in contacts)]


def stand_in(t: Transaction, alert: Alert, routes: Routes, why: str, at: datetime | None = None) -> int:
    """Tell the office's first contacts in place of a unit that cannot be reached, and `why`; how many are new."""
    if alert.recipient == OFFICE:
        return 0
    note = why.format(recipient=neutral(alert.recipient))
    contacts = first_of(_reaching(routes(t, OFFICE)))
    return sum(t.alerts.enqueue(alert, contact.channel, contact.address, at, note) for contact in contacts)


def _reaching(contacts: Sequence[Contact]) -> list[Contact]:
    return [contact for contact in contacts if contact.channel != PAGE]
