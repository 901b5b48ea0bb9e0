"""The one time zone in which the office lives: days, working days and years begin there."""

from __future__ import annotations

from zoneinfo import ZoneInfo

CHINA = ZoneInfo("Asia/Shanghai")
