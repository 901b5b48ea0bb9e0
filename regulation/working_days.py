"""Counts working days on the Chinese calendar, days off and made-up days (调休) included, and shows how it counted.

A year's days come from a table that was imported, else from the published one, else from the days off by law: then the
count says that it is not confirmed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Annotated, Any, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from records.shipped_files import content_of
from records.zone import CHINA
from regulation.rule_rows import BadRules

_FILE = Path(__file__).with_name("working_days.yaml")
_DAY = timedelta(days=1)
_SATURDAY = 5
_MOST_DAYS = 2000
WEEKDAYS = "一二三四五六日"
_SURE = frozenset({(1, 1), (5, 1), (10, 1), (10, 2), (10, 3)})
"""Days off in every year: a table without them is not one of days off."""


class BadCalendar(ValueError):
    """A yearly table that cannot be used. The message is Chinese and says what is wrong."""


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Festival(_Row):
    """A holiday by law: exactly one of `solar`, `lunar` (month-day) and `term` says when it begins."""

    name: str
    solar: Annotated[str, Field(pattern=r"^\d\d-\d\d$")] | None = None
    lunar: Annotated[str, Field(pattern=r"^\d\d-\d\d$")] | None = None
    term: str | None = None
    start: int = Field(0, alias="from")
    days: Annotated[int, Field(ge=1)]

    @model_validator(mode="after")
    def _begins_once(self) -> Self:
        if sum(way is not None for way in (self.solar, self.lunar, self.term)) != 1:
            raise ValueError("solar、lunar、term 应正好写一个")
        return self


class Law(_Row):
    """working_days.yaml as read."""

    warn_days: Annotated[int, Field(ge=1)]
    clause: str
    holidays: tuple[Festival, ...]


@dataclass(frozen=True, slots=True)
class YearTable:
    """One year's days that are not what the week says: `off` by name, and `worked` weekend days. `origin` is Chinese."""

    year: int
    off: Mapping[date, str]
    worked: frozenset[date]
    origin: str
    confirmed: bool = True

    def holidays(self) -> list[tuple[str, date, date]]:
        """The days off as people write them: a name with its first and last day, for each run of days."""
        runs: list[tuple[str, date, date]] = []
        for day, name in sorted(self.off.items()):
            if runs and runs[-1][0] == name and day - runs[-1][2] == _DAY:
                runs[-1] = (name, runs[-1][1], day)
            else:
                runs.append((name, day, day))
        return runs

    def written(self) -> str:
        """The table as it is written for an import."""
        lines = [f"year: {self.year}", "holidays:"]
        for name, first, last in self.holidays():
            lines.append(f"  {name}: [{first}]" if first == last else f"  {name}: [{first}, {last}]")
        return "\n".join([*lines, f"workdays: [{', '.join(map(str, sorted(self.worked)))}]", ""])


@dataclass(frozen=True, slots=True)
class Day:
    """One day: whether it is worked and why (周三、周六、国庆节、调休上班)."""

    day: date
    worked: bool
    why: str
    confirmed: bool


@dataclass(frozen=True, slots=True)
class Count:
    """`count` working days from `start`, which does not count itself: every day that was looked at, the last one is due."""

    start: date
    count: int
    days: tuple[Day, ...]

    @property
    def due(self) -> date:
        """The last day."""
        return self.days[-1].day

    @property
    def due_at(self) -> datetime:
        """The end of the last day in China, in UTC."""
        return datetime.combine(self.due + _DAY, time(0), CHINA).astimezone(UTC)

    @property
    def confirmed(self) -> bool:
        """Whether every day was told by a published or imported table."""
        return all(day.confirmed for day in self.days)

    def worked(self) -> list[date]:
        """The working days that were counted, the first one at the head."""
        return [day.day for day in self.days if day.worked]

    def explained(self) -> tuple[str, ...]:
        """The count as people check it, and what is not sure about it."""
        return (*self.counted(), *unconfirmed(self.days))

    def counted(self) -> tuple[str, ...]:
        """The count in Chinese: runs of working days with their numbers, and what did not count."""
        lines = [f"自{shown(self.start)}起 {self.count} 个工作日（当日不计）"]
        counted = 0
        for worked, run in groupby(self.days, key=lambda day: day.worked):
            days = list(run)
            if worked:
                lines.append(f"{_run(days)}：第 {_numbers(counted + 1, counted + len(days))} 个工作日{_made_up(days)}")
                counted += len(days)
            else:
                lines.append(f"{_run(days)}：不计（{'、'.join(dict.fromkeys(_off_reason(day) for day in days))}）")
        lines.append(f"{shown(self.due)} 24:00 前完成")
        return tuple(lines)


