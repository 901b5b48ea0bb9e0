"""Group robots of WeCom (企业微信群机器人): a text, in pieces where it is longer than the chat takes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated
from urllib.parse import quote

from pydantic import BaseModel, ConfigDict, Field

from alerts.chat import JSON_HEADERS, Refusal, accept, chat_text, pieces
from alerts.delivery import Budget, DeliveryFailed, Means, Outgoing
from alerts.posting import Poster
from alerts.robots import Robots, robot_name_fault

WHO = "企业微信"
MOST_BYTES = 2048
"""What the vendor takes as one text, in bytes of UTF-8."""

_MEANINGS = {
    -1: Refusal("系统繁忙，稍后重试"),
    40008: Refusal("不认这种消息", permanent=True),
    40058: Refusal("内容不合要求", permanent=True),
    45009: Refusal("发得太快，稍后重试"),
    93000: Refusal("没有这个机器人，或它已被移出群：请在群里重新添加，并更新密钥文件"),
    93004: Refusal("机器人已停用：请在群里启用"),
    93008: Refusal("机器人不在群里：请重新添加"),
}


class Options(BaseModel):
    """企业微信群机器人"""

    model_config = ConfigDict(extra="forbid", frozen=True)

    robots_dir: Path = Field(
        description="机器人密钥目录：每个机器人一个“名称.key”文件，内写 webhook 地址里 key= 后面的部分"
    )
    base_url: str = Field("https://qyapi.weixin.qq.com", description="接口地址；私有部署时改成自己的")
    messages_a_minute: Annotated[int, Field(ge=1)] = Field(
        18, description="每个机器人每分钟最多发几条（对方的上限是 20 条）"
    )
    ca_file: Path | None = Field(None, description="除系统自带的以外，还信任哪个证书文件")


def opened(options: Options, secrets: Mapping[str, str | None], means: Means) -> WeCom:
    """The channel as the settings say; the robots' secrets lie in files."""
    poster = Poster(means.timeout, means.private_hosts, options.ca_file)
    return WeCom(
        poster,
        Robots(options.robots_dir, 1, " webhook 地址里 key= 后面的部分"),
        options.base_url,
        means.timeout,
        Budget(options.messages_a_minute),
    )


address_fault = robot_name_fault
"""A contact names a robot."""


class WeCom:
    """Posts to the robot that a contact names."""

    idempotent = False

    def __init__(self, poster: Poster, robots: Robots, base_url: str, timeout: timedelta, budget: Budget) -> None:
        self.timeout, self.budget = timeout, budget
        self._poster, self._robots, self._base_url = poster, robots, base_url.rstrip("/")

    def check_contact(self, address: str) -> None:
        """Look whether there is what a send to that address needs. Raises DeliveryFailed."""
        self._robots.secrets(address)

    def send(self, outgoing: Outgoing) -> None:
        """Post the text. Raises DeliveryFailed."""
        (key,) = self._robots.secrets(outgoing.address)
        url = f"{self._base_url}/cgi-bin/webhook/send?key={quote(key, safe='')}"
        for number, piece in enumerate(pieces(chat_text(outgoing), MOST_BYTES)):
            try:
                self._post(url, piece)
            except DeliveryFailed as failure:
                raise failure if number == 0 else _in_part(failure) from None

    def _post(self, url: str, piece: str) -> None:
        body = json.dumps({"msgtype": "text", "text": {"content": piece}}, ensure_ascii=False).encode()
        accept(self._poster.post(url, body, JSON_HEADERS, WHO), "errcode", _MEANINGS, WHO)


def _in_part(failure: DeliveryFailed) -> DeliveryFailed:
    return DeliveryFailed(
        f"{failure}（前一部分已送达）",
        permanent=failure.permanent,
        maybe_delivered=True,
        channel_down=failure.channel_down,
    )
