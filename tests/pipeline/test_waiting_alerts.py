"""What is not urgent goes out together, not at night, and leaves room in a channel's budget; what is urgent never waits."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from alerts.delivery import Budget, DeliveryFailed
from pipeline.notify import queue
from pipeline.send import Sender
from pipeline.state_view import desk_state
from records.alerts import Alert, AlertState
from records.deliveries import DeliveryState
from records.people import Person
from records.words import Role
from regulation.telling import Telling, telling
from storage.store import Store
from tests.pipeline.clocks import HOUR, MINUTE, SECOND, TERMS, Inbox, at, mail_to, open_incident, page, start
from tests.storage.making import NOON

RULES = telling()
OFFICER = Person("wangfang", "王芳", Role.OFFICE)


@pytest.fixture(autouse=True)
def an_open_incident(store: Store) -> None:
    open_incident(store)


def told(store: Store, count: int, moment: datetime = NOON, urgent: bool = False, address: str = "a") -> None:
    """Queue so many alerts to the office."""
    made = [
        Alert(f"{n:02d}{address}{urgent:d}{moment:%H%M%S}" + "0" * 50, moment, "source_silent", None, "office", None,
              f"采集源{n}没有应答", f"自12:{n:02d}起\n请查看", "/sources", urgent=urgent)
        for n in range(count)
    ]  # fmt: skip
    with store.transaction() as t:
        queue(t, made, mail_to(address))


def sender(store: Store, inbox: Inbox, rules: Telling | None = RULES) -> Sender:
    return Sender(store, {"email": inbox, "page": page(store)}, "send-1", replace(TERMS, telling=rules))


def test_what_is_not_urgent_waits_for_company_and_goes_as_one_message(store: Store):
    told(store, 3)
    inbox = Inbox()
    desk = sender(store, inbox)
    desk.send_due(at(4.9))
    assert inbox.received == []
    told(store, 2, at(4.95))
    desk.send_due(at(5))
    (message,) = inbox.received
    assert message.title == "3 条提示"
    assert message.body.splitlines()[:4] == ["1. 采集源0没有应答", "   自12:00起", "   请查看", "2. 采集源1没有应答"]
    assert message.link == "http://desk.example/messages"
    desk.send_due(at(9.95))
    assert [one.title for one in inbox.received] == ["3 条提示", "2 条提示"]
    with store.reading() as t:
        assert {alert.state for alert in t.alerts.all()} == {AlertState.SENT}
        assert t.alerts.waiting_count(at(60)) == 0


def test_one_alone_is_sent_as_it_is(store: Store):
    told(store, 1)
    inbox = Inbox()
    sender(store, inbox).send_due(at(5))
    assert [message.title for message in inbox.received] == ["采集源0没有应答"]


def test_one_message_holds_no_more_than_the_rules_say_and_goes_to_one_address(store: Store):
    told(store, 25)
    told(store, 2, address="b")
    inbox = Inbox()
    sender(store, inbox).send_due(at(5))
    assert sorted((message.address, message.title) for message in inbox.received) == [
        ("office.a", "20 条提示"),
        ("office.a", "5 条提示"),
        ("office.b", "2 条提示"),
    ]


def test_the_message_page_has_each_at_once(store: Store):
    told(store, 3)
    sender(store, Inbox()).send_due(NOON)
    with store.reading() as t:
        assert t.messages.unread_count() == 3


def test_at_night_only_what_is_urgent_goes_out(store: Store):
    night = NOON + 2 * HOUR  # 22:00 in China
    told(store, 2, night)
    told(store, 1, night, urgent=True)
    inbox = Inbox()
    desk = sender(store, inbox)
    for minutes in range(0, 9 * 60, 5):
        desk.send_due(night + minutes * MINUTE)
    assert [message.title for message in inbox.received] == ["采集源0没有应答"]
    desk.send_due(night + 9 * HOUR)
    assert [message.title for message in inbox.received] == ["采集源0没有应答", "2 条提示"]


def test_a_message_of_several_that_failed_is_tried_again_and_marked(store: Store):
    told(store, 3)
    inbox = Inbox(faults=[DeliveryFailed("没有确认", maybe_delivered=True)], arrives=True)
    desk = sender(store, inbox)
    desk.send_due(at(5))
    desk.send_due(at(20))
    assert [(message.title, message.maybe_repeated) for message in inbox.received] == [
        ("3 条提示", False),
        ("3 条提示", True),
    ]


def test_rules_that_change_while_the_sender_runs_hold_for_what_waits_already(store: Store):
    rules = [RULES]
    told(store, 2)
    inbox = Inbox()
    desk = Sender(store, {"email": inbox}, "send-1", replace(TERMS, telling=lambda: rules[0]))
    desk.send_due(at(1))
    assert inbox.received == []
    rules[0] = telling({"digest_seconds": 60})
    desk.send_due(at(1))
    assert [message.title for message in inbox.received] == ["2 条提示"]
    told(store, 1, at(2))
    rules[0] = telling({"digest_seconds": 60, "quiet_from": "00:00", "quiet_to": "23:59"})
    desk.send_due(at(4))
    assert len(inbox.received) == 1, "the quiet hours began meanwhile"


def test_what_is_urgent_keeps_its_room_in_a_channels_budget(store: Store):
    inbox = Inbox()
    inbox.budget = Budget(4)
    rules = telling({"digest_seconds": 0, "digest_most": 1})
    told(store, 9)
    desk = sender(store, inbox, rules)
    desk.send_due(NOON)
    assert len(inbox.received) == 2, "half of the budget"
    told(store, 1, at(0.2), urgent=True)
    desk.send_due(at(0.2))
    assert len(inbox.received) == 3, "the urgent one does not wait"
    desk.send_due(at(0.99))
    assert len(inbox.received) == 3
    desk.send_due(at(1))
    assert len(inbox.received) == 4, "two of the first minute are past"


def test_nothing_is_sent_beyond_what_a_channel_takes_and_nothing_is_lost(store: Store):
    inbox = Inbox()
    inbox.budget = Budget(4)
    told(store, 10, urgent=True)
    desk = sender(store, inbox)
    counts = []
    for second in range(0, 181, 10):
        desk.send_due(NOON + second * SECOND)
        counts.append(len(inbox.received))
    assert counts[:6] == [4] * 6
    assert counts[6:12] == [8] * 6
    assert counts[-1] == 10
    assert len({message.key for message in inbox.received}) == 10


def test_each_address_has_a_budget_of_its_own(store: Store):
    inbox = Inbox()
    inbox.budget = Budget(2)
    told(store, 3, urgent=True)
    told(store, 3, urgent=True, address="b")
    sender(store, inbox).send_due(NOON)
    assert sorted(message.address for message in inbox.received) == ["office.a", "office.a", "office.b", "office.b"]


def tried_every_ten_minutes(store: Store, inbox: Inbox, hours: float, first: datetime = NOON) -> None:
    terms = replace(TERMS, telling=RULES, retry_after=(10 * MINUTE,))
    desk = Sender(store, {"email": inbox, "page": page(store)}, "send-1", terms)
    for number in range(int(hours * 6) + 1):
        desk.send_due(first + number * 10 * MINUTE)


def test_what_is_not_urgent_is_given_up_after_a_day_and_stands_there_as_not_delivered(store: Store):
    told(store, 1)
    inbox = Inbox(faults=[DeliveryFailed("忙")] * 1000)
    tried_every_ten_minutes(store, inbox, hours=24.5)
    with store.reading() as t:
        (alert,) = t.alerts.all()
        rows = {row.channel: row for row in t.alerts.deliveries([alert.key])[alert.key]}
        assert (rows["email"].state, rows["email"].error) == (DeliveryState.FAILED, "忙")
        assert rows["page"].state is DeliveryState.SENT
        assert t.alerts.failed_since(at(23 * 60)) == 1
        assert t.alerts.failed_since(at(24 * 60) + SECOND) == 0


def test_what_is_urgent_and_belongs_to_no_clock_is_given_up_after_a_day_too_and_the_desk_says_so(store: Store):
    told(store, 1, urgent=True)
    inbox = Inbox(faults=[DeliveryFailed("忙")] * 1000)
    tried_every_ten_minutes(store, inbox, hours=23)
    with store.reading() as t:
        assert desk_state(t, OFFICER, [], at(23 * 60)).undelivered == 0
    tried_every_ten_minutes(store, inbox, hours=40, first=at(23 * 60))
    left = len(inbox.faults)
    with store.reading() as t:
        (rows,) = t.alerts.deliveries([alert.key for alert in t.alerts.all()]).values()
        assert [row.state for row in rows if row.channel == "email"] == [DeliveryState.FAILED]
        assert desk_state(t, OFFICER, [], at(40 * 60)).undelivered == 1
    tried_every_ten_minutes(store, inbox, hours=1, first=at(60 * 60))
    assert len(inbox.faults) == left, "nobody is asked any more"


def test_what_is_urgent_has_its_day_also_where_the_desk_was_off_when_it_was_due(store: Store):
    told(store, 1, urgent=True)
    inbox = Inbox(faults=[DeliveryFailed("忙")] * 3)
    tried_every_ten_minutes(store, inbox, hours=1, first=at(72 * 60))
    assert len(inbox.received) == 1


def test_what_a_clock_tells_is_tried_until_it_arrives(store: Store):
    start(store, routes=mail_to("a"))
    inbox = Inbox(faults=[DeliveryFailed("忙")] * 400)
    tried_every_ten_minutes(store, inbox, hours=40)
    assert [one.kind for one in inbox.received] == ["plan_started"] * 2
    with store.reading() as t:
        assert t.alerts.failed_since(NOON) == 0
