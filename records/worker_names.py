"""What people call the desk's processes."""

from __future__ import annotations

from records.channels import channel_name

_NAMES = {"clock": "计时", "send": "发送", "judge": "研判", "crawl": "采集", "desk": "值班台"}


def worker_name(worker: str) -> str:
    """What people read for a worker: 研判; 发送·站内消息 for the one that sends to the message page."""
    kind, _, channel = worker.partition("/")
    name = _NAMES.get(kind, kind)
    return f"{name}·{channel_name(channel)}" if channel else name
