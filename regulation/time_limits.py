"""What is due when: reads time_limits.yaml into the policies that clocks are started with."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from functools import cache
from itertools import combinations, pairwise
from pathlib import Path
from types import MappingProxyType
from typing import Any

from records.alerts import Ending, Step
from records.shipped_files import content_of
from records.words import Severity
from regulation.clauses import citation
from regulation.recipients import UnknownKind, words_for
from regulation.rule_rows import BadRules

INITIAL_REPORT = "initial_report"
"""The duty that starting the plan begins and filing an initial report ends (第四十二条（三）)."""

ACKNOWLEDGEMENT = "acknowledgement"
"""The duty to acknowledge an incident (签收, 第四十一条): a row for each severity, called by both names."""

CO_ACKNOWLEDGEMENT = "co_acknowledgement"
"""The duty of a unit that helps to acknowledge for itself (第四十条（三）): perhaps a row for a severity, by both names."""

FOLLOW_UP = "follow_up"
"""The duty to do something once an incident is acknowledged: a row for each severity, called by both names."""

DUTY_LABELS: Mapping[str, str] = MappingProxyType(
    {INITIAL_REPORT: "首报", ACKNOWLEDGEMENT: "签收", CO_ACKNOWLEDGEMENT: "协办单位签收", FOLLOW_UP: "签收后办理"}
)
"""What people call these duties; every further one has a label of its own."""

BEFORE_DUE = frozenset({"reminder", "owed_reminder"})
"""The kinds of alert that call a duty to mind before it is due."""

_FILE = Path(__file__).with_name("time_limits.yaml")
_KEYS = {"duty", "steps", "clause"}
_DUE = {"due_minutes", "due_working_days"}
_FURTHER = {"label", "starts", "severities", "ends"}
_STEP_KEYS = {"kind", "after", "every"}
_DAY_KEYS = {"kind", "day", "at", "every"}
_CLOCK_TIME = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d|24:00")
_MIDNIGHT = 24 * 60
_OWN_KINDS = "owed_"
_WHEN_DUE = {"overdue", "escalated", "owed_overdue", "owed_escalated"}
_LONGEST_NAME = 40
_MOST_DAYS = 250


class UnknownDuty(ValueError):
    """A duty that stands in no row of time_limits.yaml."""


class BadTimeLimits(ValueError):
    """time_limits.yaml cannot be read as rows; the message names the row and the fault."""


class Start(StrEnum):
    """The occasion that begins a further clock."""

    OPENED = "opened"
    SEVERITY = "severity"
    CONFIRMED = "confirmed"
    PLAN_STARTED = "plan_started"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Further:
    """What a row of a further clock says beside the others: what is owed, from when on, at which severities, and which
    act ends it. It holds always, or only where the settings switch its `profile` on."""

    label: str
    starts: Start
    severities: frozenset[Severity]
    ends: Ending
    profile: str | None


@dataclass(frozen=True, slots=True)
class TimeLimit:
    """One duty: due so long after its start, with the steps of its clock in order of time.

    One that is due in `working_days`, at the end of the last of them, is counted when it begins: then `due_after` is nothing.
    """

    duty: str
    due_after: timedelta
    steps: tuple[Step, ...]
    clause: str
    further: Further | None = None
    working_days: int | None = None

    @property
    def label(self) -> str | None:
        """What is owed, where the clock is a further one."""
        return None if self.further is None else self.further.label

    @property
    def ends(self) -> Ending | None:
        """The act that ends the clock, where it is a further one."""
        return None if self.further is None else self.further.ends

    def begins(self, occasions: Iterable[Start], severity: Severity) -> bool:
        """Whether one of these occasions begins the clock for an incident of that severity."""
        return self.further is not None and self.further.starts in occasions and severity in self.further.severities


def limit_for(duty: str) -> TimeLimit:
    """The row of that duty. Raises UnknownDuty."""
    try:
        return _limits()[duty]
    except KeyError:
        raise UnknownDuty(f"no row for the duty {duty!r} in {_FILE.name}") from None


def acknowledgement_of(severity: Severity) -> TimeLimit:
    """The row of the duty to acknowledge an incident of that severity. Raises UnknownDuty."""
    return limit_for(f"{ACKNOWLEDGEMENT}.{severity.value}")


def co_acknowledgement_of(severity: Severity) -> TimeLimit | None:
    """The row of the duty of a unit that helps with an incident of that severity; None where it need not acknowledge."""
    return _limits().get(f"{CO_ACKNOWLEDGEMENT}.{severity.value}")


def follow_up_of(severity: Severity) -> TimeLimit:
    """The row of the duty to do something about an acknowledged incident of that severity. Raises UnknownDuty."""
    return limit_for(f"{FOLLOW_UP}.{severity.value}")


def further_limits(profiles: Iterable[str] = (), limits: Iterable[TimeLimit] | None = None) -> tuple[TimeLimit, ...]:
    """The rows of the further clocks in force: those of no profile, and of these. Raises BadRules for an unknown one."""
    rows = [limit for limit in (_limits().values() if limits is None else limits) if limit.further is not None]
    known = {limit.further.profile for limit in rows if limit.further is not None} - {None}
    wanted = set(profiles)
    if wanted - known:
        told = "、".join(sorted(filter(None, known))) or "（无）"
        raise BadRules(f"设置 rules.profiles：没有名为 {'、'.join(sorted(wanted - known))} 的成套时限；可用 {told}")
    return tuple(limit for limit in rows if limit.further is not None and limit.further.profile in {None, *wanted})


def after_closing() -> frozenset[str]:
    """The duties that count from the closing of an incident: they belong to what comes after it."""
    return frozenset(
        limit.duty for limit in _limits().values() if limit.further is not None and limit.further.starts is Start.CLOSED
    )


def limits_from(rows: Any, file: str) -> dict[str, TimeLimit]:
    """Read the rows. Raises BadTimeLimits naming the file, the row and the fault."""
    if not isinstance(rows, list):
        raise BadTimeLimits(f"{file}: a list of rows is expected")
    limits: dict[str, TimeLimit] = {}
    for number, row in enumerate(rows, 1):
        limit = _read(row, f"{file}: row {number}")
        if limit.duty in limits:
            raise BadTimeLimits(f"{file}: row {number}: {limit.duty} stands twice")
        limits[limit.duty] = limit
    for one, other in combinations(limits.values(), 2):
        if _contradict(one.further, other.further):
            raise BadTimeLimits(
                f"{file}: {one.duty} and {other.duty} begin and end alike: one of the two limits is wrong"
            )
    return limits


def _read(row: Any, place: str) -> TimeLimit:
    optional = {*_FURTHER, "profile"} if isinstance(row, dict) and row.keys() & {*_FURTHER, "profile"} else set()
    wanted = _KEYS | (optional - {"profile"})
    if not isinstance(row, dict) or row.keys() - {"profile", *_DUE} != wanted or len(row.keys() & _DUE) != 1:
        known = f"{', '.join(sorted(_KEYS))}, and one of {', '.join(sorted(_DUE))}"
        more = f"for a further clock {', '.join(sorted(_FURTHER))} too, and perhaps profile"
        raise BadTimeLimits(f"{place}: exactly these keys are expected: {known}; {more}")
    if not isinstance(row["duty"], str) or not isinstance(row["clause"], str):
        raise BadTimeLimits(f"{place}: `duty` and `clause` must be text")
    if len(row["duty"]) > _LONGEST_NAME:
        raise BadTimeLimits(f"{place}: `duty` must not be longer than {_LONGEST_NAME} letters")
    if not isinstance(row["steps"], list) or not row["steps"]:
        raise BadTimeLimits(f"{place}: `steps` must be a list of steps")
    steps = tuple(_step(step, f"{place}, step {number}") for number, step in enumerate(row["steps"], 1))
    further = _further(row, steps, place) if optional else None
    if "due_working_days" in row:
        if further is None:
            raise BadTimeLimits(f"{place}: only a further clock may be due in working days")
        days = _whole(row["due_working_days"], place, "working days")
        _check_days(steps, days, place)
        return TimeLimit(row["duty"], timedelta(0), steps, row["clause"], further, days)
    due_after = _minutes(row["due_minutes"], place, least=1)
    _check_steps(steps, due_after, place)
    return TimeLimit(row["duty"], due_after, steps, row["clause"], further)


def _check_days(steps: tuple[Step, ...], working_days: int, place: str) -> None:
    """The same for a duty that is due at the end of the last of so many working days."""
    moments = [(0, 0) if step.day is None else (step.day, step.minute) for step in steps]
    if any(step.day is None and step.after for step in steps):
        raise BadTimeLimits(f"{place}: what is due in working days is told `after: 0` or on a `day` `at` a time")
    if any(later < earlier for earlier, later in pairwise(moments)):
        raise BadTimeLimits(f"{place}: the steps must stand in order of time")
    for step, moment in zip(steps, moments, strict=True):
        if step.kind in BEFORE_DUE and moment >= (working_days, _MIDNIGHT):
            raise BadTimeLimits(f"{place}: {step.kind} on day {moment[0]} reminds of what is due on day {working_days}")
        if step.kind in _WHEN_DUE and moment < (working_days, _MIDNIGHT):
            raise BadTimeLimits(f"{place}: {step.kind} on day {moment[0]}, but due is the end of day {working_days}")


def _check_steps(steps: tuple[Step, ...], due_after: timedelta, place: str) -> None:
    if any(step.day is not None for step in steps):
        raise BadTimeLimits(f"{place}: a step on a `day` needs `due_working_days`")
    if any(later.after < earlier.after for earlier, later in pairwise(steps)):
        raise BadTimeLimits(f"{place}: the steps must stand in order of time")
    for step in steps:
        if step.kind in BEFORE_DUE and step.after >= due_after:
            raise BadTimeLimits(f"{place}: {step.kind} at {step.after} reminds of what is due at {due_after} already")
        if step.kind in _WHEN_DUE and step.after < due_after:
            raise BadTimeLimits(f"{place}: {step.kind} at {step.after}, but due is {due_after}")


def _further(row: dict[str, Any], steps: tuple[Step, ...], place: str) -> Further:
    if not isinstance(row["label"], str) or not row["label"].strip():
        raise BadTimeLimits(f"{place}: `label` must say what is owed")
    profile = row.get("profile")
    if profile is not None and (not isinstance(profile, str) or not profile.strip()):
        raise BadTimeLimits(f"{place}: `profile` must be a name")
    if not isinstance(row["severities"], list) or not row["severities"]:
        raise BadTimeLimits(f"{place}: `severities` must be a list of {', '.join(Severity)}")
    strangers = [step.kind for step in steps if not step.kind.startswith(_OWN_KINDS)]
    if strangers:
        raise BadTimeLimits(f"{place}: a further clock tells by kinds of its own ({_OWN_KINDS}…), not {strangers[0]}")
    if steps[-1].repeat is None:
        raise BadTimeLimits(f"{place}: the last step must repeat (`every`) until the duty is done")
    try:
        citation(row["clause"])
        further = Further(
            label=row["label"].strip(),
            starts=Start(row["starts"]),
            severities=frozenset(Severity(one) for one in row["severities"]),
            ends=Ending(row["ends"]),
            profile=profile,
        )
    except (TypeError, ValueError) as fault:
        raise BadTimeLimits(f"{place}: {fault}") from None
    return further


def _contradict(one: Further | None, other: Further | None) -> bool:
    """Whether two clocks would begin together and end together, so that only one of their limits can be meant."""
    if one is None or other is None or (None not in (one.profile, other.profile) and one.profile != other.profile):
        return False
    return (one.starts, one.ends) == (other.starts, other.ends) and bool(one.severities & other.severities)


def _step(row: Any, place: str) -> Step:
    on_day = isinstance(row, dict) and {"kind", "day", "at"} <= row.keys() <= _DAY_KEYS
    if not on_day and (not isinstance(row, dict) or not {"kind", "after"} <= row.keys() <= _STEP_KEYS):
        raise BadTimeLimits(f"{place}: needs `kind` and `after` (or `day` and `at`), and may have `every`")
    try:
        recipients = words_for(row["kind"])
    except UnknownKind as fault:
        raise BadTimeLimits(f"{place}: {fault}") from None
    repeat = _minutes(row["every"], place, least=1) if "every" in row else None
    if on_day:
        day, minute = _whole(row["day"], place, "`day`"), _minute_of_day(row["at"], place)
        return Step(row["kind"], timedelta(0), recipients, repeat, day=day, minute=minute)
    return Step(row["kind"], _minutes(row["after"], place, least=0), recipients, repeat)


def _minute_of_day(value: Any, place: str) -> int:
    if not isinstance(value, str) or not _CLOCK_TIME.fullmatch(value):
        raise BadTimeLimits(f"{place}: `at` must be a time of day in quotes, such as '09:00'")
    hours, minutes = value.split(":")
    return int(hours) * 60 + int(minutes)


def _whole(value: Any, place: str, what: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= _MOST_DAYS:
        raise BadTimeLimits(f"{place}: {what} must be a whole number from 1 to {_MOST_DAYS}")
    return value


def _minutes(value: Any, place: str, least: int) -> timedelta:
    if not isinstance(value, int) or isinstance(value, bool) or value < least:
        raise BadTimeLimits(f"{place}: minutes must be a whole number from {least}")
    return timedelta(minutes=value)


@cache
def _limits() -> dict[str, TimeLimit]:
    return limits_from(content_of(_FILE), _FILE.name)
