"""Alerts go first to whoever is on duty at that moment; where the roster has a hole, the message says why it goes elsewhere."""

from __future__ import annotations

from datetime import datetime

import pytest

from alerts.delivery import Outgoing
from pipeline.fail_over import fail_over
from pipeline.notify import stored_contacts
from pipeline.send import Sender
from pipeline.sweep import sweep
from records.duty import Shift
from records.people import Contact
from records.words import Level
from regulation.telling import telling
from storage.store import Store
from tests.pipeline.clocks import MINUTE, SECOND, TERMS, DeadInbox, Inbox, alerts, at, open_incident, page, start
from tests.storage.making import NOON

ZHANG = Contact("住建局", "email", "zhang@zj.example", "张三")
LI = Contact("住建局", "sms", "13800138001", "李四")
WU = Contact("住建局", "sms", "13800138002", "吴六", rank=2)
HEAD = Contact("住建局", "sms", "13800138009", "钱局长", level=Level.HEAD)
OFFICE = Contact("office", "wecom", "值班群", "值班群")
LEADER = Contact("office", "sms", "13900139000", "区领导", level=Level.LEADER)


@pytest.fixture(autouse=True)
def an_open_incident(store: Store) -> None:
    open_incident(store)


def reach(store: Store, *contacts: Contact) -> None:
    with store.transaction() as t:
        for recipient in {contact.recipient for contact in contacts}:
            t.people.set_contacts(recipient, [one for one in contacts if one.recipient == recipient])


def on_duty(store: Store, name: str, begin: datetime, end: datetime, recipient: str = "住建局") -> None:
    with store.transaction() as t:
        t.duty.add(Shift(recipient, name, begin, end))


class Channels:
    """A desk with e-mail, SMS and WeCom, sent and passed on second by second."""

    def __init__(
        self, store: Store, email: Inbox | DeadInbox | None = None, sms: Inbox | DeadInbox | None = None
    ) -> None:
        self.store = store
        self.email, self.sms, self.wecom = email or Inbox(), sms or Inbox(), Inbox()
        parts = {"email": self.email, "sms": self.sms, "wecom": self.wecom, "page": page(store)}
        self._sender = Sender(store, parts, "send-1", TERMS)

    def run(self, first: int, last: int) -> None:
        for second in range(first, last + 1):
            now = NOON + second * SECOND
            fail_over(self.store, now, stored_contacts, telling())
            self._sender.send_due(now)

    def told(self, recipient: str = "住建局") -> dict[str, Outgoing]:
        inboxes = [one for one in (self.email, self.sms, self.wecom) if isinstance(one, Inbox)]
        received = [message for inbox in inboxes for message in inbox.received]
        return {message.address: message for message in received if message.recipient == recipient}


@pytest.mark.clause("H-41")
def test_whoever_is_on_duty_is_told_alone_although_others_stand_at_the_same_rank(store: Store):
    reach(store, ZHANG, LI, WU, OFFICE)
    on_duty(store, "吴六", NOON - MINUTE, at(60))
    on_duty(store, "张三", at(60), at(120))
    start(store, routes=stored_contacts)
    desk = Channels(store)
    desk.run(0, 100)
    assert list(desk.told()) == ["13800138002"]
    assert "改发给您" not in desk.told()["13800138002"].body
    sweep(store, at(60), stored_contacts)
    desk.run(3600, 3600)
    assert [message.address for message in desk.email.received] == ["zhang@zj.example"], (
        "at 60 minutes the next one is on duty"
    )


def test_in_a_hole_of_the_roster_the_first_rank_is_told_and_the_message_says_why(store: Store):
    reach(store, ZHANG, LI, WU, OFFICE)
    on_duty(store, "张三", NOON - 60 * MINUTE, NOON)
    start(store, routes=stored_contacts)
    desk = Channels(store)
    desk.run(0, 0)
    assert set(desk.told()) == {"zhang@zj.example", "13800138001"}
    assert {one.body.splitlines()[0] for one in desk.told().values()} == {
        "值班表上此时没有人值班，改发给您，请代为处理。"
    }


def test_in_a_hole_nobody_reached_leads_by_rank_to_the_head_and_at_last_to_the_office(store: Store):
    reach(store, ZHANG, WU, HEAD, OFFICE, LEADER)
    on_duty(store, "张三", NOON - 60 * MINUTE, NOON)
    start(store, routes=stored_contacts)
    desk = Channels(store, email=DeadInbox(), sms=DeadInbox())
    desk.run(0, 269)
    assert desk.told() == {}
    desk.run(270, 270)
    assert {address: one.body.splitlines()[0] for address, one in desk.told().items()} == {
        "值班群": "住建局的联系方式都没有送达，请代为转告。"
    }
    with store.reading() as t:
        (alert,) = (one for one in alerts(store, "plan_started") if one.recipient == "住建局")
        rows = t.alerts.deliveries([alert.key])[alert.key]
    assert [row.address for row in rows if row.channel == "sms"] == ["13800138002", "13800138009"]


def test_whoever_is_on_duty_and_not_reached_is_named_to_the_next(store: Store):
    reach(store, ZHANG, LI, OFFICE)
    on_duty(store, "张三", NOON, at(60))
    start(store, routes=stored_contacts)
    desk = Channels(store, email=DeadInbox())
    desk.run(0, 120)
    assert desk.told()["13800138001"].body.splitlines()[0] == "值班的张三没有送达，改发给您，请代为处理。"


def test_somebody_on_the_roster_whose_contact_is_gone_is_named_at_once(store: Store):
    reach(store, LI, OFFICE)
    on_duty(store, "张三", NOON, at(60))
    start(store, routes=stored_contacts)
    desk = Channels(store)
    desk.run(0, 0)
    assert desk.told()["13800138001"].body.splitlines()[0] == "值班表上的张三没有登记联系方式，改发给您，请代为处理。"


def test_when_the_shift_changes_before_anybody_was_reached_the_new_one_is_told_next(store: Store):
    reach(store, ZHANG, LI, WU, OFFICE)
    on_duty(store, "张三", NOON, at(1))
    on_duty(store, "吴六", at(1), at(60))
    start(store, routes=stored_contacts)
    desk = Channels(store, email=DeadInbox())
    desk.run(0, 120)
    assert list(desk.told()) == ["13800138002"]


def test_the_office_has_a_roster_of_its_own(store: Store):
    night = Contact("office", "sms", "13900139001", "夜班")
    reach(store, ZHANG, OFFICE, night, LEADER)
    on_duty(store, "夜班", NOON, at(60), "office")
    start(store, routes=stored_contacts)
    desk = Channels(store)
    desk.run(0, 200)
    assert list(desk.told("office")) == ["13900139001"]


def test_where_the_offices_first_contacts_stand_in_and_are_not_reached_its_next_ones_are_told(store: Store):
    second = Contact("office", "email", "duty@qw.example", rank=2)
    reach(store, Contact("office", "sms", "13900139001"), second)
    start(store, routes=stored_contacts)
    desk = Channels(store, sms=DeadInbox())
    desk.run(0, 120)
    assert desk.told()["duty@qw.example"].body.splitlines()[0] == "住建局的联系方式都没有送达，请代为转告。"


def test_without_a_roster_everything_is_as_before(store: Store):
    reach(store, ZHANG, LI, WU, OFFICE)
    start(store, routes=stored_contacts)
    desk = Channels(store)
    desk.run(0, 0)
    assert set(desk.told()) == {"zhang@zj.example", "13800138001"}
    assert all(one.body.startswith("责任单位") for one in desk.told().values())
