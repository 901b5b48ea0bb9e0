"""What is due when: reads time_limits.yaml into the policies that clocks are started with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import yaml

from records.alerts import Step
from records.words import Severity
from regulation.recipients import UnknownKind, words_for

INITIAL_REPORT = "initial_report"
"""The duty that starting the plan begins and filing an initial report ends (第四十二条（三）)."""

ACKNOWLEDGEMENT = "acknowledgement"
"""The duty to acknowledge an incident (签收, 第四十一条): a row for each severity, called by both names."""

_FILE = Path(__file__).with_name("time_limits.yaml")
_KEYS = {"duty", "due_minutes", "steps", "clause"}
_STEP_KEYS = {"kind", "after", "every"}


class UnknownDuty(ValueError):
    """A duty that stands in no row of time_limits.yaml."""


class BadTimeLimits(ValueError):
    """time_limits.yaml cannot be read as rows; the message names the row and the fault."""


@dataclass(frozen=True, slots=True)
class TimeLimit:
    """One duty: due so long after its start, with the steps of its clock in order of time."""

    duty: str
    due_after: timedelta
    steps: tuple[Step, ...]
    clause: str


def limit_for(duty: str) -> TimeLimit:
    """The row of that duty. Raises UnknownDuty."""
    try:
        return _limits()[duty]
    except KeyError:
        raise UnknownDuty(f"no row for the duty {duty!r} in {_FILE.name}") from None


def acknowledgement_of(severity: Severity) -> TimeLimit:
    """The row of the duty to acknowledge an incident of that severity. Raises UnknownDuty."""
    return limit_for(f"{ACKNOWLEDGEMENT}.{severity.value}")


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
    return limits


def _read(row: Any, place: str) -> TimeLimit:
    if not isinstance(row, dict) or row.keys() != _KEYS:
        raise BadTimeLimits(f"{place}: exactly these keys are expected: {', '.join(sorted(_KEYS))}")
    if not isinstance(row["duty"], str) or not isinstance(row["clause"], str):
        raise BadTimeLimits(f"{place}: `duty` and `clause` must be text")
    if not isinstance(row["steps"], list) or not row["steps"]:
        raise BadTimeLimits(f"{place}: `steps` must be a list of steps")
    steps = tuple(_step(step, f"{place}, step {number}") for number, step in enumerate(row["steps"], 1))
    if any(later.after < earlier.after for earlier, later in pairwise(steps)):
        raise BadTimeLimits(f"{place}: the steps must stand in order of time")
    return TimeLimit(row["duty"], _minutes(row["due_minutes"], place, least=1), steps, row["clause"])


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
