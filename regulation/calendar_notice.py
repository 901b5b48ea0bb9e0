"""Reads a year's days off from the words of the yearly notice: 元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from regulation.working_days import WEEKDAYS, YearTable, shown

WORKED = "调休上班"
"""How a line begins that holds days made up alone."""

_DAY = timedelta(days=1)
_LONGEST = 16
_NUMBERING = re.compile(r"^(?:[一二三四五六七八九十]+、|\d+[.、]\s*)")
_MENTION = re.compile(
    r"(?:(?P<year>\d{4})年)?(?:(?P<month>\d{1,2})月)?(?P<day>\d{1,2})日(?:[（(](?:周|星期)(?P<week>[一二三四五六日天])[）)])?"
)
_EXAMPLE = "请写成“元旦：1月1日至3日”或“调休上班：1月4日”"


class _Unreadable(ValueError):
    """What is wrong with a line, in Chinese."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line as it was read: a name with its first and last day off, and days that are worked; or what is wrong."""

    number: int
    text: str
    name: str = ""
    off: tuple[date, date] | None = None
    worked: tuple[date, ...] = ()
    fault: str | None = None


def lines_of(year: int, text: str) -> list[Line]:
    """The lines that are not empty, each read by itself."""
    found: list[Line] = []
    for number, written in enumerate(text.splitlines(), 1):
        if not written.strip():
            continue
        try:
            line = _read(year, number, written.strip())
            if line.off is not None and any(one.off is not None and one.name == line.name for one in found):
                raise _Unreadable(f"“{line.name}”前面已经写过")
        except _Unreadable as fault:
            line = Line(number, written.strip(), fault=str(fault))
        found.append(line)
    return found


def row_of(year: int, lines: Sequence[Line]) -> dict[str, Any]:
    """What `table_from` takes."""
    return {
        "year": year,
        "holidays": {line.name: line.off for line in lines if line.off is not None},
        "workdays": tuple(day for line in lines for day in line.worked),
    }


def notice_of(table: YearTable) -> str:
    """A table in the words that can be read again, a line for each run of days off, also where two festivals meet in it."""
    runs: list[tuple[list[str], date, date]] = []
    for name, first, last in table.holidays():
        if runs and first - runs[-1][2] == _DAY:
            names, begin, _ = runs.pop()
            runs.append(([*names, *([] if name in names else [name])], begin, last))
        else:
            runs.append(([name], first, last))
    lines = [
        f"{'、'.join(names)}：{_said(first)}" + ("" if first == last else f"至{_said(last)}")
        for names, first, last in runs
    ]
    if table.worked:
        lines.append(f"{WORKED}：{'、'.join(_said(day) for day in sorted(table.worked))}")
    return "\n".join(lines)


def _read(year: int, number: int, text: str) -> Line:
    name, colon, rest = _NUMBERING.sub("", text).replace(":", "：").partition("：")
    name = name.strip()
    if not colon or not name:
        raise _Unreadable(f"没有写节日名称和冒号：{_EXAMPLE}")
    if name == WORKED:
        return Line(number, text, name, None, tuple(_worked(year, rest)))
    sentences = [part for part in re.split(r"[。；;，,]", rest) if _MENTION.search(part)]
    worked = [day for part in sentences if "上班" in part for day in _worked(year, part)]
    off = [part for part in sentences if "上班" not in part]
    if len(off) != 1:
        raise _Unreadable(f"应正好写一段放假的日期：{_EXAMPLE}")
    return Line(number, text, name, _span(year, off[0]), tuple(worked))


def _span(year: int, text: str) -> tuple[date, date]:
    days = list(_days(year, text))
    if len(days) > 2 or (len(days) == 2 and "至" not in text):
        raise _Unreadable("放假只写首尾两天，中间用“至”")
    first, last = days[0], days[-1]
    if last < first:
        raise _Unreadable(f"{_said(last)}早于{_said(first)}")
    if (last - first).days >= _LONGEST:
        raise _Unreadable(f"{_said(first)}至{_said(last)}超过{_LONGEST}天，请核对")
    return first, last


def _worked(year: int, text: str) -> Iterator[date]:
    days = list(_days(year, text))
    if not days:
        raise _Unreadable(f"没有写上班的日期：{_EXAMPLE}")
    for day in days:
        if WEEKDAYS[day.weekday()] not in "六日":
            raise _Unreadable(f"{shown(day)}本来就上班，不必写：请核对日期")
        yield day


def _days(year: int, text: str) -> Iterator[date]:
    """Every day that is named; one without a month is of the month before it."""
    month: str | None = None
    for mention in _MENTION.finditer(text):
        month = mention["month"] or month
        if mention["year"] not in (None, str(year)):
            raise _Unreadable(f"“{mention[0]}”不在 {year} 年")
        if month is None:
            raise _Unreadable(f"“{mention[0]}”没有写是几月")
        try:
            day = date(year, int(month), int(mention["day"]))
        except ValueError:
            raise _Unreadable(f"{year}年没有{month}月{mention['day']}日") from None
        week = (mention["week"] or "").replace("天", "日")
        if week and week != WEEKDAYS[day.weekday()]:
            raise _Unreadable(f"{shown(day)}不是周{week}：请核对是不是 {year} 年的通知")
        yield day


def _said(day: date) -> str:
    return f"{day.month}月{day.day}日"