@dataclass(frozen=True)
class WorkingDays:
    """The calendar: `imported` tables by year come before the published ones."""

    imported: Mapping[int, YearTable] = field(default_factory=dict)

    def table(self, year: int) -> YearTable:
        """The days of a year as far as they are known."""
        return self.imported.get(year) or _published(year) or by_law(year)

    def day(self, day: date) -> Day:
        """Whether that day is worked."""
        table = self.table(day.year)
        if day in table.worked:
            return Day(day, True, "调休上班", table.confirmed)
        if day in table.off:
            return Day(day, False, table.off[day], table.confirmed)
        return Day(day, day.weekday() < _SATURDAY, f"周{WEEKDAYS[day.weekday()]}", table.confirmed)

    def counted_by(self, first: date, last: date) -> str:
        """Which tables tell of the days from one to the other, in Chinese."""
        tables = [self.table(year) for year in range(first.year, last.year + 1)]
        return "、".join(f"{table.year} 年{table.origin}" for table in tables)

    def after(self, start: date, count: int) -> Count:
        """So many working days after `start`, which does not count. Raises ValueError for a count out of 1 to 2,000."""
        if not 1 <= count <= _MOST_DAYS:
            raise ValueError(f"working days are counted from 1 to {_MOST_DAYS}, not {count}")
        days: list[Day] = []
        left = count
        while left:
            days.append(self.day(start + (len(days) + 1) * _DAY))
            left -= days[-1].worked
        return Count(start, count, tuple(days))

    def before(self, day: date) -> date:
        """The last working day before `day`."""
        back = day - _DAY
        while not self.day(back).worked:
            back -= _DAY
        return back

    def between(self, day: date, last: date) -> tuple[Day, ...]:
        """Every day after `day` until `last`."""
        return tuple(self.day(day + n * _DAY) for n in range(1, (last - day).days + 1))

    def missing(self, today: date) -> list[int]:
        """The years without a table of which somebody should know today: this one, and the next from its `warn_days` on."""
        soon = date(today.year + 1, 1, 1) - today <= law().warn_days * _DAY
        years = [today.year, today.year + 1] if soon else [today.year]
        return [year for year in years if not self.table(year).confirmed]


def unconfirmed(days: Iterable[Day]) -> tuple[str, ...]:
    """What must be said where no published or imported table tells of some of these days."""
    years = sorted({day.day.year for day in days if not day.confirmed})
    if not years:
        return ()
    return (f"{'、'.join(map(str, years))} 年的放假安排尚未导入：按法定节假日推算，没有计入调休，可能变动",)


