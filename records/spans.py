"""How long something takes, as people read it: one wording for pages, messages and reports."""

from __future__ import annotations

from datetime import datetime, timedelta

MINUTE = timedelta(minutes=1)
IN_DAYS = timedelta(hours=72)
"""From here on a length is told in days: what is due in 24 or 48 hours by the rules is told in hours."""


def span(length: timedelta) -> str:
    """A length of time to the minute that is full: 42分钟, 2小时, 1小时5分钟, 9天15小时; 不到1分钟 below a minute."""
    minutes = max(0, length // MINUTE)
    hours = minutes // 60
    if minutes == 0:
        return "不到1分钟"
    parts = {"天": hours // 24, "小时": hours % 24} if length >= IN_DAYS else {"小时": hours, "分钟": minutes % 60}
    return "".join(f"{count}{unit}" for unit, count in parts.items() if count)


def lasting(length: timedelta) -> str:
    """The same for what has lasted so long already: below a minute in seconds."""
    return f"{length // timedelta(seconds=1)}秒" if length < MINUTE else span(length)


def to_the_minute(length: timedelta) -> timedelta:
    """The nearest full minute, for what is told a moment after its time: half an hour is left then, not 29 minutes."""
    return (length + MINUTE / 2) // MINUTE * MINUTE


def until_start(detected_at: datetime, started_at: datetime) -> str:
    """How long it took from the first sign to the start of the plan; it stands beside every clock of the plan.

    A clock counts from the start: without this a late start would hide how late the report really is.
    """
    return "启动先于发现" if started_at < detected_at else span(started_at - detected_at)
