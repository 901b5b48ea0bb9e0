"""Which papers the office owes of every day, week, month and year, and until when; an unknown word is an error."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from records.papers import PaperKind
from records.shipped_files import content_of
from records.words import Period
from records.zone import CHINA
from regulation.periods import span_of
from regulation.rule_rows import BadRules, fault_in
from regulation.telling import TimeOfDay
from regulation.working_days import WorkingDays

_FILE = Path(__file__).with_name("periodic.yaml")
_SETTING = "rules.periodic"
_DAY = timedelta(days=1)
_WEEK = 7
_FIXED = frozenset({"kind", "every", "clause"})
_FAULTS = {"extra_forbidden": "没有这一项", "missing": "缺少这一项", "enum": "没有这个词"}


class Every(StrEnum):
    """How often a paper is owed."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class Stretch:
    """One period, from its first to its last day, both included."""

    every: Every
    first: date
    last: date

    @property
    def label(self) -> str:
        """The period as a paper names it."""
        first, last = self.first, self.last
        if self.every in (Every.DAY, Every.WEEK):
            begun = f"{first.year}年{first.month}月{first.day}日"
            return begun if first == last else f"{begun}至{_rest(first, last)}"
        return span_of(Period(self.every.value), first).label

    @property
    def ends_at(self) -> datetime:
        """The moment in which it is over."""
        return datetime.combine(self.last + _DAY, datetime.min.time(), CHINA).astimezone(UTC)

    @property
    def begins_at(self) -> datetime:
        """The moment in which it begins."""
        return datetime.combine(self.first, datetime.min.time(), CHINA).astimezone(UTC)

    def before(self) -> Stretch:
        """The period before it (环比)."""
        return stretch_of(self.every, self.first - _DAY)

    def after(self) -> Stretch:
        """The period after it."""
        return stretch_of(self.every, self.last + _DAY)

    def year_before(self) -> Stretch:
        """The month or year of the same name of the year before (同比)."""
        return stretch_of(self.every, date(self.first.year - 1, self.first.month, 1))


def stretch_of(every: Every, day: date) -> Stretch:
    """The period in which a day lies."""
    if every is Every.DAY:
        return Stretch(every, day, day)
    if every is Every.WEEK:
        first = day - day.weekday() * _DAY
        return Stretch(every, first, first + (_WEEK - 1) * _DAY)
    span = span_of(Period(every.value), day)
    return Stretch(every, span.first, span.last)


class PeriodicRule(BaseModel):
    """One row; see periodic.yaml for what each field means."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: PaperKind
    owed: bool
    every: Every
    days: Annotated[int, Field(ge=1, le=60)] | None = None
    working_days: Annotated[int, Field(ge=1, le=40)] | None = None
    at: TimeOfDay
    remind_hours: tuple[Annotated[int, Field(ge=1, le=24 * 30)], ...]
    clause: str | None = None

    @model_validator(mode="after")
    def _is_due_once(self) -> Self:
        if (self.days is None) is (self.working_days is None):
            raise ValueError("days、working_days 应正好写一个")
        return self

    def due_at(self, stretch: Stretch, calendar: WorkingDays) -> datetime:
        """Until when the paper of that period must be signed."""
        if self.days is not None:
            day = stretch.last + self.days * _DAY
        else:
            assert self.working_days is not None
            day = calendar.after(stretch.last, self.working_days).due
        return datetime.combine(day, self.at, CHINA).astimezone(UTC)


@dataclass(frozen=True)
class Periodic:
    """The rules in force, by kind, in the file's order."""

    rules: Mapping[PaperKind, PeriodicRule]

    @property
    def owed(self) -> list[PeriodicRule]:
        """Those that are switched on."""
        return [rule for rule in self.rules.values() if rule.owed]


def periodic_rules(changes: Mapping[str, Any] | None = None, path: Path = _FILE) -> Periodic:
    """The rules in force, with what the settings change by the kind's name. Raises BadRules."""
    rows = {row["kind"]: row for row in content_of(path)}
    changes = changes or {}
    unknown = sorted(set(changes) - set(rows))
    if unknown:
        raise BadRules(f"设置 {_SETTING}：没有名为 {'、'.join(unknown)} 的定期文稿，可改 {'、'.join(rows)}")
    found = [_rule(row, changes.get(kind), path) for kind, row in rows.items()]
    return Periodic({rule.kind: rule for rule in found})


def _rule(row: Mapping[str, Any], changed: Any, path: Path) -> PeriodicRule:
    place = path.name if changed is None else f"设置 {_SETTING}.{row['kind']}"
    if changed is not None and (not isinstance(changed, Mapping) or _FIXED & set(changed)):
        raise BadRules(f"{place}：只能改 owed、days、working_days、at、remind_hours")
    try:
        return PeriodicRule.model_validate({**row, **_in_place_of(changed or {})})
    except ValidationError as error:
        raise BadRules(f"{place}：{fault_in(error, _FAULTS)}") from None


def _in_place_of(changed: Mapping[str, Any]) -> dict[str, Any]:
    """Whoever writes one of the two ways of counting means it in place of the other."""
    other = {"days": "working_days", "working_days": "days"}
    return {other[key]: None for key in changed if key in other and other[key] not in changed} | dict(changed)


def _rest(first: date, last: date) -> str:
    """The last day of a period as it is said after the first."""
    year = "" if last.year == first.year else f"{last.year}年"
    month = "" if (last.year, last.month) == (first.year, first.month) else f"{last.month}月"
    return f"{year}{month}{last.day}日"
