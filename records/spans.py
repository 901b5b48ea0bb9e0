"""How long something took, as people read it."""

from __future__ import annotations

from datetime import datetime, timedelta


def span(length: timedelta) -> str:
    """A length of time to the minute: 42分, 1小时05分, 3天2小时; 不到1分 below a minute."""
    minutes = max(0, int(length.total_seconds() // 60))
    if minutes == 0:
        return "不到1分"
    if minutes < 60:
        return f"{minutes}分"
    hours, minutes = divmod(minutes, 60)
    if hours < 24:
        return f"{hours}小时{minutes:02d}分"
    days, hours = divmod(hours, 24)
    return f"{days}天{hours}小时"


def until_start(detected_at: datetime, started_at: datetime) -> str:
    """How long it took from the first sign to the start of the plan; it stands beside every clock of the plan.

    A clock counts from the start: without this a late start would hide how late the report really is.
    """
    return "启动先于发现" if started_at < detected_at else span(started_at - detected_at)
