"""The office is told over the outbox of trouble with the desk itself that lasts, once, and of its end."""

from __future__ import annotations

from datetime import timedelta

import pytest

from pipeline.desk_trouble import watch_desk
from pipeline.notify import page_only
from records.alerts import Alert
from regulation.oversight import oversight_rules
from storage.store import Store
from tests.pipeline.clocks import mail_to
from tests.storage.making import NOON

RULES = oversight_rules()
EXPECTED = ("clock", "judge", "crawl", "send/page")
ALARM = [("sms", "13900000000")]


class Office:
    """A desk that is looked at every minute; `alive` are the processes that leave signs of life."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.alive = {"clock@a", "judge@b", "send@a/page"}
        self.minute = 0

    def pass_(self, minutes: int, *, unwatched: bool = False) -> list[int]:
        """Let so many minutes go by; how many alerts were new at each look that told of something."""
        told = []
        for _ in range(minutes):
            self.minute += 1
            now = NOON + timedelta(minutes=self.minute)
            with self.store.transaction() as t:
                for name in self.alive:
                    t.clock.beat(name, now)
            if not unwatched:
                told.append(watch_desk(self.store, now, RULES, EXPECTED, mail_to("a"), ALARM))
        return [number for number in told if number]

    def alerts(self) -> list[Alert]:
        with self.store.reading() as t:
            return [alert for alert in t.alerts.all() if alert.kind.startswith("desk_")]


@pytest.fixture
def office(store: Store) -> Office:
    made = Office(store)
    assert made.pass_(3) == []
    return made


@pytest.mark.clause("H-42(3)")
def test_a_process_that_is_silent_for_so_long_is_told_of_once_and_so_is_that_it_is_back(office: Office):
    office.alive.remove("judge@b")
    assert office.pass_(5) == []
    assert office.pass_(60) == [1]
    office.alive.add("judge@c")
    assert office.pass_(60) == [1]
    trouble, well = sorted(office.alerts(), key=lambda alert: alert.at)
    assert (trouble.kind, trouble.recipient, trouble.urgent) == ("desk_trouble", "office", False)
    assert trouble.at == NOON + timedelta(minutes=3 + 1 + 5)
    assert trouble.body.splitlines()[0] == "“研判”进程已6分钟没有动静"
    assert "huiying doctor" in trouble.body
    assert (well.kind, well.at) == ("desk_well", NOON + timedelta(minutes=3 + 65 + 1))
    assert well.body.splitlines()[0] == "此前：“研判”进程已6分钟没有动静"


@pytest.mark.clause("H-42(3)")
def test_a_dead_clock_is_urgent_and_told_to_those_of_the_alarm_too(office: Office):
    office.alive.remove("clock@a")
    office.pass_(7)
    (alert,) = office.alerts()
    assert alert.urgent
    with office.store.reading() as t:
        rows = t.alerts.deliveries([alert.key])[alert.key]
    assert {(row.channel, row.address) for row in rows} >= {("sms", "13900000000"), ("email", "office.a")}


def test_several_at_once_are_one_message(office: Office):
    office.alive.clear()
    assert office.pass_(10) == [1]
    (alert,) = office.alerts()
    assert alert.title == "回应台自身有3处故障"
    assert [line.partition("进程")[0] for line in alert.body.splitlines()[:3]] == [
        "“计时”",
        "“研判”",
        "“发送·站内消息”",
    ]


def test_who_has_never_been_started_is_not_missed(office: Office):
    assert office.pass_(60) == []


def test_after_a_time_in_which_nobody_looked_silence_counts_from_now(office: Office):
    office.alive.clear()
    office.pass_(60, unwatched=True)
    assert office.pass_(5) == []
    office.alive = {"clock@a", "judge@b", "send@a/page"}
    assert office.pass_(60) == []


def test_what_comes_and_goes_is_not_told(office: Office):
    for _ in range(10):
        office.alive.remove("judge@b")
        assert office.pass_(4) == []
        office.alive.add("judge@b")
        assert office.pass_(1) == []


def test_of_two_who_look_at_once_one_tells(office: Office):
    office.alive.remove("judge@b")
    office.pass_(6)
    office.alive.add("judge@b")
    now = NOON + timedelta(minutes=office.minute)
    assert [watch_desk(office.store, now, RULES, EXPECTED, page_only) for _ in range(2)] == [0, 0]
    assert len(office.alerts()) == 1
