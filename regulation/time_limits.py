"""What is due when: reads time_limits.yaml into the policies that clocks are started with."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from functools import cache
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any

import yaml

from records.alerts import Ending, Step
from records.words import Severity
from regulation.clauses import citation
from regulation.recipients import UnknownKind, words_for
from regulation.rule_rows import BadRules

INITIAL_REPORT = "initial_report"
"""The duty that starting the plan begins and filing an initial report ends (第四十二条（三）)."""

ACKNOWLEDGEMENT = "acknowledgement"
"""The duty to acknowledge an incident (签收, 第四十一条): a row for each severity, called by both names."""

FOLLOW_UP = "follow_up"
"""The duty to do something once an incident is acknowledged: a row for each severity, called by both names."""

_FILE = Path(__file__).with_name("time_limits.yaml")
_KEYS = {"duty", "due_minutes", "steps", "clause"}
_FURTHER = {"label", "starts", "severities", "ends"}
_STEP_KEYS = {"kind", "after", "every"}
_OWN_KINDS = "owed_"
_BEFORE_DUE = {"reminder", "owed_reminder"}
_WHEN_DUE = {"overdue", "escalated", "owed_overdue", "owed_escalated"}
_LONGEST_NAME = 40


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
    """One duty: due so long after its start, with the steps of its clock in order of time."""

    duty: str
    due_after: timedelta
    steps: tuple[Step, ...]
    clause: str
    further: Further | None = None

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
    if not isinstance(row, dict) or row.keys() - {"profile"} != _KEYS | (optional - {"profile"}):
        known = (
            f"{', '.join(sorted(_KEYS))}; for a further clock {', '.join(sorted(_FURTHER))} too, and perhaps profile"
        )
        raise BadTimeLimits(f"{place}: exactly these keys are expected: {known}")
    if not isinstance(row["duty"], str) or not isinstance(row["clause"], str):
        raise BadTimeLimits(f"{place}: `duty` and `clause` must be text")
    if len(row["duty"]) > _LONGEST_NAME:
        raise BadTimeLimits(f"{place}: `duty` must not be longer than {_LONGEST_NAME} letters")
    if not isinstance(row["steps"], list) or not row["steps"]:
        raise BadTimeLimits(f"{place}: `steps` must be a list of steps")
    steps = tuple(_step(step, f"{place}, step {number}") for number, step in enumerate(row["steps"], 1))
    due_after = _minutes(row["due_minutes"], place, least=1)
    _check_steps(steps, due_after, place)
    return TimeLimit(row["duty"], due_after, steps, row["clause"], _further(row, steps, place) if optional else None)


def _check_steps(steps: tuple[Step, ...], due_after: timedelta, place: str) -> None:
    if any(later.after < earlier.after for earlier, later in pairwise(steps)):
        raise BadTimeLimits(f"{place}: the steps must stand in order of time")
    for step in steps:
        if step.kind in _BEFORE_DUE and step.after >= due_after:
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
    if not isinstance(row, dict) or not {"kind", "after"} <= row.keys() <= _STEP_KEYS:
        raise BadTimeLimits(f"{place}: needs `kind` and `after`, and may have `every`")
    try:
        recipients = words_for(row["kind"])
    except UnknownKind as fault:
        raise BadTimeLimits(f"{place}: {fault}") from None
    repeat = _minutes(row["every"], place, least=1) if "every" in row else None
    return Step(row["kind"], _minutes(row["after"], place, least=0), recipients, repeat)


def _minutes(value: Any, place: str, least: int) -> timedelta:
    if not isinstance(value, int) or isinstance(value, bool) or value < least:
        raise BadTimeLimits(f"{place}: minutes must be a whole number from {least}")
    return timedelta(minutes=value)


@cache
def _limits() -> dict[str, TimeLimit]:
    return limits_from(yaml.safe_load(_FILE.read_text("utf-8")), _FILE.name)
