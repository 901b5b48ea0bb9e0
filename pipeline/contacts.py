"""Changes how a recipient is reached; each change is audited without the address."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from pipeline.refusals import Refused
from records.alerts import OFFICE
from records.people import Contact, Person
from records.words import Level
from regulation.permissions import allowed
from storage.store import Store, Transaction

CONSOLE = "控制台"


AddressFaults = Mapping[str, Callable[[str], str | None]]
"""For each channel what says, in Chinese, why an address cannot be one of its own."""


def add_contact(
    store: Store, contact: Contact, now: datetime, address_faults: AddressFaults, by: Person | None = None
) -> None:
    """Reach a recipient this way too; once is enough. `by` None: the console. Raises Refused."""
    _check(contact, address_faults)
    with store.transaction() as t:
        _require_permission(t, by)
        others = [one for one in t.people.contacts_of(contact.recipient) if not _same(one, contact)]
        t.people.set_contacts(contact.recipient, [*others, contact])
        _audit(t, by, now, "contact_added", contact)


def remove_contact(store: Store, contact: Contact, now: datetime, by: Person | None = None) -> None:
    """Reach a recipient this way no more. Raises Refused where that contact is not there."""
    with store.transaction() as t:
        _require_permission(t, by)
        before = t.people.contacts_of(contact.recipient)
        after = [one for one in before if not _same(one, contact)]
        if len(after) == len(before):
            raise Refused(f"“{contact.recipient}”没有这个联系方式；用 huiying contact list 查看")
        t.people.set_contacts(contact.recipient, after)
        _audit(t, by, now, "contact_removed", contact)


def _check(contact: Contact, address_faults: AddressFaults) -> None:
    fields = (contact.recipient, contact.channel, contact.address)
    if not all(field.strip() for field in fields):
        raise Refused("联系方式要写明收件单位、渠道和地址")
    if any(not letter.isprintable() for field in (*fields, contact.name) for letter in field):
        raise Refused("联系方式里不能有换行或控制字符")
    if contact.channel not in address_faults:
        raise Refused(f"没有“{contact.channel}”这个渠道：可用 {'、'.join(sorted(address_faults))}")
    if contact.level is Level.LEADER and contact.recipient != OFFICE:
        raise Refused("区领导的联系方式登记在区委办（office）名下")
    fault = address_faults[contact.channel](contact.address)
    if fault is not None:
        raise Refused(fault)


def _same(one: Contact, other: Contact) -> bool:
    return (one.channel, one.address) == (other.channel, other.address)


def _require_permission(t: Transaction, by: Person | None) -> None:
    actor = by and t.people.get(by.username)
    if by is not None and not (actor and actor.active and allowed(actor.role, "manage_contacts")):
        raise Refused("您没有权限改联系方式：请联系区委办或管理员")


def _audit(t: Transaction, by: Person | None, now: datetime, act: str, contact: Contact) -> None:
    actor, role = (by.username, by.role) if by else (CONSOLE, None)
    t.audit.append(now, actor, role, act, contact.recipient, True, {"channel": contact.channel})
