"""A webhook carries the alert as a row, signed, with a key by which the receiver can drop a repeat."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from alerts.channels.webhook import Options, Webhook, opened
from alerts.delivery import DeliveryFailed, Means
from records.signing import is_signed
from tests.alerts.vendor import SECONDS, Vendor, outgoing

RobotFile = Callable[..., Path]
NOW = datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)


def channel(vendor: Vendor, folder: Path) -> Webhook:
    return opened(Options(robots_dir=folder), {}, Means(8 * SECONDS, lambda: NOW, vendor.private_hosts))


def test_the_receiver_can_check_the_signature_and_knows_a_repeat_by_its_key(vendor: Vendor, robot_file: RobotFile):
    vendor.say({}, status=204)
    sender = channel(vendor, robot_file("平台", f"{vendor.url}/alerts?from=desk", "k" * 40))
    sender.send(outgoing(address="平台"))
    sender.send(outgoing(address="平台", maybe_repeated=True))
    first, repeat = vendor.got
    assert (first.path, first.query) == ("/alerts", {"from": "desk"})
    stamp, signed = first.headers["X-Huiying-Timestamp"], first.headers["X-Huiying-Signature"]
    assert stamp == "1700000000"
    assert is_signed([b"k" * 40], stamp, signed, first.body)
    assert not is_signed([b"k" * 40], stamp, signed, first.body + b" ")
    assert first.headers["Idempotency-Key"] == repeat.headers["Idempotency-Key"] == "ab" * 32
    assert first.row["text"].splitlines()[0] == "责任单位：住建局"
    assert (first.row["due_at"], first.row["maybe_repeated"]) == ("2026-04-10T07:40:00+00:00", False)
    assert repeat.row["maybe_repeated"] is True
    assert repeat.row["title"].startswith("〔可能重复")


def test_a_receiver_that_is_gone_is_not_asked_again(vendor: Vendor, robot_file: RobotFile):
    vendor.say({}, status=410)
    with pytest.raises(DeliveryFailed) as caught:
        channel(vendor, robot_file("平台", vendor.url, "k" * 40)).send(outgoing(address="平台"))
    assert caught.value.permanent


def test_a_receiver_on_an_inner_host_that_the_settings_do_not_name_gets_nothing(vendor: Vendor, robot_file: RobotFile):
    folder = robot_file("平台", vendor.url, "k" * 40)
    sender = opened(Options(robots_dir=folder), {}, Means(8 * SECONDS, lambda: NOW))
    with pytest.raises(DeliveryFailed, match="内网"):
        sender.send(outgoing(address="平台"))
    assert vendor.got == []
