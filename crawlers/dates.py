"""Reads the dates that pages and feeds show: ISO 8601, RFC 822, timestamps, and what is written for people.

A date without a zone is one of Asia/Shanghai.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from math import isfinite

from crawlers.spoken_dates import from_words
from records.zone import CHINA

MISSING = "date_missing"
"""Flag: the page shows no date that can be read; the time of fetching stands for it."""
CLAMPED = "date_clamped"
"""Flag: the page shows a date in the future; the time of fetching stands for it."""

_SKEW = timedelta(minutes=5)
_OLDEST = datetime(1990, 1, 1, tzinfo=UTC)
_TIMESTAMP = re.compile(r"\d{10}(?:\d{3}|\d{6})?(?:\.\d+)?")
_ISO = re.compile(
    r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?\s*(?:Z|UTC|GMT(?![+-])|[+-]\d\d:?\d\d)?", re.IGNORECASE
)
_ISO_COMPACT = re.compile(r"(?<!\d)(\d{8}T\d{4}(?:\d\d)?)\s*(Z|[+-]\d\d:?\d\d)?(?!\d)")
_WEEKDAY_FIRST = re.compile(r"^(?:周|星期|礼拜)[一二三四五六日天]\s*[,，]?\s*(?=\d{1,2}\s+\S+\s+\d{4}\s)")
_CHINESE_MONTH = re.compile(r"(?<=\s)(\d{1,2}|十[一二]?|[一二三四五六七八九])月(?=\s+\d{4}\s)")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_CHINESE_MONTHS = ("一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二")
_FULL_WIDTH = str.maketrans("０１２３４５６７８９：／－．　\u00a0", "0123456789:/-.  ")
_LONGEST = 200


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
        text = shown.translate(_FULL_WIDTH).strip()[:_LONGEST]
        return _from_standard(text) or from_words(text, now.astimezone(CHINA))
    except (ValueError, OverflowError, OSError):
        return None


def _from_timestamp(number: float) -> datetime:
    """Seconds, milliseconds or microseconds since 1970. Raises ValueError, OverflowError, OSError."""
    if not isfinite(number):
        raise ValueError(number)
    while number > 10**11:
        number /= 1000
    return datetime.fromtimestamp(number, tz=UTC)


def _from_standard(text: str) -> datetime | None:
    if _TIMESTAMP.fullmatch(text):
        return _from_timestamp(float(text))
    found = _ISO.search(text)
    compact = _ISO_COMPACT.search(text)
    try:
        if found:
            return _in_zone(datetime.fromisoformat(_written_by_the_book(found[0])))
        if compact:
            return _in_zone(datetime.fromisoformat(compact[1] + (compact[2] or "")))
    except ValueError:
        return None
    return _from_mail(text)


def _written_by_the_book(iso: str) -> str:
    text = iso.upper().strip().replace("GMT", "Z").replace("UTC", "Z").replace(",", ".")
    return re.sub(r"\s+(?=Z|[+-]\d\d:?\d\d$)", "", text)


def _from_mail(text: str) -> datetime | None:
    """A date as in mail headers and RSS; some sites write its weekday and month in Chinese."""
    text = _CHINESE_MONTH.sub(_english_month, _WEEKDAY_FIRST.sub("", text))
    if not re.search(r"[A-Za-z]{3}", text):
        return None
    # What sites of China call CST is their own time, not that of Chicago.
    try:
        return _in_zone(parsedate_to_datetime(re.sub(r"\bCST\b", "+0800", text)))
    except ValueError:
        return None


def _english_month(found: re.Match[str]) -> str:
    number = int(found[1]) if found[1].isdigit() else _CHINESE_MONTHS.index(found[1]) + 1
    return _MONTHS[number - 1] if 1 <= number <= 12 else found[0]


def _in_zone(read: datetime) -> datetime:
    return read if read.tzinfo else read.replace(tzinfo=CHINA)
