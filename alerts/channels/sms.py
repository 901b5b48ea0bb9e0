"""Text messages through an HTTP gateway: which fields it wants and how it says yes stand in the settings."""

from __future__ import annotations

import json
import re
import string
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from alerts.chat import JSON_HEADERS, SENDER
from alerts.delivery import DeliveryFailed, Means, Outgoing
from alerts.message import subject_of
from alerts.posting import Answer, Poster

WHO = "短信网关"
_FORM_HEADERS = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}
_NAMES = frozenset({"phone", "text", "secret", "key", "number"})
_PHONE = re.compile(r"(?:\+?86)?1\d{10}", re.ASCII)


class Options(BaseModel):
    """短信网关"""

    model_config = ConfigDict(extra="forbid", frozen=True)

    url: str = Field(min_length=1, description="网关的网址（POST）")
    form: Literal["json", "form"] = Field("json", description="正文写法：json 或 form（网页表单）")
    fields: Mapping[str, str] = Field(
        description="正文里的各项，值里可用 {phone} 号码、{text} 内容、{secret} 密码、{key} 唯一编号、{number} 短编号",
        examples=[{"mobile": "{phone}", "content": "{text}"}],
    )
    accepted_field: str = Field(description="答复（JSON）里哪一项说明是否收下；在里层的用点连接，如 data.code")
    accepted_values: tuple[str, ...] = Field(min_length=1, description="这一项是哪些值时算收下", examples=[("0",)])
    signature: str = Field(SENDER, description="短信开头的签名；网关自己会加签名时留空")
    most_characters: Annotated[int, Field(ge=70, le=1000)] = Field(300, description="一条短信最多多少字，超出的截去")
    secret_file: Path | None = Field(None, description="只含网关密码的文件")
    secret: SecretStr | None = Field(None, description="网关密码，只能由环境变量给出")
    ca_file: Path | None = Field(None, description="除系统自带的以外，还信任哪个证书文件")


def opened(options: Options, secrets: Mapping[str, str | None], means: Means) -> Sms:
    """The channel as the settings say. Raises ValueError with a Chinese message."""
    return Sms(Poster(means.timeout, means.private_hosts, options.ca_file), options, secrets["secret"], means.timeout)


def address_fault(address: str) -> str | None:
    """Why a contact cannot have this address, in Chinese."""
    return None if _PHONE.fullmatch(address) else "短信的地址应是一个手机号码，如 13800138000"


class Sms:
    """Sends each alert as one short message: heading, first lines, link."""

    idempotent = False
    budget = None

    def __init__(self, poster: Poster, options: Options, secret: str | None, timeout: timedelta) -> None:
        """Raises ValueError where a field names something unknown, or number or text would never be sent."""
        self.timeout = timeout
        self._poster, self._options, self._secret = poster, options, secret
        used = set().union(*(_names(template) for template in options.fields.values()))
        if used - _NAMES:
            raise ValueError(f"fields 里有不认识的 {{{min(used - _NAMES)}}}：可用 {'、'.join(sorted(_NAMES))}")
        if not {"phone", "text"} <= used:
            raise ValueError("fields 里要用到 {phone} 和 {text}")
        if "secret" in used and not secret:
            raise ValueError("fields 里用了 {secret} 却没有密码：请用 secret_file 或环境变量给出")

    def send(self, outgoing: Outgoing) -> None:
        """Hand the message to the gateway. Raises DeliveryFailed."""
        values = {
            "phone": outgoing.address,
            "text": short_text(outgoing, self._options.signature, self._options.most_characters),
            "secret": self._secret or "",
            "key": outgoing.key,
            "number": outgoing.number,
        }
        filled = {name: template.format_map(values) for name, template in self._options.fields.items()}
        if self._options.form == "json":
            body, headers = json.dumps(filled, ensure_ascii=False).encode(), JSON_HEADERS
        else:
            body, headers = urlencode(filled).encode(), _FORM_HEADERS
        self._check(self._poster.post(self._options.url, body, headers, WHO))

    def _check(self, answer: Answer) -> None:
        said = _within(answer.row(), self._options.accepted_field)
        if said is None:
            raise DeliveryFailed(f"{WHO}的答复读不懂：不知道是否收下", maybe_delivered=True)
        if said not in self._options.accepted_values:
            raise DeliveryFailed(f"{WHO}拒收（{said[:40]}）：原因见网关的文档")


def short_text(outgoing: Outgoing, signature: str, most: int) -> str:
    """Heading and as much of the text as there is room for beside the link."""
    end = f" {outgoing.link}" if outgoing.link else f" 编号{outgoing.number}"
    body = "；".join(outgoing.body.splitlines()).replace("。；", "；")
    said = f"{signature}{subject_of(outgoing)}：{body}"
    room = most - len(end)
    return f"{said if len(said) <= room else f'{said[: room - 1]}…'}{end}"


def _names(template: str) -> set[str]:
    try:
        return {name for _, name, _, _ in string.Formatter().parse(template) if name is not None}
    except ValueError:
        raise ValueError(f"fields 里“{template[:40]}”的括号不成对") from None


def _within(row: Mapping[str, Any], path: str) -> str | None:
    """What stands at the path, as text; None where nothing plain does."""
    value: Any = row
    for key in path.split("."):
        value = value.get(key) if isinstance(value, Mapping) else None
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, str | int) else None
