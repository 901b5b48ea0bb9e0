"""A channel is tried by a message marked 【测试】 to one address, through the outbox, once a minute, by those who may."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from alerts.delivery import Budget, DeliveryFailed
from pipeline.channel_view import ChannelRow, channels_page
from pipeline.refusals import Refused
from pipeline.trying import ALARM, Target, targets, try_channel
from records.alerts import OFFICE
from records.deliveries import DeliveryState
from records.people import Contact, Person
from records.words import Role
from storage.store import Store
from tests.pipeline.clocks import Inbox, sender
from tests.storage.making import NOON

MINUTE = timedelta(minutes=1)
WANG = Person("wangfang", "王芳", Role.OFFICE)
OWN = Contact(OFFICE, "email", "wang@office.example", "王芳")
OTHER = Contact("区住建局", "email", "li@zj.example", "李静")
ROBOT = [("wecom", "值班群"), ("email", "wang@office.example")]
SET_UP = {"page", "email"}


@pytest.fixture
def desk(store: Store) -> Store:
    """A desk where two people are reached by mail."""
    with store.transaction() as t:
        t.people.add(WANG, "x" * 20, NOON)
        t.people.set_contacts("区住建局", [OTHER])
        t.people.set_contacts(OFFICE, [OWN])
    return store


def whom(store: Store, channel: str = "email", person: Person = WANG) -> Sequence[Target]:
    with store.reading() as t:
        return targets(t, person, channel, ROBOT)


def tried(
    store: Store, request: str, at: datetime = NOON, number: int = 0, channel: str = "email", person: Person = WANG
) -> None:
    target = whom(store, channel)[number]
    try_channel(store, channel, target, ROBOT, SET_UP, person, at, request)


def row(store: Store, channel: str = "email", at: datetime = NOON) -> ChannelRow:
    budgets = {"page": None, "email": Budget(5)}
    with store.reading() as t:
        rows = channels_page(t, WANG, ["page", "email", "sms"], budgets, ROBOT, at)
    assert rows is not None
    return next(one for one in rows if one.channel == channel)


def test_ones_own_contact_comes_first_then_the_others_and_the_addresses_of_the_alarm(desk: Store) -> None:
    assert [one.name for one in whom(desk)] == ["王芳", "李静"]
    assert whom(desk, "wecom") == [Target(OFFICE, "值班群", ALARM)]
    assert [one.recipient for one in whom(desk, "page")] == [OFFICE]
    assert [one.address for one in whom(desk, "page", replace(WANG, unit="区住建局"))] == ["区住建局"]


def test_the_test_goes_to_that_address_alone_marked_and_its_outcome_shows(desk: Store) -> None:
    tried(desk, "r1", number=1)
    tried(desk, "r1", number=1)
    waiting = row(desk)
    assert waiting.test is not None
    assert (waiting.test.state, waiting.waiting, waiting.waiting_since) == (DeliveryState.QUEUED, 1, NOON)
    inbox = Inbox()
    sender(desk, email=inbox).send_due(NOON)
    (message,) = inbox.received
    assert (message.address, message.title) == ("li@zj.example", "【测试】试发：请确认收到")
    sent = row(desk)
    assert sent.test is not None
    assert sent.state is not None
    assert (sent.test.state, sent.waiting, sent.sent, sent.budget) == (DeliveryState.SENT, 0, 1, 5)
    assert sent.state.last_success_at == NOON
    assert row(desk, at=NOON + 2 * MINUTE).sent == 0


def test_a_channel_that_does_not_work_is_told_with_its_reason(desk: Store) -> None:
    tried(desk, "r1")
    sender(desk, email=Inbox([DeliveryFailed("登录失败：请核对密码文件", channel_down=True)])).send_due(NOON)
    failing = row(desk)
    assert failing.state is not None
    assert (failing.state.down, failing.state.error) == (True, "登录失败：请核对密码文件")
    assert failing.waiting == 1


def test_a_test_is_logged_without_the_address(desk: Store) -> None:
    tried(desk, "r1")
    with desk.reading() as t:
        entry = t.audit.newest(1)[0]
    assert (entry.act, entry.subject, entry.actor, dict(entry.detail)) == (
        "try_channel",
        "email",
        "王芳",
        {"recipient": OFFICE},
    )


def test_a_channel_is_tried_once_a_minute(desk: Store) -> None:
    tried(desk, "r1")
    with pytest.raises(Refused, match="刚刚试发过"):
        tried(desk, "r2", NOON + timedelta(seconds=59), number=1)
    tried(desk, "r3", NOON + MINUTE, number=1)
    with desk.reading() as t:
        assert len(t.alerts.all()) == 2


def test_what_is_not_set_up_or_has_gone_meanwhile_is_refused(desk: Store) -> None:
    seen = whom(desk)[1]
    with pytest.raises(Refused, match="没有启用“企业微信”"):
        tried(desk, "r1", channel="wecom")
    with desk.transaction() as t:
        t.people.set_contacts("区住建局", [])
    with pytest.raises(Refused, match="刚被移除"):
        try_channel(desk, "email", seen, ROBOT, SET_UP, WANG, NOON, "r2")
    with desk.reading() as t:
        assert t.alerts.all() == []
        assert [entry.allowed for entry in t.audit.newest(3)] == [False, False]


def test_an_address_that_nobody_registered_is_refused(desk: Store) -> None:
    stranger = Target(OFFICE, "x@elsewhere.example", "王芳")
    with pytest.raises(Refused, match="刚被移除"):
        try_channel(desk, "email", stranger, ROBOT, SET_UP, WANG, NOON, "r1")


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.OFFICE, Role.ADMIN)])
def test_who_may_not_try_channels_sees_and_tries_none(desk: Store, role: Role) -> None:
    person = Person("other", "某人", role, "区住建局")
    with desk.transaction() as t:
        t.people.add(person, "x" * 20, NOON)
    with pytest.raises(Refused, match="没有权限"):
        tried(desk, "r1", person=person)
    with desk.reading() as t:
        assert channels_page(t, person, ["page"], {}, (), NOON) is None


def test_a_channel_that_is_not_set_up_shows_what_waits_for_it(desk: Store) -> None:
    assert (row(desk, "sms").used, row(desk, "sms").targets, row(desk, "sms").waiting) == (False, (), 0)
