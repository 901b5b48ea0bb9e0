"""A reminder: one moment of a running clock at which somebody must be told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class ReminderState(StrEnum):
    """What became of a step of a clock."""

    PENDING = "pending"
    FIRED = "fired"
    SUPPRESSED = "suppressed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Reminder:
    """Step `step` of a deadline's policy for the `round`-th time (both from 0). UNIQUE (deadline, step, round)."""

    step: int
    round: int
    kind: str
    at: datetime
    state: ReminderState = ReminderState.PENDING
    fired_at: datetime | None = None
