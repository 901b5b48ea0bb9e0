"""Who may change where alerts go and try it out, and what is written down of it."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from alerts.delivery import DeliveryFailed
from huiying.wiring import address_faults
from pipeline.contact_view import contacts_page
from pipeline.contacts import add_contact, change_contact, remove_contact, try_contact
from pipeline.fail_over import fail_over, unreached
from pipeline.notify import stored_contacts
from pipeline.refusals import Refused
from pipeline.send import Sender
from records.co_units import CoUnit
from records.deliveries import DeliveryState
from records.people import Contact, Person
from records.words import Level, Role
from regulation.telling import telling
from storage.store import Store
from tests.pipeline.clocks import SECOND, TERMS, Inbox, open_incident, page, sender
from tests.storage.making import HOUR, NOON, disclosure

FAULTS = address_faults()
WANG = Contact("区住建局", "email", "wang@zj.example", "王芳")
LI = Contact("区住建局", "email", "li@zj.example")


def contacts(store: Store) -> list[Contact]:
    with store.reading() as t:
        return t.people.contacts_of("区住建局")


def test_contacts_are_added_renamed_and_removed(store: Store) -> None:
    add_contact(store, WANG, NOON, FAULTS)
    add_contact(store, LI, NOON, FAULTS)
    add_contact(store, Contact("区住建局", "email", "li@zj.example", "李静"), NOON, FAULTS)
    assert [(one.address, one.name) for one in contacts(store)] == [
        ("li@zj.example", "李静"),
        ("wang@zj.example", "王芳"),
    ]
    remove_contact(store, LI, NOON)
    assert contacts(store) == [WANG]


@pytest.mark.parametrize(
    ("channel", "address"),
    [("wecom", "值班群"), ("dingtalk", "duty-2"), ("feishu", "区委办"), ("webhook", "平台"), ("sms", "+8613800138000")],
)
def test_each_channel_takes_addresses_of_its_own_kind(store: Store, channel: str, address: str) -> None:
    add_contact(store, Contact("区住建局", channel, address), NOON, FAULTS)
    assert [one.address for one in contacts(store)] == [address]


def test_removing_what_is_not_there_is_refused(store: Store) -> None:
    with pytest.raises(Refused, match="没有这个联系方式"):
        remove_contact(store, WANG, NOON)


@pytest.mark.parametrize(
    "contact",
    [
        Contact("", "email", "a@b.example"),
        Contact("区住建局", "email", "no-address"),
        Contact("区住建局", "email", "a@b.example,c@d.example"),
        Contact("区住建局", "email", "a@b.example\r\nBcc: x@y.example"),
        Contact("区住建局", "email", "a@b.example", "名字\n换行"),
        Contact("区住建局", "wecom", " "),
        Contact("区住建局", "wecom", "../值班群"),
        Contact("区住建局", "dingtalk", "https://oapi.dingtalk.com/robot/send?access_token=1"),
        Contact("区住建局", "feishu", "值班 群"),
        Contact("区住建局", "webhook", ".."),
        Contact("区住建局", "sms", "010-12345678"),
        Contact("区住建局", "sms", "13800138000,13800138001"),
        Contact("区住建局", "pigeon", "北屋"),
        Contact("区住建局", "sms", "13800138000", "区长", level=Level.LEADER),
    ],
)
def test_a_contact_that_could_misdirect_mail_is_refused(store: Store, contact: Contact) -> None:
    with pytest.raises(Refused):
        add_contact(store, contact, NOON, FAULTS)
    assert contacts(store) == []


@pytest.mark.parametrize(("role", "may"), [(Role.ADMIN, True), (Role.OFFICE, True), (Role.DUTY, False)])
def test_the_office_and_admins_change_contacts(store: Store, role: Role, may: bool) -> None:
    person = Person("someone", "某人", role)
    with store.transaction() as t:
        t.people.add(person, "hash", NOON)
    if may:
        add_contact(store, WANG, NOON, FAULTS, person)
    else:
        with pytest.raises(Refused, match="没有权限"):
            add_contact(store, WANG, NOON, FAULTS, person)
    assert bool(contacts(store)) == may


def test_the_log_names_the_recipient_but_no_address(store: Store) -> None:
    add_contact(store, WANG, NOON, FAULTS)
    with store.reading() as t:
        (entry,) = t.audit.about("区住建局")
    assert (entry.act, entry.detail) == ("contact_added", {"channel": "email"})
    assert "wang" not in str(entry)


def person(store: Store, role: Role = Role.OFFICE) -> Person:
    made = Person("someone", "某人", role)
    with store.transaction() as t:
        t.people.add(made, "hash", NOON)
    return made


def test_a_change_replaces_one_contact_and_no_other(store: Store) -> None:
    add_contact(store, WANG, NOON, FAULTS)
    add_contact(store, LI, NOON, FAULTS)
    later = replace(LI, channel="sms", address="13800138000", name="李静", rank=2)
    change_contact(store, LI, later, NOON, FAULTS)
    assert contacts(store) == [WANG, later]


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (LI, replace(LI, address="no-address"), "邮件地址"),
        (LI, replace(LI, address=WANG.address), "已经有同样"),
        (LI, replace(LI, recipient="区教育局"), "改不了收件单位"),
        (replace(LI, address="x@zj.example"), WANG, "没有这个联系方式"),
    ],
)
def test_a_change_that_would_lose_or_misdirect_something_is_refused_and_audited(
    store: Store, before: Contact, after: Contact, said: str
) -> None:
    add_contact(store, WANG, NOON, FAULTS)
    add_contact(store, LI, NOON, FAULTS)
    with pytest.raises(Refused, match=said):
        change_contact(store, before, after, NOON, FAULTS)
    assert contacts(store) == [LI, WANG]
    with store.reading() as t:
        assert [entry.allowed for entry in t.audit.about("区住建局")] == [True, True, False]


def test_of_two_who_change_the_same_contact_the_second_is_told(store: Store) -> None:
    add_contact(store, WANG, NOON, FAULTS)
    change_contact(store, WANG, replace(WANG, name="王芳芳"), NOON, FAULTS)
    with pytest.raises(Refused, match="刚被他人改过"):
        change_contact(store, WANG, replace(WANG, rank=2), NOON, FAULTS)
    with store.reading() as t:
        assert t.people.contacts_of(WANG.recipient) == [replace(WANG, name="王芳芳")]


def test_a_test_message_goes_to_that_contact_alone_at_any_hour_and_shows_how_it_went(store: Store) -> None:
    night = NOON + 6 * HOUR
    by = person(store)
    add_contact(store, WANG, NOON, FAULTS)
    add_contact(store, LI, NOON, FAULTS)
    try_contact(store, LI, night, {"email"}, by, "r1")
    try_contact(store, LI, night, {"email"}, by, "r1")
    inbox = Inbox()
    desk = Sender(store, {"email": inbox, "page": page(store)}, "send", replace(TERMS, telling=telling()))
    desk.send_due(night)
    (message,) = inbox.received
    assert (message.address, message.title) == ("li@zj.example", "【测试】试发：请确认收到")
    assert "某人" in message.body
    with store.reading() as t:
        rows = contacts_page(t, by)
        assert t.messages.of(["区住建局"]) == []
    assert rows is not None
    assert [(row.contact, row.test and row.test.state) for row in rows.rows] == [
        (LI, DeliveryState.SENT),
        (WANG, None),
    ]


def test_a_test_that_fails_alarms_nobody_else(store: Store) -> None:
    by = person(store)
    add_contact(store, WANG, NOON, FAULTS)
    add_contact(store, replace(LI, rank=2), NOON, FAULTS)
    try_contact(store, WANG, NOON, {"email"}, by, "r1")
    sender(store, email=Inbox([DeliveryFailed("没有这个人", permanent=True)])).send_due(NOON)
    assert fail_over(store, NOON + HOUR, stored_contacts, telling()) == 0
    with store.reading() as t:
        assert unreached(t, NOON + HOUR, telling()) == []
        rows = contacts_page(t, by)
    assert rows is not None
    tested = next(row.test for row in rows.rows if row.contact == WANG)
    assert tested is not None
    assert (tested.state, tested.error) == (DeliveryState.FAILED, "没有这个人")


def test_a_test_is_refused_where_it_could_not_go_or_has_just_gone(store: Store) -> None:
    by = person(store)
    add_contact(store, WANG, NOON, FAULTS)
    with pytest.raises(Refused, match="没有启用"):
        try_contact(store, WANG, NOON, {"sms"}, by, "r1")
    with pytest.raises(Refused, match="没有这个联系方式"):
        try_contact(store, LI, NOON, {"email"}, by, "r2")
    try_contact(store, WANG, NOON, {"email"}, by, "r3")
    with pytest.raises(Refused, match="过一分钟"):
        try_contact(store, WANG, NOON + 59 * SECOND, {"email"}, by, "r4")
    try_contact(store, WANG, NOON + 60 * SECOND, {"email"}, by, "r5")


@pytest.mark.parametrize("role", [Role.DUTY, Role.EVALUATOR])
def test_who_does_not_manage_contacts_sees_changes_and_tries_none(store: Store, role: Role) -> None:
    by = person(store, role)
    add_contact(store, WANG, NOON, FAULTS)
    with store.reading() as t:
        assert contacts_page(t, by) is None
    with pytest.raises(Refused, match="没有权限"):
        change_contact(store, WANG, replace(WANG, name="王"), NOON, FAULTS, by)
    with pytest.raises(Refused, match="没有权限"):
        try_contact(store, WANG, NOON, {"email"}, by, "r1")
    assert contacts(store) == [WANG]


def test_who_cannot_be_reached_and_names_that_nobody_bears_are_shown(store: Store) -> None:
    by = person(store)
    with store.transaction() as t:
        t.disclosures.add(disclosure(), NOON, "测试")
    add_contact(store, replace(WANG, recipient="住建居"), NOON, FAULTS)
    add_contact(store, replace(WANG, recipient="keeper"), NOON, FAULTS)
    with store.reading() as t:
        found = contacts_page(t, by)
    assert found is not None
    assert found.unreachable == ["office", "住建局"]
    assert [(row.contact.recipient, row.unknown) for row in found.rows] == [("keeper", False), ("住建居", True)]


def test_a_unit_that_helps_with_an_incident_is_known_and_is_missed_without_a_contact(store: Store) -> None:
    by = person(store)
    open_incident(store)
    with store.transaction() as t:
        for unit in ("水务局", "教体局"):
            t.co_units.name(CoUnit("20260410-001", unit, NOON, "王芳", None))
    add_contact(store, replace(WANG, recipient="水务局"), NOON, FAULTS)
    with store.reading() as t:
        found = contacts_page(t, by)
    assert found is not None
    assert [(row.contact.recipient, row.unknown) for row in found.rows] == [("水务局", False)]
    assert "教体局" in found.unreachable


def test_contacts_that_two_people_add_at_once_are_both_kept(store: Store) -> None:
    begun = threading.Event()

    def other() -> None:
        with store.transaction() as t:
            t.people.take_turn("区住建局")
            begun.set()
            threading.Event().wait(0.3)
            t.people.set_contacts("区住建局", [LI])

    thread = threading.Thread(target=other)
    thread.start()
    begun.wait(10)
    add_contact(store, WANG, NOON, FAULTS)
    thread.join(60)
    assert not thread.is_alive()
    assert contacts(store) == [LI, WANG]
