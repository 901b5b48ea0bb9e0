"""The figures of a time limit that an office may change: when it is due, its reminders, how often is told again.

Of one that is due in working days that is the number of days; what is told beside it moves by as many days.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

from records.alerts import Step
from records.words import Severity
from regulation.rule_rows import BadRules
from regulation.time_limits import (
    ACKNOWLEDGEMENT,
    BEFORE_DUE,
    CO_ACKNOWLEDGEMENT,
    DUTY_LABELS,
    FOLLOW_UP,
    TimeLimit,
    UnknownDuty,
    limit_for,
)

DUE, DAYS, AGAIN = "minutes", "days", "again_minutes"
_REMINDER = "reminder_"
_MINUTE = timedelta(minutes=1)
_DUTIES = (ACKNOWLEDGEMENT, CO_ACKNOWLEDGEMENT, FOLLOW_UP)


def figures_of(limit: TimeLimit) -> dict[str, int]:
    """What may be changed of it, by name."""
    if limit.working_days is not None:
        return {DAYS: limit.working_days}
    found = {DUE: limit.due_after // _MINUTE}
    found |= {name: limit.steps[place].after // _MINUTE for name, place in _reminders(limit)}
    again = next((step.repeat for step in limit.steps if step.repeat is not None), None)
    return found if again is None else {**found, AGAIN: again // _MINUTE}


def with_figures(limit: TimeLimit, figures: Mapping[str, int]) -> TimeLimit:
    """The limit with these figures in place of its own. Raises BadRules where they cannot stand together."""
    if limit.working_days is not None:
        return _in_days(limit, figures.get(DAYS, limit.working_days), limit.working_days)
    after = {**figures_of(limit), **{name: value for name, value in figures.items() if name in figures_of(limit)}}
    due = after[DUE] * _MINUTE
    moved = {place: after[name] * _MINUTE for name, place in _reminders(limit)}
    moments = [moved.get(place, _moved(step, limit, due)) for place, step in enumerate(limit.steps)]
    again = None if AGAIN not in after else after[AGAIN] * _MINUTE
    steps = tuple(
        replace(step, after=moment, repeat=again if step.repeat is not None else None)
        for step, moment in zip(limit.steps, moments, strict=True)
    )
    reminders = [step.after for step in steps if step.kind in BEFORE_DUE]
    for number, reminder in enumerate(reminders, 1):
        if reminder >= due:
            raise BadRules(f"第 {number} 次提醒（{reminder // _MINUTE} 分钟）应早于时限（{after[DUE]} 分钟）")
    for number, (earlier, later) in enumerate(pairwise(reminders), 1):
        if later <= earlier:
            raise BadRules(
                f"第 {number + 1} 次提醒（{later // _MINUTE} 分钟）应晚于第 {number} 次（{earlier // _MINUTE} 分钟）"
            )
    return replace(limit, due_after=due, steps=steps)


def _in_days(limit: TimeLimit, days: int, before: int) -> TimeLimit:
    """The limit with so many working days; a reminder that would come before the first of them is left out."""
    moved = [step if step.day is None else replace(step, day=step.day + days - before) for step in limit.steps]
    steps = tuple(step for step in moved if step.day is None or step.day >= 1)
    return replace(limit, working_days=days, steps=steps)


def limits_with(figures: Mapping[str, Mapping[str, int]]) -> dict[str, TimeLimit]:
    """The duties that these figures change, by name. Raises BadRules for figures that cannot be, or where a graver incident
    would have more time than a lesser one."""
    found = {}
    for duty, values in figures.items():
        try:
            found[duty] = with_figures(limit_for(duty), values)
        except UnknownDuty:
            raise BadRules(f"没有名为 {duty} 的时限") from None
    for duty in _DUTIES:
        _check_severities(duty, found)
    return found


def _check_severities(duty: str, changed: Mapping[str, TimeLimit]) -> None:
    names = [(severity, f"{duty}.{severity.value}") for severity in Severity]
    if not any(name in changed for _, name in names):
        return
    minutes = [(severity, (changed.get(name) or limit_for(name)).due_after // _MINUTE) for severity, name in names]
    for (lesser, longer), (graver, then) in pairwise(minutes):
        if then > longer:
            raise BadRules(
                f"{DUTY_LABELS[duty]}：更重的“{graver.label}”（{then} 分钟）不应比“{lesser.label}”（{longer} 分钟）宽"
            )


def _reminders(limit: TimeLimit) -> Iterator[tuple[str, int]]:
    """The reminders by name, with their places among the steps."""
    places = (place for place, step in enumerate(limit.steps) if step.kind in BEFORE_DUE)
    return ((f"{_REMINDER}{number}", place) for number, place in enumerate(places, 1))


def _moved(step: Step, limit: TimeLimit, due: timedelta) -> timedelta:
    """What is told exactly when the duty is due is told when it is due now."""
    return due if step.after == limit.due_after else step.after
