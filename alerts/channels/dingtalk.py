"""Group robots of DingTalk (钉钉自定义机器人), signed."""

from __future__ import annotations

import hmac
import json
from base64 import b64encode
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Annotated
from urllib.parse import urlencode

from pydantic import BaseModel, ConfigDict, Field

from alerts.chat import JSON_HEADERS, Refusal, accept, chat_text
from alerts.delivery import Budget, Means, Outgoing
from alerts.posting import Poster
from alerts.robots import Robots, robot_name_fault

WHO = "钉钉"

_MEANINGS = {
    -1: Refusal("系统繁忙，稍后重试"),
    130101: Refusal("发得太快，稍后重试"),
    410100: Refusal("发得太快，稍后重试"),
    300005: Refusal("没有这个机器人：请核对密钥文件里的 access_token"),
    310000: Refusal("没有通过安全设置：请核对加签密钥、关键词（可填“回应台”）和允许的 IP"),
    400013: Refusal("群已解散", permanent=True),
    400101: Refusal("没有这个机器人：请核对密钥文件里的 access_token"),
    400102: Refusal("机器人已停用：请在群里启用"),
    400105: Refusal("不认这种消息", permanent=True),
    430101: Refusal("内容含有它不许的链接", permanent=True),
    430102: Refusal("内容没有通过它的检查", permanent=True),
    430103: Refusal("内容没有通过它的检查", permanent=True),
    430104: Refusal("内容没有通过它的检查", permanent=True),
}


class Options(BaseModel):
    """钉钉群机器人"""

    model_config = ConfigDict(extra="forbid", frozen=True)

    robots_dir: Path = Field(
        description="机器人密钥目录：每个机器人一个“名称.key”文件，第一行写 access_token，第二行写加签密钥（SEC 开头）"
    )
    base_url: str = Field("https://oapi.dingtalk.com", description="接口地址；专属钉钉改成自己的")
    messages_a_minute: Annotated[int, Field(ge=1)] = Field(
        18, description="每个机器人每分钟最多发几条（对方的上限是 20 条）"
    )
    ca_file: Path | None = Field(None, description="除系统自带的以外，还信任哪个证书文件")


def opened(options: Options, secrets: Mapping[str, str | None], means: Means) -> DingTalk:
    """The channel as the settings say; the robots' secrets lie in files."""
    poster = Poster(means.timeout, means.private_hosts, options.ca_file)
    return DingTalk(
        poster,
        Robots(options.robots_dir, 2, " access_token 和加签密钥"),
        options.base_url,
        means,
        Budget(options.messages_a_minute),
    )


address_fault = robot_name_fault
"""A contact names a robot."""


class DingTalk:
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
        stamp = str(int(self._now().timestamp() * 1000))
        query = urlencode({"access_token": token, "timestamp": stamp, "sign": signature(stamp, secret)})
        body = json.dumps({"msgtype": "text", "text": {"content": chat_text(outgoing)}}, ensure_ascii=False).encode()
        answer = self._poster.post(f"{self._base_url}/robot/send?{query}", body, JSON_HEADERS, WHO)
        accept(answer, "errcode", _MEANINGS, WHO)


def signature(stamp: str, secret: str) -> str:
    """The sign of a moment in milliseconds: HMAC-SHA256 with the secret as its key, in base64, not yet percent-encoded."""
    return b64encode(hmac.new(secret.encode(), f"{stamp}\n{secret}".encode(), sha256).digest()).decode()
