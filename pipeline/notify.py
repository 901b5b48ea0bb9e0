"""Queues alerts in the transaction that caused them: one outbox row for the message page, one for every contact in turn."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType

from alerts.message import addressed, alerts_about, neutral, templates
from alerts.roster import Watch, in_turn, is_first
from alerts.source_message import Troubled, alerts_about_sources
from records.alerts import OFFICE, Alert
from records.incidents import Incident
from records.people import Contact
from records.words import Level
from regulation.recipients import CO_UNITS, recipients_for
from storage.store import Transaction

PAGE = "page"
"""Name of the channel that every alert takes: the local message page."""

Routes = Callable[[Transaction, str], Sequence[Contact]]
"""Every way in which a recipient can be reached, besides the message page."""


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
    due_at: datetime | None = None,
    others: Mapping[str, Sequence[str]] = MappingProxyType({}),
    off: str | None = None,
) -> int:
    """Queue what must be told of an incident, to those whom recipients.yaml names for `kind`.

    `others` are the recipients of the words that are particular to it. One of all recipients may be `off`: it has nothing
    more to do here, so that its message has no link.
    """
    record = None if incident.disclosure is None else t.disclosures.get(incident.disclosure)
    helping = t.co_units.names(incident.id)
    recipients = recipients_for(kind, incident.unit, {CO_UNITS: helping, **others})
    known = with_co_units(facts or {}, helping)
    alerts = alerts_about(kind, incident, record, at, distinct, recipients, due_at, known)
    return queue(t, [replace(one, link=None) if one.recipient == off else one for one in alerts], routes)


def with_co_units(facts: Mapping[str, str], units: Sequence[str]) -> dict[str, str]:
    """The facts with the units that help, where there are any."""
    return {**facts, **({"co_units": "、".join(units)} if units else {})}


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
        turn = turn_of(t, alert.recipient, alert.level, alert.at, routes)
        for contact in first_of(turn.contacts):
            t.alerts.enqueue(alert, contact.channel, contact.address, note=turn.note(contact))
        if not turn.contacts:
            stand_in(t, alert, routes, templates().without_contact)
    return True


@dataclass(frozen=True, slots=True)
class Turn:
    """The contacts of one recipient with the rank by which they are told, and who is on duty by the roster."""

    contacts: Sequence[Contact]
    level: Level
    watch: Watch

    def note(self, contact: Contact) -> str | None:
        """Why this contact is told although it is not that of whoever is on duty; None where it need not be said."""
        if self.level is not Level.DUTY or not self.watch.planned or is_first(contact):
            return None
        words = templates()
        if self.watch.shift is None:
            return words.nobody_on_duty
        name = neutral(self.watch.shift.name)
        known = any(is_first(one) for one in self.contacts)
        return (words.duty_unreached if known else words.duty_without_contact).format(name=name)


def turn_of(t: Transaction, recipient: str, level: Level, at: datetime, routes: Routes) -> Turn:
    """Who of a recipient is told at that moment, in which order."""
    contacts = [contact for contact in routes(t, recipient) if contact.channel != PAGE]
    watch = Watch()
    if contacts and level is Level.DUTY:
        watch = Watch(t.duty.on_duty(recipient, at), t.duty.has_roster(recipient))
    return Turn(in_turn(contacts, level, watch), level, watch)


def first_of(contacts: Sequence[Contact]) -> list[Contact]:
    """Those that are told first."""
    return [contact for contact in contacts if contact.rank == min(one.rank for one in contacts)]


def stand_in(
    t: Transaction,
    alert: Alert,
    routes: Routes,
    why: str,
    at: datetime | None = None,
    tried: Collection[tuple[str, str]] = (),
) -> int:
    """Tell the office's first contacts that were not `tried` in place of those who cannot be reached; how many are new."""
    if alert.recipient == OFFICE and alert.level is Level.DUTY:
        return 0
    note = why.format(recipient=addressed(alert.recipient, alert.level))
    contacts = turn_of(t, OFFICE, Level.DUTY, at or alert.at, routes).contacts
    left = [contact for contact in contacts if (contact.channel, contact.address) not in tried]
    return sum(t.alerts.enqueue(alert, contact.channel, contact.address, at, note) for contact in first_of(left))
