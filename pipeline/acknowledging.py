"""Acknowledges an alert through the link in the message that carried it (签收): whoever holds the message is its contact."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pipeline.acts import Actor, Deps, attempt
from pipeline.refusals import Refused
from pipeline.upward import UPWARD, Arrived, arrived
from records.actions import Act, Action
from records.alerts import OFFICE, Alert
from records.deliveries import Delivery
from records.incidents import Incident
from records.people import Contact
from records.words import Role
from storage.store import Store, Transaction

_GONE = "这条提醒已不在，或联系方式已撤销：请登录值班台办理"


@dataclass(frozen=True, slots=True)
class Carried:
    """What a message's link leads to: the alert, its incident, and the contact to whom the message went."""

    alert: Alert
    incident: Incident
    contact: Contact

    @property
    def who(self) -> str:
        """The contact as the log and the page name it."""
        return (
            self.contact.name or f"{'区委办' if self.contact.recipient == OFFICE else self.contact.recipient}值班人员"
        )


def carried(t: Transaction, delivery_id: int) -> Carried | Arrived | None:
    """What the delivery of that number carried: an alert, or a report to a body above.

    None where it, its incident or its contact are there no more.
    """
    delivery = t.alerts.delivery(delivery_id)
    alert = None if delivery is None else t.alerts.get(delivery.alert)
    if delivery is None or alert is None or alert.incident is None:
        return None
    if alert.kind == UPWARD:
        return arrived(t, delivery, alert)
    incident = t.incidents.get(alert.incident)
    contact = _contact(t, delivery, alert)
    return None if incident is None or contact is None else Carried(alert, incident, contact)


def acknowledge(store: Store, delivery_id: int, now: datetime, deps: Deps) -> Incident:
    """Acknowledge the incident for the contact whom the message reached. Raises Refused."""
    with store.reading() as t:
        found = carried(t, delivery_id)
    if not isinstance(found, Carried):
        raise Refused(_GONE)
    contact = found.contact
    role, unit = (Role.DUTY, None) if contact.recipient == OFFICE else (Role.UNIT, contact.recipient)
    actor = Actor(f"{found.who}（{contact.channel} 链接）", role, unit)
    action = Action(now, actor.name, Act.ACKNOWLEDGE, {"incident": found.incident.id})
    attempt(store, action, actor, deps)
    with store.reading() as t:
        incident = t.incidents.get(found.incident.id)
    if incident is None:
        raise Refused(_GONE)
    return incident


def _contact(t: Transaction, delivery: Delivery, alert: Alert) -> Contact | None:
    """Where the message went, as long as people still name it: the recipient's own contact, or the office's in its place."""
    recipients = (alert.recipient, OFFICE) if delivery.note is not None else (alert.recipient,)
    known = (contact for recipient in recipients for contact in t.people.contacts_of(recipient))
    address = (delivery.channel, delivery.address)
    return next((contact for contact in known if (contact.channel, contact.address) == address), None)
