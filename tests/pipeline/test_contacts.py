"""Who may change where alerts go, and what is written down of it."""

from __future__ import annotations

import pytest

from huiying.wiring import address_faults
from pipeline.contacts import add_contact, remove_contact
from pipeline.refusals import Refused
from records.people import Contact, Person
from records.words import Level, Role
from storage.store import Store
from tests.storage.making import NOON

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
