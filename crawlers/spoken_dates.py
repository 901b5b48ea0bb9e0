"""Reads dates that are written for people: 2026年3月5日 下午3点, 二〇二六年三月五日, 昨晚9点半, 两天前, 周三, 03-05, Mar 5, 2026."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

_DIGITS = {**dict(zip("零一二三四五六七八九", range(10), strict=True)), "〇": 0, "○": 0, "两": 2, "几": 3, "数": 3}
_NUMBER = r"(?:\d{1,3}|[一二三四五六七八九十两几数半]{1,3})"
_DAYS = {
    "秒": 1 / 86400,
    "分": 1 / 1440,
    "小时": 1 / 24,
    "钟头": 1 / 24,
    "天": 1,
    "日": 1,
    "周": 7,
    "星期": 7,
    "礼拜": 7,
    "月": 30,
    "年": 365,
    "sec": 1 / 86400,
    "min": 1 / 1440,
    "h": 1 / 24,
    "day": 1,
    "week": 7,
    "month": 30,
    "year": 365,
}
_NOW = re.compile(r"刚刚|刚才|片刻前|方才|just now|秒内|分钟?(?:以|之)?内", re.IGNORECASE)
_AGO = re.compile(
    rf"({_NUMBER})\s*(个?半)?\s*个?多?(秒|分|小时|钟头|天|日|周|星期|礼拜|月|年)钟?(半)?多?\s*(?:之|以)?前"
)
_AGO_ENGLISH = re.compile(r"\b(\d{1,3}|an?|one)\s*(sec|min|h|day|week|month|year)\w*\s+ago", re.IGNORECASE)
_BACK = re.compile(r"(?<![目以之])(大前|前|昨|今)(?:[天日]|(?=[早晨晚夜]))|\b(yesterday|today)\b", re.IGNORECASE)
_DAYS_BACK = {"今": 0, "today": 0, "昨": 1, "yesterday": 1, "前": 2, "大前": 3}
_WEEKDAY = re.compile(r"(上上?|本|这)?个?(?:周|星期|礼拜)([一二三四五六日天])")
_WEEKDAYS = "一二三四五六日"
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = r"(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_ENGLISH = re.compile(rf"\b{_MONTH}\s+(\d{{1,2}})(?:st|nd|rd|th)?,?\s+(\d{{4}})\b", re.IGNORECASE)
_BRITISH = re.compile(rf"\b(\d{{1,2}})(?:st|nd|rd|th)?\s+{_MONTH},?\s+(\d{{4}})\b", re.IGNORECASE)
_COMPACT = re.compile(r"(?<!\d)((?:19|20)\d\d)([01]\d)([0-3]\d)(?:[T ]?([0-2]\d)([0-5]\d)([0-5]\d)?)?(?!\d)")
_FULL = re.compile(r"(?<!\d)([12]\d{3})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})(?!\d)\s*[日号]?")
_YEAR_LAST = re.compile(r"(?<!\d)(\d{1,2})/(\d{1,2})/(20\d\d)(?!\d)")
_SHORT_YEAR = re.compile(r"(?<![\d-])(\d\d)[-/.年](\d{1,2})[-/.月](\d{1,2})(?!\d)[日号]?")
_MONTH_DAY = re.compile(r"(?<![\d:./-])(\d{1,2})\s*(?:[-/]|月份?)\s*(\d{1,2})(?![\d:/.-])\s*[日号]?")
_HALF = r"(?P<half>凌晨|清晨|早间|早上|早晨|上午|中午|午间|下午|午后|傍晚|晚上|晚间|夜里|夜间|半夜|深夜|早|晨|晚|夜)"
_CLOCK = re.compile(
    rf"{_HALF}?\s*(?<!\d)(?P<hour>\d{{1,2}})\s*(?:(?:[:：]|点钟?|时)\s*(?:(?P<minute>\d{{1,2}})(?:\s*(?:[:：]|分钟?)\s*(?P<second>\d{{1,2}}))?|(?P<thirty>半))?)"
    r"\s*(?P<english>[AaPp]\.?[Mm])?"
)
_AFTERNOON = frozenset({"下午", "午后", "傍晚", "晚上", "晚间", "夜里", "夜间", "半夜", "深夜", "晚", "夜", "pm"})
_NIGHT = frozenset({"晚上", "晚间", "夜里", "夜间", "半夜", "深夜", "晚", "夜"})
_BETWEEN = re.compile(
    r"[\s,，、()（）【】\[\]·|/T-]*(?:(?:周|星期|礼拜)[一二三四五六日天])?[\s,，、()（）【】\[\]·|/-]*(?:at\b|于)?\s*"
)
"""What may stand between a date and its time of day."""

_LUNAR = re.compile(r"(?:农历|阴历|旧历)\s*\S{0,12}")
_CHINESE_YEAR = re.compile(r"([12一二][〇○零\d一二三四五六七八九]{3})\s*(?=年)")
_CHINESE_NUMBER = re.compile(r"([一二三四五六七八九十]{1,3})(?=\s*[月日号时点分])")


def from_words(text: str, now: datetime) -> datetime | None:
    """The moment that `text` means to somebody who reads it at `now`, in the zone of `now`; None where it means none."""
    text = _CHINESE_YEAR.sub(_year_in_digits, _LUNAR.sub(" ", text))
    if _NOW.search(text):
        return now
    ago = _ago(text, now)
    if ago is not None:
        return ago
    text = _CHINESE_NUMBER.sub(lambda found: str(_number(found[1])), text)
    day, rest = _day(text, now)
    return None if day is None else _at_clock(day, rest)


def _ago(text: str, now: datetime) -> datetime | None:
    found = _AGO.search(text)
    if found:
        amount = _number(found[1]) + (0.5 if found[2] or found[4] else 0)
        unit, rest = found[3], text[found.end() :]
    else:
        english = _AGO_ENGLISH.search(text)
        if english is None:
            return None
        amount = int(english[1]) if english[1].isdigit() else 1
        unit, rest = english[2].lower(), text[english.end() :]
    at = now - timedelta(days=amount * _DAYS[unit])
    return _at_clock(at, rest) if _DAYS[unit] >= 1 and _clock_in(rest) else at


def _number(written: str) -> float:
    """A number below a thousand, in digits or Chinese; 几 and 数 (a few) are three, 半 is a half."""
    if written.isdigit():
        return int(written)
    if written == "半":
        return 0.5
    tens, ten, ones = written.rpartition("十")
    if ten:
        return (_DIGITS.get(tens, 1) * 10) + _DIGITS.get(ones, 0)
    return _DIGITS.get(written[0], 0)


def _year_in_digits(found: re.Match[str]) -> str:
    return "".join(str(_DIGITS.get(digit, digit)) for digit in found[1])


def _day(text: str, now: datetime) -> tuple[datetime | None, str]:
    """The day that `text` names (None where it names none), and the text that is left for the time of day."""
    for read in (_named_in_full, _without_year, _counted_back, _of_the_week):
        day, rest = read(text, now)
        if day is not None:
            return day, rest
    # A time alone is one of today, or of yesterday where today has not come to it yet.
    clock = _CLOCK.search(text)
    if clock and not re.search(r"[A-Za-z]{3}", text):
        rest = text[clock.start() :]
        return (now if _at_clock(now, rest) <= now else now - timedelta(days=1)), rest
    return None, text


def _named_in_full(text: str, now: datetime) -> tuple[datetime | None, str]:
    full = _FULL.search(text)
    if full:
        return _on(now, int(full[1]), int(full[2]), int(full[3])), text[full.end() :]
    compact = _COMPACT.search(text)
    if compact:
        year, month, day, hour, minute, second = compact.groups()
        rest = f"{hour}:{minute}:{second or '00'}" if hour else text[compact.end() :]
        return _on(now, int(year), int(month), int(day)), rest
    last = _YEAR_LAST.search(text)
    if last:
        first, second = int(last[1]), int(last[2])
        month, day = (second, first) if first > 12 else (first, second)
        return _on(now, int(last[3]), month, day), text[last.end() :]
    short = _SHORT_YEAR.search(text)
    if short:
        return _on(now, 2000 + int(short[1]), int(short[2]), int(short[3])), text[short.end() :]
    english = _ENGLISH.search(text)
    if english:
        return _on(now, int(english[3]), _month(english[1]), int(english[2])), text[english.end() :]
    british = _BRITISH.search(text)
    if british:
        return _on(now, int(british[3]), _month(british[2]), int(british[1])), text[british.end() :]
    return None, text


def _counted_back(text: str, now: datetime) -> tuple[datetime | None, str]:
    back = _BACK.search(text)
    if back:
        days = _DAYS_BACK[(back[1] or back[2]).lower()]
        return now - timedelta(days=days), text[back.end() :]
    return None, text


def _without_year(text: str, now: datetime) -> tuple[datetime | None, str]:
    month_day = _MONTH_DAY.search(text)
    if month_day:
        return _this_or_last_year(now, int(month_day[1]), int(month_day[2])), text[month_day.end() :]
    return None, text


def _of_the_week(text: str, now: datetime) -> tuple[datetime | None, str]:
    weekday = _WEEKDAY.search(text)
    if weekday:
        rest = text[weekday.end() :]
        number = _WEEKDAYS.index("日" if weekday[2] == "天" else weekday[2])
        monday = now - timedelta(days=now.weekday())
        weeks = {"上": 1, "上上": 2}.get(weekday[1] or "", 0)
        day = monday + timedelta(days=number - 7 * weeks)
        if weekday[1] is None and _at_clock(day, rest) > now:
            day -= timedelta(days=7)
        return day, rest
    return None, text


def _on(now: datetime, year: int, month: int, day: int) -> datetime:
    return now.replace(year=year, month=month, day=day)


def _month(name: str) -> int:
    return _MONTHS.index(name[:3].lower()) + 1


def _this_or_last_year(now: datetime, month: int, day: int) -> datetime:
    for year in range(now.year, now.year - 9, -1):
        try:
            date = _on(now, year, month, day)
        except ValueError:  # 29 February: the last year that had one
            continue
        if date <= now:
            return date
    raise ValueError("no such day")


def _at_clock(day: datetime, text: str) -> datetime:
    """The day at the time that `text` begins with; at its first minute where it begins with none."""
    midnight = day.replace(hour=0, minute=0, second=0, microsecond=0)
    found = _clock_in(text)
    if found is None:
        return midnight
    hour, minute, second = int(found["hour"]), int(found["minute"] or 0), int(found["second"] or 0)
    half = found["half"] or (found["english"] or "").lower().replace(".", "")
    if half in _AFTERNOON and hour < 12:
        hour += 12
    elif hour == 12 and half in _NIGHT:
        hour = 24
    elif hour == 12 and half in ("凌晨", "am"):
        hour = 0
    if hour > 24 or minute > 59 or second > 59:
        return midnight
    return midnight + timedelta(hours=hour, minutes=30 if found["thirty"] else minute, seconds=second)


def _clock_in(text: str) -> re.Match[str] | None:
    between = _BETWEEN.match(text)
    return _CLOCK.match(text, between.end() if between else 0)
