"""Turns a form and its approved extensions into the day until which it must be published (二（五）), with the calculation."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from records.proposals import Form
from regulation.disclosure_time import Counts, DisclosureTime, TimeRule
from regulation.periods import span_of
from regulation.working_days import WorkingDays, shown, unconfirmed

_YEARS = range(2004, 2099)
"""A day in another year is a slip of the pen: no calendar tells of it."""

_NEAR = 120
"""Working days are counted for so many days ahead; who has longer is told the days alone."""


@dataclass(frozen=True, slots=True)
class Due:
    """Until which day something must be published; None while that cannot be told.

    `explained` is the calculation as people check it, `remarks` what they should see to, `remind` at how many working days
    before somebody is reminded.
    """

    day: date | None
    explained: tuple[str, ...]
    remarks: tuple[str, ...] = ()
    remind: tuple[int, ...] = ()


class Urgency(StrEnum):
    """How a due day stands to today, the most pressing first."""

    OVERDUE = "overdue"
    TODAY = "today"
    SOON = "soon"
    LATER = "later"
    UNDATED = "undated"

    @property
    def pressing(self) -> bool:
        """Whether somebody should see to it now."""
        return self in (Urgency.OVERDUE, Urgency.TODAY, Urgency.SOON)


@dataclass(frozen=True, slots=True)
class Left:
    """What is left until a due day. `mark` is the reminder that holds now, `said` says it all in Chinese."""

    urgency: Urgency
    said: str
    mark: int | None = None


def due_of(form: Form, extensions: Iterable[date], calendar: WorkingDays, rules: DisclosureTime) -> Due:
    """Until when the form must be published."""
    if form.time_kind is None:
        return Due(None, ("还没有选公开时限",))
    strange = next((day for day in (form.decided_on, form.planned_on) if day and not plausible(day)), None)
    if strange is not None:
        return Due(None, (f"{strange} 不像是真的日期：请核对审批表",))
    rule = rules.rule(form.time_kind)
    counted = _COUNTS[rule.counts](form, rule, calendar)
    if counted.day is None:
        return counted
    return _remarked(form, _extended(counted, max(extensions, default=None), rule))


def plausible(day: date) -> bool:
    """Whether somebody can have meant that day."""
    return day.year in _YEARS


def left(due: Due, today: date, calendar: WorkingDays) -> Left:
    """What is left of the time today."""
    if due.day is None:
        return Left(Urgency.UNDATED, "期限未定")
    ahead = (due.day - today).days
    if ahead < 0:
        return Left(Urgency.OVERDUE, f"已逾期 {-ahead} 天")
    if ahead > _NEAR:
        return Left(Urgency.LATER, f"还有 {ahead} 天")
    days = calendar.between(today, due.day)
    working = sum(day.worked for day in days)
    mark = min((one for one in due.remind if working <= one), default=None)
    if ahead == 0:
        return Left(Urgency.TODAY, "今天到期", mark)
    unsure = "（放假安排待确认）" if unconfirmed(days) else ""
    said = f"还有 {working} 个工作日{unsure}" if working else "期限前没有工作日了"
    return Left(Urgency.LATER if mark is None else Urgency.SOON, said, mark)


def _within_working_days(form: Form, rule: TimeRule, calendar: WorkingDays) -> Due:
    if form.decided_on is None:
        return _undecided()
    assert rule.days is not None
    count = calendar.after(form.decided_on, rule.days)
    head = f"{rule.kind.label}：公开事项确定之日起 {rule.days} 个工作日内公开（{rule.cited}）"
    return Due(count.due, (head, *count.counted()), unconfirmed(count.days), rule.remind)


def _on_the_day(form: Form, rule: TimeRule, calendar: WorkingDays) -> Due:
    if form.decided_on is None:
        return _undecided()
    head = f"{rule.kind.label}：公开事项确定之日（{shown(form.decided_on)}）当日公开（{rule.cited}）"
    return Due(form.decided_on, (head,), (), rule.remind)


def _within_the_period(form: Form, rule: TimeRule, calendar: WorkingDays) -> Due:
    if form.decided_on is None:
        return _undecided()
    if form.period is None:
        return Due(None, ("还没有选定期公开的周期",))
    span = span_of(form.period, form.decided_on)
    head = (
        f"{rule.kind.label}（{form.period.label}）：确定之日 {shown(form.decided_on)} 在{span.label}，"
        f"{shown(span.last)}前公开，以后{form.period.label}再公开（{rule.cited}）"
    )
    remarks = () if form.catalogue_item else ("没有选目录项：以后各期有没有公开，无法核对和提醒",)
    return Due(span.last, (head,), remarks, rule.remind)


def _as_planned(form: Form, rule: TimeRule, calendar: WorkingDays) -> Due:
    if form.planned_on is None:
        return Due(None, ("还没有填这一阶段计划公开的日期",))
    head = f"{rule.kind.label}：这一阶段计划 {shown(form.planned_on)}前公开，工作完成后再作总结性公开（{rule.cited}）"
    return Due(form.planned_on, (head,), tuple(_staged_remarks(form)), rule.remind)


def _staged_remarks(form: Form) -> Iterable[str]:
    if form.decided_on is not None and form.planned_on is not None and form.planned_on < form.decided_on:
        yield f"计划公开的日期早于确定之日 {shown(form.decided_on)}：请核对"
    if form.ends_on is None:
        yield "没有填工作完成的日期：完成后的总结性公开无法提醒"
    elif not form.catalogue_item:
        yield "没有选目录项：完成后有没有作总结性公开，无法核对和提醒"


def _undecided() -> Due:
    return Due(None, ("还没有填公开事项确定之日",))


_COUNTS: Mapping[Counts, Callable[[Form, TimeRule, WorkingDays], Due]] = {
    "working_days": _within_working_days,
    "decided_on": _on_the_day,
    "period_end": _within_the_period,
    "planned_on": _as_planned,
}


def _extended(due: Due, until: date | None, rule: TimeRule) -> Due:
    """二（五）3: only an approved extension gives more time, and none takes any away."""
    assert due.day is not None
    if until is None:
        return due
    if until <= due.day:
        said = f"批准延期到 {shown(until)}，不晚于原来的期限，期限不变"
        return Due(due.day, (*due.explained, said), due.remarks, due.remind)
    said = f"经审批延期到 {shown(until)}（原来的期限是 {shown(due.day)}）"
    odd = () if rule.extends else (f"{rule.kind.label}没有可以延期的规定（{rule.cited}）：请确认延期的依据",)
    return Due(until, (*due.explained, said), (*due.remarks, *odd), due.remind)


def _remarked(form: Form, due: Due) -> Due:
    assert due.day is not None
    if form.planned_on is None or form.planned_on <= due.day:
        return due
    said = f"计划 {shown(form.planned_on)}公开，晚于期限 {shown(due.day)}：请提前公开，或者先经审批延期"
    return Due(due.day, due.explained, (*due.remarks, said), due.remind)
