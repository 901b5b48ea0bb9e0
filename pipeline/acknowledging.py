"""Acknowledges an alert through the link in the message that carried it (签收): whoever holds the message is its contact."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from alerts.message import recipient_name
from pipeline.acts import Actor, Deps, attempt
from pipeline.refusals import Refused
from pipeline.upward import UPWARD, Arrived, arrived
from records.actions import Act, Action
from records.alerts import OFFICE, Alert
from records.channels import channel_name
from records.co_units import CoUnit
from records.deliveries import Delivery
from records.incidents import Incident
from records.people import Contact
from records.words import Role
from storage.store import Store, Transaction

_GONE = "这条提醒已不在，或联系方式已撤销：请登录值班台办理"
_ASKED_OF_CO_UNITS = frozenset({"co_unit_named", "co_unacknowledged"})
FOR_CO_UNIT = "这里要的是协办单位签收：请督促协办单位，或登录值班台，在事件的“协办…”里代为签收"


@dataclass(frozen=True, slots=True)
class Carried:
    """What a message's link leads to: the alert, its incident, and the contact to whom the message went.

    `co_unit` is the unit to which the alert went, where that helps: then its own acknowledgement is meant.
    """

    alert: Alert
    incident: Incident
    contact: Contact
    co_unit: CoUnit | None = None

    @property
    def acknowledged_at(self) -> datetime | None:
        """When what is meant was acknowledged."""
        return self.incident.acknowledged_at if self.co_unit is None else self.co_unit.acknowledged_at

    @property
    def acknowledged_by(self) -> str | None:
        """Who did."""
        return self.incident.acknowledged_by if self.co_unit is None else self.co_unit.acknowledged_by

    @property
    def for_another(self) -> bool:
        """See for_another."""
        return for_another(self.alert.recipient, self.alert.kind)

    @property
    def who(self) -> str:
        """The contact as the log and the page name it."""
        return self.contact.name or f"{recipient_name(self.contact.recipient)}值班人员"


def for_another(recipient: str, kind: str | None) -> bool:
    """Whether the office was only told that a unit that helps is to acknowledge: a press would do so for the wrong one."""
    return recipient == OFFICE and kind in _ASKED_OF_CO_UNITS


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
    if incident is None or contact is None:
        return None
    return Carried(alert, incident, contact, t.co_units.get(incident.id, alert.recipient))


def acknowledge(store: Store, delivery_id: int, now: datetime, deps: Deps) -> Carried:
    """Acknowledge for the contact whom the message reached; what then stands. Raises Refused."""
    found = _carried(store, delivery_id)
    if found.for_another:
        raise Refused(FOR_CO_UNIT)
    contact = found.contact
    role, unit = (Role.DUTY, None) if contact.recipient == OFFICE else (Role.UNIT, contact.recipient)
    actor = Actor(f"{found.who}（{channel_name(contact.channel)}链接）", role, unit)
    helping = {} if found.co_unit is None else {"unit": found.co_unit.unit}
    attempt(store, Action(now, actor.name, Act.ACKNOWLEDGE, {"incident": found.incident.id, **helping}), actor, deps)
    return _carried(store, delivery_id)


def _carried(store: Store, delivery_id: int) -> Carried:
    with store.reading() as t:
        found = carried(t, delivery_id)
    if not isinstance(found, Carried):
        raise Refused(_GONE)
    return found


def _contact(t: Transaction, delivery: Delivery, alert: Alert) -> Contact | None:
    """Where the message went, as long as people still name it: the recipient's own contact, or the office's in its place."""
    recipients = (alert.recipient, OFFICE) if delivery.note is not None else (alert.recipient,)
    known = (contact for recipient in recipients for contact in t.people.contacts_of(recipient))
    address = (delivery.channel, delivery.address)
    return next((contact for contact in known if (contact.channel, contact.address) == address), None)
