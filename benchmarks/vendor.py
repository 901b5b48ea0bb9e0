"""A vendor's refusal inside HTTP 200 never counts as sent; the message goes out once the vendor takes it."""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from alerts.channels import dingtalk, feishu, sms, wecom
from alerts.delivery import Channel, DeliveryFailed, Means, Outgoing
from benchmarks._stores import MINUTE, NOON, databases, open_incident
from benchmarks._vendor import Vendor
from pipeline.notify import tell
from pipeline.send import Sender, Terms
from records.deliveries import DeliveryState
from records.people import Contact
from storage.store import Store

TERMS = Terms(lease=MINUTE, retry_after=(timedelta(seconds=5),))
SECOND = timedelta(seconds=1)
YES = {"errcode": 0, "code": 0}
WEIRD: tuple[Any, ...] = (
    {},
    [],
    "ok",
    None,
    b"",
    b"<html>ok</html>",
    b"\xff",
    {"errcode": None, "code": None},
    {"msg": "ok"},
)
"""Answers that say neither yes nor no."""
REFUSALS: Mapping[str, tuple[Any, ...]] = {
    "wecom": tuple({"errcode": code} for code in (-1, 40008, 40058, 45009, 93000, 93004, 93008, 60020)),
    "dingtalk": tuple(
        {"errcode": code} for code in (-1, 130101, 300005, 310000, 400013, 400101, 400102, 410100, 430101)
    ),
    "feishu": tuple({"code": code} for code in (9499, 11232, 19001, 19002, 19021, 19022, 19024)),
    "sms": tuple({"code": code} for code in (1, 109, -1, "E01")),
}
ADDRESS = {"wecom": "duty", "dingtalk": "duty", "feishu": "duty", "sms": "13800138000"}


@dataclass(frozen=True, slots=True)
class Trusting:
    """The channel as it would be if HTTP 200 were enough: the mutant."""

    channel: Channel

    @property
    def timeout(self) -> timedelta:
        """That of the channel."""
        return self.channel.timeout

    idempotent = False
    budget = None

    def send(self, outgoing: Outgoing) -> None:
        """Send, and take no for an answer."""
        try:
            self.channel.send(outgoing)
        except DeliveryFailed as failure:
            if failure.channel_down:
                raise


def main(argv: list[str]) -> int:
    """Every refusal and every odd answer over every vendor's channel; with --mutant the status of HTTP is believed."""
    parser = argparse.ArgumentParser(prog="vendor", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="the same: it takes seconds")
    parser.add_argument("--mutant", action="store_true")
    chosen = parser.parse_args(argv)
    with databases() as urls, Vendor().serving() as vendor, _channels(vendor) as channels:
        found = {name: measured(url, vendor, channels, chosen.mutant) for name, url in urls.items()}
    broken = any(result["called_sent"] or result["not_sent_after_yes"] for result in found.values())
    print(json.dumps({"benchmark": "vendor", "mutant": chosen.mutant, "broken": broken, **found}))
    return 1 if broken else 0


@contextmanager
def _channels(vendor: Vendor) -> Iterator[dict[str, Channel]]:
    """Every vendor's channel, set up to talk to this one."""
    means = Means(5 * SECOND, lambda: NOON, [vendor.address])
    base = f"http://{vendor.address}"
    with tempfile.TemporaryDirectory(prefix="huiying-bench-") as folder:
        robots = Path(folder)
        for name, lines in (("wecom", "key"), ("two", "token\nsecret")):
            (robots / name).mkdir()
            file = robots / name / "duty.key"
            file.write_text(f"{lines}\n", encoding="ascii")
            file.chmod(0o600)
        gateway = sms.Options(
            url=base, fields={"to": "{phone}", "text": "{text}"}, accepted_field="code", accepted_values=("0",)
        )
        yield {
            "wecom": wecom.opened(wecom.Options(robots_dir=robots / "wecom", base_url=base), {}, means),
            "dingtalk": dingtalk.opened(dingtalk.Options(robots_dir=robots / "two", base_url=base), {}, means),
            "feishu": feishu.opened(feishu.Options(robots_dir=robots / "two", base_url=base), {}, means),
            "sms": sms.opened(gateway, {"secret": None}, means),
        }


def measured(url: str, vendor: Vendor, channels: Mapping[str, Channel], mutant: bool) -> dict[str, int]:
    """How many refusals were called sent; how many messages were not sent once the vendor said yes."""
    store = Store(url)
    answers = called_sent = not_sent = number = 0
    for name, channel in channels.items():
        used = Trusting(channel) if mutant else channel
        for say in (*REFUSALS[name], *WEIRD):
            answers, number = answers + 1, number + 1
            vendor.say = say
            _queue(store, number, name)
            Sender(store, {name: used}, "bench", TERMS).send_due(NOON)
            called_sent += _state(store, name) is DeliveryState.SENT
            vendor.say = YES
            Sender(store, {name: used}, "bench", TERMS).send_due(NOON + 10 * SECOND)
            not_sent += _state(store, name) not in (DeliveryState.SENT, DeliveryState.FAILED)
    store.close()
    return {"answers": answers, "called_sent": called_sent, "not_sent_after_yes": not_sent}


def _queue(store: Store, number: int, channel: str) -> None:
    incident = open_incident(store, number)
    with store.transaction() as t:
        tell(
            t,
            "escalated",
            incident,
            NOON,
            str(number),
            lambda _, recipient: [Contact(recipient, channel, ADDRESS[channel])],
        )


def _state(store: Store, channel: str) -> DeliveryState:
    """Of the newest delivery."""
    with store.reading() as t:
        newest = t.alerts.all()
        rows = [row for found in t.alerts.deliveries([alert.key for alert in newest]).values() for row in found]
    return max((row for row in rows if row.channel == channel), key=lambda row: row.id).state
