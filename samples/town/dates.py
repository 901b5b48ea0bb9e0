"""A moment → how Chinese sites write it."""

from __future__ import annotations

from datetime import datetime, timedelta
from email.utils import format_datetime
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


def forum_date(at: datetime, now: datetime) -> str:
    """`刚刚`, `3分钟前`, `5小时前` within the day, then `2026-11-22 10:20`."""
    age = now - at
    if age < timedelta(minutes=1):
        return "刚刚"
    if age < timedelta(hours=1):
        return f"{age // timedelta(minutes=1)}分钟前"
    if age < timedelta(hours=24):
        return f"{age // timedelta(hours=1)}小时前"
    return official_minute(at)


def news_date(at: datetime) -> str:
    """`2026年11月22日 10:20`."""
    local = at.astimezone(SHANGHAI)
    return f"{local.year}年{local.month:02d}月{local.day:02d}日 {local:%H:%M}"


def official_date(at: datetime) -> str:
    """`2026-11-22`."""
    return f"{at.astimezone(SHANGHAI):%Y-%m-%d}"


def official_minute(at: datetime) -> str:
    """`2026-11-22 10:20`."""
    return f"{at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"


def feed_date(at: datetime) -> str:
    """RFC 822, as RSS 2.0 wants it: `Sun, 22 Nov 2026 10:20:05 +0800`."""
    return format_datetime(at.astimezone(SHANGHAI))


def iso_date(at: datetime) -> str:
    """`2026-11-22T10:20:05+08:00`."""
    return at.astimezone(SHANGHAI).isoformat(timespec="seconds")
