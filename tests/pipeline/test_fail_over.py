"""Where nobody is reached, the next contacts are told within two minutes, and at last the office, and that is said."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from alerts.delivery import DeliveryFailed, Outgoing
from pipeline.fail_over import fail_over, unreached
from pipeline.notify import queue, stored_contacts, tell
from pipeline.send import Sender
from records.alerts import Alert
from records.people import Contact
from regulation.telling import telling
from storage.store import Store
from tests.pipeline.clocks import (
    MINUTE,
    SECOND,
    TERMS,
    DeadInbox,
    Inbox,
    alerts,
    at,
    file_report,
    open_incident,
    page,
    start,
)
from tests.storage.making import NOON, incident

RULES = telling()
MAIL = Contact("住建局", "email", "a@zj.example")
PHONE = Contact("住建局", "sms", "13800138000", rank=2)
HEAD = Contact("住建局", "sms", "13800138001", rank=3)
OFFICE = Contact("office", "wecom", "值班群")


@pytest.fixture(autouse=True)
def an_open_incident(store: Store) -> None:
    open_incident(store)


def reach(store: Store, *contacts: Contact) -> None:
    with store.transaction() as t:
        for recipient in {contact.recipient for contact in contacts}:
            t.people.set_contacts(recipient, [one for one in contacts if one.recipient == recipient])


class Channels:
    """A desk with e-mail, SMS and WeCom, sent and passed on second by second."""

    def __init__(self, store: Store, email: object | None = None, sms: object | None = None) -> None:
        self.store = store
        self.email, self.sms, self.wecom = email or Inbox(), sms or Inbox(), Inbox()
        parts = {"email": self.email, "sms": self.sms, "wecom": self.wecom, "page": page(store)}
        self._sender = Sender(store, parts, "send-1", TERMS)  # type: ignore[arg-type]

    def run(self, first: int, last: int) -> None:
        for second in range(first, last + 1):
            now = NOON + second * SECOND
            fail_over(self.store, now, stored_contacts, RULES)
            self._sender.send_due(now)


def titles(received: Sequence[Outgoing], recipient: str = "住建局") -> list[str]:
    return [message.address for message in received if message.recipient == recipient]


def test_only_the_first_contacts_are_told_where_they_can_be_reached(store: Store):
    reach(store, MAIL, PHONE, OFFICE)
    start(store, routes=stored_contacts)
    desk = Channels(store)
    desk.run(0, 200)
    assert titles(desk.email.received) == ["a@zj.example"]
    assert desk.sms.received == []
    with store.reading() as t:
        assert unreached(t, NOON + 200 * SECOND, RULES) == []


@pytest.mark.clause("H-41")
def test_when_a_channel_is_down_the_next_contact_is_told_within_two_minutes(store: Store):
    reach(store, MAIL, PHONE, OFFICE)
    start(store, routes=stored_contacts)
    desk = Channels(store, email=DeadInbox())
    desk.run(0, 89)
    assert desk.sms.received == []
    desk.run(90, 120)
    assert titles(desk.sms.received) == ["13800138000"]
    desk.run(121, 400)
    assert len(desk.sms.received) == 1
    assert titles(desk.wecom.received) == [], "the unit was reached, the office need not stand in"


def test_a_contact_that_can_never_be_reached_is_passed_over_at_once(store: Store):
    reach(store, MAIL, PHONE)
    start(store, routes=stored_contacts)
    desk = Channels(store, email=Inbox(faults=[DeliveryFailed("没有这个收件人", permanent=True)]))
    desk.run(0, 1)
    assert titles(desk.sms.received) == ["13800138000"]


def test_each_further_contact_has_its_own_time_and_at_last_the_office_is_told_why(store: Store):
    reach(store, MAIL, PHONE, HEAD, OFFICE)
    start(store, routes=stored_contacts)
    desk = Channels(store, email=DeadInbox(), sms=DeadInbox())
    desk.run(0, 269)
    assert titles(desk.wecom.received) == []
    desk.run(270, 300)
    (message,) = [one for one in desk.wecom.received if one.recipient == "住建局"]
    assert message.body.splitlines()[0] == "住建局的联系方式都没有送达，请代为转告。"
    desk.run(301, 600)
    assert len([one for one in desk.wecom.received if one.recipient == "住建局"]) == 1


def test_a_unit_without_any_contact_is_told_through_the_office_at_once(store: Store):
    reach(store, OFFICE)
    start(store, routes=stored_contacts)
    desk = Channels(store)
    desk.run(0, 0)
    said = {message.recipient: message.body.splitlines()[0] for message in desk.wecom.received}
    assert said["住建局"] == "住建局没有登记联系方式，请代为转告。"
    assert "转告" not in said["office"]


def test_a_contact_whose_channel_is_not_set_up_counts_as_not_reached(store: Store):
    reach(store, Contact("住建局", "feishu", "群"), PHONE)
    start(store, routes=stored_contacts)
    desk = Channels(store)
    desk.run(0, 120)
    assert titles(desk.sms.received) == ["13800138000"]


def test_what_is_withdrawn_is_passed_on_no_more(store: Store):
    reach(store, MAIL, PHONE, OFFICE)
    start(store, routes=stored_contacts)
    desk = Channels(store, email=DeadInbox())
    desk.run(0, 30)
    file_report(store, at(0.6))
    desk.run(36, 300)
    assert desk.sms.received == []


def test_what_is_not_urgent_is_not_passed_on(store: Store):
    reach(store, MAIL, PHONE)
    calm = Alert("c" * 64, NOON, "source_silent", None, "住建局", None, "采集源没有应答", "请查看", urgent=False)
    with store.transaction() as t:
        queue(t, [calm], stored_contacts)
        tell(t, "opened", incident(), NOON, "", stored_contacts)
    desk = Channels(store, email=DeadInbox())
    desk.run(0, 120)
    assert [message.title[:3] for message in desk.sms.received] == ["新事件"]


def test_whoever_was_not_reached_stands_on_the_desk_for_a_day(store: Store):
    reach(store, MAIL)
    start(store, routes=stored_contacts)
    desk = Channels(store, email=DeadInbox())
    desk.run(0, 100)
    with store.reading() as t:
        keys = unreached(t, NOON + 100 * SECOND, RULES)
        assert keys == [one.key for one in alerts(store, "plan_started") if one.recipient == "住建局"]
        assert unreached(t, NOON + 25 * 60 * MINUTE, RULES) == []
