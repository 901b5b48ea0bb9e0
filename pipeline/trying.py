"""Tries a way to reach people: one message marked as a test to one address, through the outbox like every alert."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from alerts.desk_message import CONTACT_TEST, alert_about_desk
from alerts.message import recipient_name
from pipeline.acts import Actor
from pipeline.attempts import attempting, done_before, note_done
from pipeline.notify import PAGE
from pipeline.refusals import Refused
from records.alerts import OFFICE
from records.channels import channel_name
from records.naming import office_name
from records.people import Person
from regulation.permissions import allowed
from storage.store import Store, Transaction

TRY = "try_channel"
"""The act as permissions.yaml and the log name it."""

BETWEEN = timedelta(minutes=1)
"""How long after a test the same address is not tried again, nor from the page of channels the same channel."""

ALARM = "回应台故障通知"
"""What the page calls an address of alerts.alarm."""


@dataclass(frozen=True, slots=True)
class Target:
    """Whom a test can go to over a channel."""

    recipient: str
    address: str
    name: str


def targets(t: Transaction, person: Person, channel: str, alarm: Sequence[tuple[str, str]]) -> list[Target]:
    """To whom this person may send a test over the channel: their own contacts first, then every other and those of `alarm`.

    On the message page that is the page of their own unit alone.
    """
    if channel == PAGE:
        mine = person.unit or OFFICE
        return [Target(mine, mine, recipient_name(mine))]
    contacts = [one for one in t.people.contacts() if one.channel == channel]
    contacts.sort(key=lambda one: one.name != person.name)
    found = [Target(one.recipient, one.address, one.name or recipient_name(one.recipient)) for one in contacts]
    found += [Target(OFFICE, address, ALARM) for name, address in alarm if name == channel]
    seen: dict[str, Target] = {}
    for one in found:
        seen.setdefault(one.address, one)
    return list(seen.values())


def try_channel(
    store: Store,
    channel: str,
    target: Target,
    alarm: Sequence[tuple[str, str]],
    channels: Collection[str],
    person: Person,
    now: datetime,
    request: str,
) -> None:
    """Send a test over this channel to that target. `channels` are those that are set up. Raises Refused.

    A second call of one `request` changes nothing.
    """
    with attempting(store, Actor(person.name, person.role), TRY, channel, now) as t:
        known = t.people.get(person.username)
        if known is None or not known.active or not allowed(known.role, TRY):
            raise Refused(f"您没有权限试发：请联系{office_name()}或管理员")
        if done_before(t, request) is not None:
            return
        t.meta.take_turn(TRY)
        if channel not in channels:
            raise Refused(f"没有启用“{channel_name(channel)}”，发不出去：请在设置里写上 alerts.{channel}")
        if target not in targets(t, person, channel, alarm):
            raise Refused("这个收件人刚被移除或改过：请刷新后再选")
        last = max(
            (at for (name, _), (at, _) in t.alerts.newest_of(CONTACT_TEST).items() if name == channel), default=None
        )
        if last is not None and now - last < BETWEEN:
            raise Refused(f"“{channel_name(channel)}”刚刚试发过：请过一分钟再试")
        send_test(t, target.recipient, channel, target.address, person.name, now, request)
        note_done(t, request, channel)
        t.audit.append(now, person.name, person.role, TRY, channel, True, {"recipient": target.recipient})


def send_test(t: Transaction, recipient: str, channel: str, address: str, by: str, now: datetime, request: str) -> None:
    """Queue the message for that address alone."""
    facts = {"by": by, "recipient": recipient_name(recipient)}
    alert = alert_about_desk(CONTACT_TEST, recipient, now, request, facts, urgent=True)
    if t.alerts.add(alert):
        t.alerts.enqueue(alert, channel, address)
