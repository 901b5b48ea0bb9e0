"""Group robots of Feishu (飞书自定义机器人), signed."""

from __future__ import annotations

import hmac
import json
from base64 import b64encode
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Annotated
from urllib.parse import quote

from pydantic import BaseModel, ConfigDict, Field

from alerts.chat import JSON_HEADERS, Refusal, accept, chat_text
from alerts.delivery import Budget, Means, Outgoing
from alerts.posting import Poster
from alerts.robots import Robots, robot_name_fault

WHO = "飞书"

_MEANINGS = {
    9499: Refusal("发得太快，或内容不合要求：稍后重试"),
    11232: Refusal("发得太快，稍后重试"),
    19001: Refusal("没有这个机器人：请核对密钥文件里 webhook 地址的最后一段"),
    19002: Refusal("内容不合要求", permanent=True),
    19021: Refusal("签名没有通过：请核对签名密钥，并检查本机时间"),
    19022: Refusal("本机的 IP 不在它允许的范围里：请在机器人的安全设置里添加"),
    19024: Refusal("没有它要的关键词：可在机器人的安全设置里填“回应台”"),
}


class Options(BaseModel):
    """飞书群机器人"""

    model_config = ConfigDict(extra="forbid", frozen=True)

    robots_dir: Path = Field(
        description="机器人密钥目录：每个机器人一个“名称.key”文件，第一行写 webhook 地址的最后一段，第二行写签名密钥"
    )
    base_url: str = Field("https://open.feishu.cn", description="接口地址；私有部署时改成自己的")
    messages_a_minute: Annotated[int, Field(ge=1)] = Field(
        90, description="每个机器人每分钟最多发几条（对方的上限是 100 条）"
    )
    ca_file: Path | None = Field(None, description="除系统自带的以外，还信任哪个证书文件")


def opened(options: Options, secrets: Mapping[str, str | None], means: Means) -> Feishu:
    """The channel as the settings say; the robots' secrets lie in files."""
    poster = Poster(means.timeout, means.private_hosts, options.ca_file)
    return Feishu(
        poster,
        Robots(options.robots_dir, 2, " webhook 地址的最后一段和签名密钥"),
        options.base_url,
        means,
        Budget(options.messages_a_minute),
    )


address_fault = robot_name_fault
"""A contact names a robot."""


class Feishu:
    """Posts to the robot that a contact names, signed by the wall clock: a signature is good for an hour."""

    idempotent = False

    def __init__(self, poster: Poster, robots: Robots, base_url: str, means: Means, budget: Budget) -> None:
        self.timeout, self.budget = means.timeout, budget
        self._poster, self._robots, self._base_url = poster, robots, base_url.rstrip("/")
        self._now = means.now

    def check_contact(self, address: str) -> None:
        """Look whether there is what a send to that address needs. Raises DeliveryFailed."""
        self._robots.secrets(address)

    def send(self, outgoing: Outgoing) -> None:
        """Post the text. Raises DeliveryFailed."""
        token, secret = self._robots.secrets(outgoing.address)
        stamp = str(int(self._now().timestamp()))
        said = {
            "timestamp": stamp,
            "sign": signature(stamp, secret),
            "msg_type": "text",
            "content": {"text": chat_text(outgoing)},
        }
        url = f"{self._base_url}/open-apis/bot/v2/hook/{quote(token, safe='')}"
        answer = self._poster.post(url, json.dumps(said, ensure_ascii=False).encode(), JSON_HEADERS, WHO)
        accept(answer, "code", _MEANINGS, WHO)


def signature(stamp: str, secret: str) -> str:
    """The sign of a moment in seconds: HMAC-SHA256 of nothing with moment and secret as its key, in base64."""
    return b64encode(hmac.new(f"{stamp}\n{secret}".encode(), b"", sha256).digest()).decode()
