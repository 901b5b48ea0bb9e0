"""Trouble with the desk itself is told straight over a channel: after two looks, again after a while, and its end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from alerts.delivery import DeliveryFailed, Outgoing
from huiying.clock import SimulatedClock
from huiying.overseer import Overseer, examine, of
from huiying.settings import load
from huiying.wiring import Desk
from pipeline.oversight import Trouble

NOON = datetime(2026, 4, 10, 4, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
MEGABYTE = 1024 * 1024
SENDER = Trouble("silent", "send/page", "进程 send/page 已 40 秒没有动静")
JUDGE = Trouble("silent", "judge", "进程 judge 已 40 秒没有动静", grave=False)


class Phone:
    """A channel that keeps what it was handed, or refuses."""

    idempotent = False
    budget = None
    timeout = SECOND

    def __init__(self, fault: Exception | None = None) -> None:
        self.received: list[Outgoing] = []
        self.fault = fault

    def send(self, outgoing: Outgoing) -> None:
        if self.fault is not None:
            raise self.fault
        self.received.append(outgoing)


def told(phone: Phone) -> list[str]:
    return [message.body for message in phone.received]


def test_grave_trouble_is_told_at_the_second_look_and_again_only_after_a_while():
    phone = Phone()
    overseer = Overseer([("sms", "13800138000")], {"sms": phone}, timedelta(minutes=15))
    for second in range(0, 15 * 60, 10):
        overseer.note([SENDER, JUDGE], NOON + second * SECOND)
    assert told(phone) == [SENDER.said]
    overseer.note([SENDER], NOON + (15 * 60 + 10) * SECOND)
    assert told(phone) == [SENDER.said] * 2
    assert (phone.received[0].address, phone.received[0].title) == ("13800138000", "回应台自身有故障")


def test_what_is_gone_at_the_next_look_was_no_trouble():
    phone = Phone()
    overseer = Overseer([("sms", "1")], {"sms": phone}, timedelta(minutes=15))
    overseer.note([SENDER], NOON)
    overseer.note([], NOON + 10 * SECOND)
    overseer.note([SENDER], NOON + 20 * SECOND)
    overseer.note([], NOON + 30 * SECOND)
    assert told(phone) == []


def test_the_end_of_what_was_told_is_told_once():
    phone = Phone()
    overseer = Overseer([("sms", "1")], {"sms": phone}, timedelta(minutes=15))
    for second, found in ((0, [SENDER]), (10, [SENDER]), (20, []), (30, []), (40, [])):
        overseer.note(found, NOON + second * SECOND)
    assert told(phone) == [SENDER.said, "已恢复：silent/send/page"]


def test_one_channel_that_fails_stops_no_other():
    broken, refusing, phone = Phone(ZeroDivisionError("bug")), Phone(DeliveryFailed("连不上")), Phone()
    parts = {"email": broken, "wecom": refusing, "sms": phone}
    overseer = Overseer([("email", "a"), ("wecom", "b"), ("sms", "c")], parts, timedelta(minutes=15))
    overseer.note([SENDER], NOON)
    overseer.note([SENDER], NOON + 10 * SECOND)
    assert told(phone) == [SENDER.said]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    (tmp_path / "huiying.yaml").write_text(
        "data_dir: data\nalerts: {alarm: ['wecom:值班群', 'sms:1'], wecom: {robots_dir: robots}}\n", encoding="utf-8"
    )
    made = Desk(load(tmp_path / "huiying.yaml", {}), SimulatedClock(NOON))
    yield made
    made.close()


def test_only_channels_that_are_set_up_are_used(desk: Desk):
    assert of(desk).addresses == [("wecom", "值班群")]


def test_every_process_of_the_desk_is_looked_for_its_channels_one_by_one(desk: Desk):
    desk.store.migrate()
    assert [one.subject for one in examine(desk)] == ["clock", "judge", "crawl", "send/page", "send/wecom"]


def test_a_database_that_cannot_be_read_is_trouble(desk: Desk):
    desk.store.migrate()
    desk.store.close()
    (desk.settings.data_dir / "huiying.db").write_bytes(b"no database" * 1000)
    (trouble,) = examine(desk)
    assert (trouble.kind, trouble.grave) == ("database", True)


def test_a_disk_that_is_nearly_full_is_an_alarm_before_it_is_full(desk: Desk):
    desk.store.migrate()
    enough, little = (replace(desk, free=lambda _, free=free: free) for free in (1024 * MEGABYTE, 1024 * MEGABYTE - 1))
    assert [one.kind for one in examine(enough) if one.kind == "disk"] == []
    phone = Phone()
    overseer = Overseer([("sms", "1")], {"sms": phone}, timedelta(minutes=15))
    for second in (0, 10):
        disks = [one for one in examine(little) if one.kind == "disk"]
        overseer.note(disks, NOON + second * SECOND)
    assert told(phone) == ["数据目录所在磁盘只剩 1023 MB：满了以后什么都存不下，请立即清理或扩容"]
