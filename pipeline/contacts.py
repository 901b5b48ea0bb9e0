"""Changes how a recipient is reached, and tries it out; each change is audited without the address."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime

from alerts.desk_message import CONTACT_TEST
from pipeline import changes
from pipeline.accounts import CONSOLE
from pipeline.acts import Actor
from pipeline.attempts import attempting, done_before, note_done
from pipeline.refusals import Refused
from pipeline.trying import BETWEEN, send_test
from records.alerts import OFFICE
from records.naming import office_name
from records.people import Contact, Person
from records.words import Level
from regulation.permissions import allowed
from storage.store import Store, Transaction

MANAGE = "manage_contacts"
"""The act as permissions.yaml names it."""

AddressFaults = Mapping[str, Callable[[str], str | None]]
"""For each channel what says, in Chinese, why an address cannot be one of its own."""


def add_contact(
    store: Store, contact: Contact, now: datetime, address_faults: AddressFaults, by: Person | None = None
) -> None:
    """Reach a recipient this way too; once is enough. `by` None: the console. Raises Refused."""
    with _managing(store, by, contact.recipient, now) as t:
        _check(contact, address_faults)
        others = [one for one in t.people.contacts_of(contact.recipient) if not same(one, contact)]
        _set(t, by, now, "contact_added", contact, [*others, contact])


def change_contact(
    store: Store,
    before: Contact,
    after: Contact,
    now: datetime,
    address_faults: AddressFaults,
    by: Person | None = None,
) -> None:
    """Reach the recipient by `after` in place of `before`. Raises Refused where that is not there, or `after` is already."""
    with _managing(store, by, before.recipient, now) as t:
        _check(after, address_faults)
        if after.recipient != before.recipient:
            raise Refused("改不了收件单位：请移除后在另一个单位下添加")
        kept = _without(t, before)
        if before not in t.people.contacts_of(before.recipient):
            raise Refused("这个联系方式刚被他人改过，这一步没有执行：请刷新后再改")
        if any(same(one, after) for one in kept):
            raise Refused("这个单位已经有同样的联系方式")
        _set(t, by, now, "contact_changed", after, [*kept, after])


def remove_contact(store: Store, contact: Contact, now: datetime, by: Person | None = None) -> None:
    """Reach a recipient this way no more. Raises Refused where that contact is not there."""
    with _managing(store, by, contact.recipient, now) as t:
        _set(t, by, now, "contact_removed", contact, _without(t, contact))


def try_contact(
    store: Store, contact: Contact, now: datetime, channels: Collection[str], by: Person | None, request: str
) -> None:
    """Send a message to this contact alone, through the outbox like every alert. Raises Refused.

    `channels` are those that are set up. A second call of one `request` changes nothing.
    """
    with _managing(store, by, contact.recipient, now) as t:
        if done_before(t, request) is not None:
            return
        if not any(same(one, contact) for one in t.people.contacts_of(contact.recipient)):
            raise Refused("没有这个联系方式，可能刚被移除：请刷新")
        if contact.channel not in channels:
            raise Refused(f"没有启用“{contact.channel}”渠道，发不出去：请在设置里写上 alerts.{contact.channel}")
        last = t.alerts.newest_of(CONTACT_TEST).get((contact.channel, contact.address))
        if last is not None and now - last[0] < BETWEEN:
            raise Refused("刚刚试发过：请过一分钟再试")
        send_test(t, contact.recipient, contact.channel, contact.address, by.name if by else CONSOLE, now, request)
        note_done(t, request, contact.recipient)
        _audit(t, by, now, "contact_tested", contact)


def same(one: Contact, other: Contact) -> bool:
    """Whether two contacts lead to the same place; name and order may differ."""
    return (one.channel, one.address) == (other.channel, other.address)


def _check(contact: Contact, address_faults: AddressFaults) -> None:
    fields = (contact.recipient, contact.channel, contact.address)
    if not all(field.strip() for field in fields):
        raise Refused("联系方式要写明收件单位、渠道和地址")
    if any(not letter.isprintable() for field in (*fields, contact.name) for letter in field):
        raise Refused("联系方式里不能有换行或控制字符")
    if contact.channel not in address_faults:
        raise Refused(f"没有“{contact.channel}”这个渠道：可用 {'、'.join(sorted(address_faults))}")
    if contact.level is Level.LEADER and contact.recipient != OFFICE:
        raise Refused(f"区领导的联系方式登记在{office_name()}（office）名下")
    fault = address_faults[contact.channel](contact.address)
    if fault is not None:
        raise Refused(fault)


def _without(t: Transaction, contact: Contact) -> list[Contact]:
    before = t.people.contacts_of(contact.recipient)
    after = [one for one in before if not same(one, contact)]
    if len(after) == len(before):
        raise Refused(f"“{contact.recipient}”没有这个联系方式，可能刚被移除；用 huiying contact list 查看")
    return after


@contextmanager
def _managing(store: Store, by: Person | None, recipient: str, now: datetime) -> Iterator[Transaction]:
    """A transaction for whoever may do this now; a refusal is audited."""
    actor = Actor(by.username if by else CONSOLE, by.role if by else None)
    with attempting(store, actor, MANAGE, recipient, now) as t:
        known = by and t.people.get(by.username)
        if by is not None and not (known and known.active and allowed(known.role, MANAGE)):
            raise Refused(f"您没有权限改联系方式：请联系{office_name()}或管理员")
        t.people.take_turn(recipient)
        yield t


def _set(
    t: Transaction, by: Person | None, now: datetime, act: str, contact: Contact, contacts: Sequence[Contact]
) -> None:
    """Reach the recipient of that contact by these from now on."""
    before = changes.contacts_of(t, contact.recipient)
    t.people.set_contacts(contact.recipient, contacts)
    seq = _audit(t, by, now, act, contact)
    after = changes.contacts_of(t, contact.recipient)
    changes.note(t, seq, changes.CONTACTS, contact.recipient, before, after, now)


def _audit(t: Transaction, by: Person | None, now: datetime, act: str, contact: Contact) -> int:
    actor, role = (by.username, by.role) if by else (CONSOLE, None)
    return t.audit.append(now, actor, role, act, contact.recipient, True, {"channel": contact.channel})
