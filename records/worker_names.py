"""How the desk's processes are named: `judge-2@host` is the second one on that machine; and what people read for it."""

from __future__ import annotations

import re

from records.channels import channel_name

_NAMES = {"clock": "计时", "send": "发送", "judge": "研判", "crawl": "采集", "desk": "值班台"}
KINDS = tuple(_NAMES)
"""What a process can do."""
_LONGEST_HOST = 60
_NAME = re.compile(r"(?P<kind>[^@/]+?)(-(?P<number>\d+))?@(?P<host>[^/]*)(?P<channel>/.*)?")


def named(kind: str, host: str, number: int = 1) -> str:
    """The name of the `number`th process of a kind on a machine, short enough for `/channel` to stand behind it."""
    return f"{kind}@{host[:_LONGEST_HOST]}" if number == 1 else f"{kind}-{number}@{host[:_LONGEST_HOST]}"


def kind_of(worker: str) -> str:
    """What the process does, on whichever machine: `judge`, or `send/page` for one that sends to the message page."""
    found = _NAME.fullmatch(worker)
    return worker if found is None else found["kind"] + (found["channel"] or "")


def on(host: str, worker: str) -> bool:
    """Whether it runs on that machine."""
    found = _NAME.fullmatch(worker)
    return found is not None and found["host"] == host[:_LONGEST_HOST]


def machine_of(worker: str) -> str:
    """The machine that it runs on."""
    return worker.partition("@")[2].partition("/")[0]


def place_of(worker: str) -> str:
    """Which one of its kind it is, as people read it: the machine, and the number where it is not the first there."""
    found = _NAME.fullmatch(worker)
    if found is None:
        return ""
    return found["host"] if found["number"] is None else f"{found['host']}（第 {found['number']} 个）"


def worker_name(kind: str) -> str:
    """What people read for a kind: 研判; 发送·站内消息 for the one that sends to the message page."""
    does, _, channel = kind.partition("/")
    name = _NAMES.get(does, does)
    return f"{name}·{channel_name(channel)}" if channel else name
