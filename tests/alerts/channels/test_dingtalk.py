"""Messages to a robot of DingTalk are signed, and its refusals inside HTTP 200 are refusals."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from alerts.channels.dingtalk import DingTalk, Options, opened, signature
from alerts.delivery import DeliveryFailed, Means
from tests.alerts.vendor import SECONDS, Vendor, outgoing

RobotFile = Callable[..., Path]
NOW = datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)
SIGNED = "jcUpW0QmtKduN03n4JqQ0PBosVjqnM8gU7fIIvsDmCM="
"""By openssl: dgst -sha256 -hmac SECabc -binary over 1700000000000, a line break and SECabc."""


def channel(vendor: Vendor, robots: Path) -> DingTalk:
    means = Means(8 * SECONDS, lambda: NOW, vendor.private_hosts)
    return opened(Options(robots_dir=robots, base_url=f"{vendor.url}/"), {}, means)


def test_the_signature_is_that_of_the_vendors_document():
    assert signature("1700000000000", "SECabc") == SIGNED


def test_a_message_is_signed_at_the_moment_of_sending(vendor: Vendor, robot_file: RobotFile):
    channel(vendor, robot_file("值班群", "token-1", "SECabc")).send(outgoing())
    (got,) = vendor.got
    assert got.path == "/robot/send"
    assert got.query == {"access_token": "token-1", "timestamp": "1700000000000", "sign": SIGNED}
    assert got.row["msgtype"] == "text"
    assert got.row["text"]["content"].startswith("【回应台】首报还剩30分钟")
    assert "at" not in got.row


@pytest.mark.parametrize(
    ("row", "permanent"),
    [
        ({"errcode": 310000, "errmsg": "sign not match"}, False),
        ({"errcode": 130101, "errmsg": "send too fast"}, False),
        ({"errcode": 430102}, True),
        ({"errcode": 7}, False),
    ],
)
def test_a_refusal_inside_http_200_is_no_delivery(
    vendor: Vendor, robot_file: RobotFile, row: dict[str, object], permanent: bool
):
    vendor.say(row)
    with pytest.raises(DeliveryFailed) as caught:
        channel(vendor, robot_file("值班群", "token-1", "SECabc")).send(outgoing())
    assert (caught.value.permanent, caught.value.maybe_delivered) == (permanent, False)
    assert "SECabc" not in str(caught.value)
    assert "token-1" not in str(caught.value)


def test_a_robot_without_a_signing_secret_is_refused(vendor: Vendor, robot_file: RobotFile):
    with pytest.raises(DeliveryFailed, match="加签密钥"):
        channel(vendor, robot_file("值班群", "token-1")).send(outgoing())
    assert vendor.got == []
