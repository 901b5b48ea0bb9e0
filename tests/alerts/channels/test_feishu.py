"""Messages to a robot of Feishu are signed, and its refusals inside HTTP 200 are refusals."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from alerts.channels.feishu import Feishu, Options, opened, signature
from alerts.delivery import DeliveryFailed, Means
from tests.alerts.vendor import SECONDS, Vendor, outgoing

RobotFile = Callable[..., Path]
NOW = datetime(2023, 11, 14, 22, 13, 20, 900_000, tzinfo=UTC)
SIGNED = "OrBzY1Y01Gq+HgJsl+7OfWcMVwc7YocohQm5iiZwjhU="
"""By openssl: dgst -sha256 -binary over nothing, with 1700000000, a line break and feishu-secret as the key."""


def channel(vendor: Vendor, robots: Path) -> Feishu:
    means = Means(8 * SECONDS, lambda: NOW, vendor.private_hosts)
    return opened(Options(robots_dir=robots, base_url=vendor.url), {}, means)


def test_the_signature_is_that_of_the_vendors_document():
    assert signature("1700000000", "feishu-secret") == SIGNED


def test_a_message_is_signed_at_the_moment_of_sending(vendor: Vendor, robot_file: RobotFile):
    channel(vendor, robot_file("值班群", "hook-1", "feishu-secret")).send(outgoing())
    (got,) = vendor.got
    assert got.path == "/open-apis/bot/v2/hook/hook-1"
    assert (got.row["timestamp"], got.row["sign"], got.row["msg_type"]) == ("1700000000", SIGNED, "text")
    assert got.row["content"]["text"].startswith("【回应台】首报还剩30分钟")


@pytest.mark.parametrize(
    ("row", "permanent"),
    [
        ({"code": 19021, "msg": "sign match fail or timestamp is not within one hour from current time"}, False),
        ({"code": 9499, "msg": "Bad Request"}, False),
        ({"code": 11232, "msg": "frequency limited psm"}, False),
        ({"code": 19002}, True),
    ],
)
def test_a_refusal_inside_http_200_is_no_delivery(
    vendor: Vendor, robot_file: RobotFile, row: dict[str, object], permanent: bool
):
    vendor.say(row)
    with pytest.raises(DeliveryFailed) as caught:
        channel(vendor, robot_file("值班群", "hook-1", "feishu-secret")).send(outgoing())
    assert (caught.value.permanent, caught.value.maybe_delivered) == (permanent, False)
    assert "feishu-secret" not in str(caught.value)
    assert "hook-1" not in str(caught.value)
