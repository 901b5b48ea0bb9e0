"""Signed webhooks: an alert as JSON for another system, such as a duty platform of the office, which can drop repeats by key."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from alerts.chat import JSON_HEADERS
from alerts.delivery import Means, Outgoing
from alerts.message import subject_of, text_of
from alerts.posting import Poster
from alerts.robots import Robots, robot_name_fault
from records.signing import SIGNATURE_HEADER, TIMESTAMP_HEADER, signature

WHO = "接收方"
KEY_HEADER = "Idempotency-Key"


class Options(BaseModel):
    """网址推送（webhook）"""

    model_config = ConfigDict(extra="forbid", frozen=True)

    robots_dir: Path = Field(
        description="推送密钥目录：每个接收方一个“名称.key”文件，第一行写完整网址，第二行写签名密钥"
    )
    ca_file: Path | None = Field(None, description="除系统自带的以外，还信任哪个证书文件")


def opened(options: Options, secrets: Mapping[str, str | None], means: Means) -> Webhook:
    """The channel as the settings say; addresses and secrets lie in files."""
    return Webhook(
        Poster(means.timeout, means.private_hosts, options.ca_file),
        Robots(options.robots_dir, 2, "网址和签名密钥"),
        means,
    )


address_fault = robot_name_fault
"""A contact names a receiver as it would a robot."""


class Webhook:
    """Posts to the receiver that a contact names, with a signature over time and body."""

    idempotent = False
    budget = None

    def __init__(self, poster: Poster, robots: Robots, means: Means) -> None:
        self.timeout: timedelta = means.timeout
        self._poster, self._robots = poster, robots
        self._now: Callable[[], datetime] = means.now

    def check_contact(self, address: str) -> None:
        """Look whether there is what a send to that address needs. Raises DeliveryFailed."""
        self._robots.secrets(address)

    def send(self, outgoing: Outgoing) -> None:
        """Post the alert; any status of 200 to 299 says that it was taken. Raises DeliveryFailed."""
        url, secret = self._robots.secrets(outgoing.address)
        stamp = str(int(self._now().timestamp()))
        body = json.dumps(_row(outgoing), ensure_ascii=False, sort_keys=True).encode()
        signed = {
            TIMESTAMP_HEADER: stamp,
            SIGNATURE_HEADER: signature(secret.encode(), stamp, body),
            KEY_HEADER: outgoing.key,
        }
        self._poster.post(url, body, JSON_HEADERS | signed, WHO)


def _row(outgoing: Outgoing) -> dict[str, object]:
    return {
        "key": outgoing.key,
        "number": outgoing.number,
        "kind": outgoing.kind,
        "recipient": outgoing.recipient,
        "at": outgoing.at.isoformat(),
        "due_at": None if outgoing.due_at is None else outgoing.due_at.isoformat(),
        "title": subject_of(outgoing),
        "text": text_of(outgoing),
        "link": outgoing.link,
        "maybe_repeated": outgoing.maybe_repeated,
    }
