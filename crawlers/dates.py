"""Reads the dates that Chinese pages show (3小时前, 昨天 12:30, 2026年3月5日 10:20, 03-05, ISO, RFC 822, timestamps).

A date without a zone is one of Asia/Shanghai.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from zoneinfo import ZoneInfo

CHINA = ZoneInfo("Asia/Shanghai")

MISSING = "date_missing"
"""Flag: the page shows no date that can be read; the time of fetching stands for it."""
CLAMPED = "date_clamped"
"""Flag: the page shows a date in the future; the time of fetching stands for it."""

_SKEW = timedelta(minutes=5)
_OLDEST = datetime(1990, 1, 1, tzinfo=UTC)
_UNITS = {"秒": "seconds", "分": "minutes", "小时": "hours", "钟头": "hours", "天": "days", "日": "days", "周": "weeks"}
_AGO = re.compile(r"(\d+|半)\s*个?(秒|分|小时|钟头|天|日|周|星期|礼拜|月|年)钟?\s*(?:之|以)?前")
_DAYS_BACK = {"今天": 0, "今日": 0, "昨天": 1, "昨日": 1, "前天": 2, "前日": 2}
_DAY_WORD = re.compile("|".join(_DAYS_BACK))
_FULL = re.compile(r"(?<!\d)([12]\d{3})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})(?!\d)\s*日?")
_SHORT_YEAR = re.compile(r"(?<!\d)(\d\d)[-/.年](\d{1,2})[-/.月](\d{1,2})(?!\d)日?")
_MONTH_DAY = re.compile(r"(?<![\d:-])(\d{1,2})\s*[-/月]\s*(\d{1,2})(?![\d:-])\s*日?")
_COMPACT = re.compile(r"(?<!\d)((?:19|20)\d\d)([01]\d)([0-3]\d)(?:([0-2]\d)([0-5]\d)([0-5]\d)?)?(?!\d)")
_CLOCK = re.compile(
    r"(凌晨|早上|上午|中午|下午|傍晚|晚上|夜里)?\s*(?<!\d)(\d{1,2})\s*(?:[:：点时])\s*(?:(\d{1,2})(?:\s*[:：分]\s*(\d{1,2}))?)?\s*([AaPp][Mm])?"
)
_AFTERNOON = frozenset({"下午", "傍晚", "晚上", "夜里", "pm"})
_TIMESTAMP = re.compile(r"\d{10}(?:\d{3})?(?:\.\d+)?")
_ISO = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?\s*(?:Z|[+-]\d\d:?\d\d)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Dated:
    """A time, and the flag that says how sure it is (MISSING, CLAMPED or None)."""

    at: datetime
    flag: str | None = None


def dated(shown: object, now: datetime) -> Dated:
    """The time that is shown, never later than `now`, which is the time of fetching."""
    read = _read(shown, now)
    if read is None or read < _OLDEST:
        return Dated(now, MISSING)
    if read > now + _SKEW:
        return Dated(now, CLAMPED)
    return Dated(min(read, now))


def _read(shown: object, now: datetime) -> datetime | None:
    try:
        if isinstance(shown, int | float) and not isinstance(shown, bool):
            return _from_timestamp(float(shown))
        if not isinstance(shown, str):
            return None
        text = shown.translate(_FULL_WIDTH).strip()[:200]
        return _from_standard(text) or _from_chinese(text, now.astimezone(CHINA))
    except (ValueError, OverflowError, OSError):
        return None


_FULL_WIDTH = str.maketrans("０１２３４５６７８９：／－．　\u00a0", "0123456789:/-.  ")


def _from_timestamp(number: float) -> datetime:
    seconds = number / 1000 if number > 10**11 else number
    return datetime.fromtimestamp(seconds, tz=UTC)


def _from_standard(text: str) -> datetime | None:
    if _TIMESTAMP.fullmatch(text):
        return _from_timestamp(float(text))
    found = _ISO.search(text)
    if found:
        read = datetime.fromisoformat(re.sub(r"\s+(?=[Z+-])", "", found[0].upper().strip()).replace(",", "."))
        return read if read.tzinfo else read.replace(tzinfo=CHINA)
    if not re.search(r"[A-Za-z]{3}", text):
        return None
    try:
        read = parsedate_to_datetime(text)
    except ValueError:
        return None
    return read if read.tzinfo else read.replace(tzinfo=CHINA)


def _from_chinese(text: str, now: datetime) -> datetime | None:
    if "刚刚" in text or "刚才" in text:
        return now
    ago = _AGO.search(text)
    if ago:
        return now - _span(ago[1], ago[2])
    day, rest = _day(text, now)
    if day is None:
        return None
    hour, minute, second = _clock(rest)
    return day.replace(hour=hour, minute=minute, second=second, microsecond=0)


def _span(number: str, unit: str) -> timedelta:
    amount = 0.5 if number == "半" else int(number)
    if unit in ("月", "年"):
        return timedelta(days=amount * (30 if unit == "月" else 365))
    return timedelta(**{_UNITS.get(unit, "weeks"): amount})


def _day(text: str, now: datetime) -> tuple[datetime | None, str]:
    """Midnight's date part read from `text` (None where there is none), and the text that is left for the time."""
    compact = _COMPACT.search(text)
    if compact:
        year, month, day, hour, minute, _ = compact.groups()
        return now.replace(year=int(year), month=int(month), day=int(day)), f"{hour}:{minute}" if hour else ""
    full = _FULL.search(text)
    if full:
        return _on(now, int(full[1]), int(full[2]), int(full[3])), text[full.end() :]
    short = _SHORT_YEAR.search(text)
    if short:
        return _on(now, 2000 + int(short[1]), int(short[2]), int(short[3])), text[short.end() :]
    word = _DAY_WORD.search(text)
    if word:
        return now - timedelta(days=_DAYS_BACK[word[0]]), text[word.end() :]
    month_day = _MONTH_DAY.search(text)
    if month_day:
        return _this_or_last_year(now, int(month_day[1]), int(month_day[2])), text[month_day.end() :]
    # A time alone is one of today, or of yesterday where today has not come to it yet.
    if _CLOCK.search(text) and not re.search(r"[A-Za-z]{3}", text):
        hour, minute, _second = _clock(text)
        return (now if (hour, minute) <= (now.hour, now.minute) else now - timedelta(days=1)), text
    return None, text


def _on(now: datetime, year: int, month: int, day: int) -> datetime:
    return now.replace(year=year, month=month, day=day)


def _this_or_last_year(now: datetime, month: int, day: int) -> datetime:
    for year in range(now.year, now.year - 5, -1):
        try:
            date = _on(now, year, month, day)
        except ValueError:  # 29 February: the last year that had one
            continue
        if date <= now + timedelta(days=1):
            return date
    raise ValueError("no such day")


def _clock(text: str) -> tuple[int, int, int]:
    found = _CLOCK.search(text)
    if found is None:
        return 0, 0, 0
    hour, minute, second = int(found[2]), int(found[3] or 0), int(found[4] or 0)
    half = found[1] or (found[5] or "").lower()
    if half in _AFTERNOON and hour < 12:
        hour += 12
    if half in ("凌晨", "am", "夜里") and hour == 12:
        hour = 0
    return hour, minute, second