def written_table(text: str) -> Any:
    """What is written in a text, to be read by `table_from`. Raises BadCalendar."""
    try:
        return yaml.safe_load(text)
    except (yaml.YAMLError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f"第 {mark.line + 1} 行" if mark is not None else "某一行"
        raise BadCalendar(f"{where}不是正确的 YAML，或有不存在的日期") from None


def table_from(row: Any, origin: str) -> YearTable:
    """A table as people write it: `year`, `holidays` (by name, each a day or a first and a last one), `workdays`.

    Raises BadCalendar.
    """
    try:
        written = _Written.model_validate(row)
    except ValidationError as error:
        where = "、".join(".".join(map(str, fault["loc"])) or "整个表" for fault in error.errors())
        raise BadCalendar(
            f"放假安排写得不对：{where}。应有 year（年份）、holidays（放假日）和 workdays（调休上班日）"
        ) from None
    off = {day: name for name, days in written.holidays.items() for day in _all_days(days, name)}
    worked = frozenset(written.workdays)
    _check(written.year, off, worked)
    return YearTable(written.year, off, worked, origin)


def by_law(year: int) -> YearTable:
    """The days off that the law gives to any year, without what is made up for them."""
    off = {
        day: festival.name
        for festival in law().holidays
        for day in _days_from(_begins(festival, year) + festival.start * _DAY, festival.days)
        if day.year == year
    }
    return YearTable(year, off, frozenset(), "法定节假日推算", confirmed=False)


@cache
def law() -> Law:
    """What working_days.yaml says. Raises BadRules."""
    try:
        return Law.model_validate(content_of(_FILE))
    except ValidationError as error:
        raise BadRules(f"{_FILE.name}：{error.errors()[0]['msg']}") from None


def shown(day: date) -> str:
    """A day as people read it: 2026年5月6日（周三）."""
    return f"{day.year}年{day.month}月{day.day}日（周{WEEKDAYS[day.weekday()]}）"


class _Written(_Row):
    year: Annotated[int, Field(ge=2004, le=2100)]
    # Not `off`: YAML reads that word as "no".
    holidays: Mapping[str, tuple[date, ...]]
    workdays: tuple[date, ...] = ()


def _check(year: int, off: Mapping[date, str], worked: frozenset[date]) -> None:
    strangers = sorted(day for day in (*off, *worked) if day.year != year)
    if strangers:
        raise BadCalendar(f"{strangers[0]} 不在 {year} 年")
    both = sorted(worked & off.keys())
    if both:
        raise BadCalendar(f"{shown(both[0])} 既写了放假又写了上班")
    weekdays = sorted(day for day in worked if day.weekday() < _SATURDAY)
    if weekdays:
        raise BadCalendar(f"{shown(weekdays[0])} 本来就上班，不必写进调休上班：请核对日期")
    absent = sorted(_SURE - {(day.month, day.day) for day in off})
    if absent:
        raise BadCalendar(f"没有写 {absent[0][0]}月{absent[0][1]}日放假：请核对是否完整")
    festivals = {festival.name.removesuffix("节") for festival in law().holidays}
    unnamed = sorted(festivals - {name for names in off.values() for name in festivals if name in names})
    if unnamed:
        raise BadCalendar(f"没有写“{unnamed[0]}”：请核对是否完整")


def _all_days(days: Sequence[date], name: str) -> Iterator[date]:
    """A single day, or all from the first to the last."""
    if not 1 <= len(days) <= 2 or (len(days) == 2 and not timedelta(0) <= days[1] - days[0] <= 15 * _DAY):
        raise BadCalendar(f"“{name}”应写一天，或首尾两天，如 [2027-10-01, 2027-10-07]")
    yield from _days_from(days[0], (days[-1] - days[0]).days + 1)


def _days_from(first: date, count: int) -> Iterator[date]:
    yield from (first + n * _DAY for n in range(count))


def _begins(festival: Festival, year: int) -> date:
    # Imported here: few ask for a year that no table tells of.
    from chinese_calendar import get_solar_terms
    from lunardate import LunarDate

    if festival.term is not None:
        terms = get_solar_terms(date(year, 1, 1), date(year, 12, 31))
        return next(date.fromordinal(day.toordinal()) for day, name in terms if name == festival.term)
    month, day = map(int, (festival.solar or festival.lunar or "").split("-"))
    if festival.solar is not None:
        return date(year, month, day)
    return date.fromordinal(int(LunarDate(year, month, day).to_solar_date().toordinal()))


@cache
def _published(year: int) -> YearTable | None:
    """The table of a year as the library has it from the State Council's notices; None where it has none."""
    from chinese_calendar import constants

    off = {day: _chinese(name) for day, name in constants.holidays.items() if day.year == year}
    if not off:
        return None
    worked = frozenset(day for day in constants.workdays if day.year == year)
    return YearTable(year, off, worked, "国务院办公厅放假通知")


def _chinese(name: str) -> str:
    from chinese_calendar.constants import Holiday

    return next((str(festival.chinese) for festival in Holiday if festival.value == name), name)


def _run(days: Sequence[Day]) -> str:
    first, last = days[0].day, days[-1].day
    if first == last:
        return f"{first.month}月{first.day}日"
    return f"{first.month}月{first.day}日—{last.month}月{last.day}日"


def _numbers(first: int, last: int) -> str:
    return f"{first}" if first == last else f"{first}—{last}"


def _made_up(days: Sequence[Day]) -> str:
    made_up = [f"{day.day.month}月{day.day.day}日" for day in days if day.why == "调休上班"]
    return f"（{'、'.join(made_up)}调休上班）" if made_up else ""


def _off_reason(day: Day) -> str:
    return "双休日" if day.why in ("周六", "周日") else day.why
