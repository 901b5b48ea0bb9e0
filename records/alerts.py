"""Deadlines and alerts: what is due when, and who must be told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from records.words import Level, Rung

OFFICE = "office"
"""Recipient name of the office's duty officer; every other recipient, but the one below, is a unit's name."""

KEEPER = "keeper"
"""Recipient name of whoever keeps the head of the log of acts outside the desk."""


class AlertState(StrEnum):
    """What became of an alert to one recipient."""

    QUEUED = "queued"
    SENT = "sent"
    FAILED = "failed"
    SUPPRESSED = "suppressed"

    @property
    def label(self) -> str:
        """Chinese label shown to people."""
        return {"queued": "待发", "sent": "已发", "failed": "未送达", "suppressed": "已取消"}[self.value]


class DeadlineState(StrEnum):
    """What became of a deadline."""

    OPEN = "open"
    MET = "met"
    CANCELLED = "cancelled"


class Ending(StrEnum):
    """The act that ends a further clock: what is owed is then done."""

    INITIAL_REPORT = "initial_report"
    FINAL_REPORT = "final_report"
    PUBLISH_RESPONSE = "publish_response"
    EVALUATION = "evaluation"
    NOTED = "noted"

    @property
    def label(self) -> str:
        """What a person does at the desk, in Chinese."""
        return {
            "initial_report": "报送首报",
            "final_report": "报送终报",
            "publish_response": "登记回应",
            "evaluation": "签发总结评估",
            "noted": "登记办理情况",
        }[self.value]


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a clock's policy: the alert kind that fires `after` the start, again every `repeat` if that is set.

    A step with a `rung` tells those who stand there in place of those on duty. A step with a `day` fires on that working
    day after the start, so many minutes after its midnight in China; `after` is then what the calendar made of it.
    """

    kind: str
    after: timedelta
    recipients: tuple[str, ...]
    repeat: timedelta | None = None
    rung: Rung | None = None
    day: int | None = None
    minute: int = 0


@dataclass(frozen=True, slots=True)
class Deadline:
    """A stored duty with its own policy, frozen when it began. UNIQUE (incident, activation, kind).

    `started_at` is when the plan really began and `due_at` counts from it; `recorded_at` is when that was entered
    (later than `started_at` only with a `start_reason`). A further clock has the `label` of what is owed and the act
    that `ends` it; the report's own clock and that of the acknowledgement have neither. One that is due in `working_days`
    knows by which tables of days off it was counted (`calendar`, in Chinese): a new table moves it. `unit` owes what is due
    where that is a unit that helps; None: whoever answers for the incident by then.
    """

    incident: str
    activation: int
    kind: str
    started_at: datetime
    due_at: datetime
    steps: tuple[Step, ...]
    clause: str
    state: DeadlineState = DeadlineState.OPEN
    recorded_at: datetime | None = None
    start_reason: str | None = None
    started_by: str | None = None
    ended_at: datetime | None = None
    end_reason: str | None = None
    label: str | None = None
    ends: Ending | None = None
    working_days: int | None = None
    calendar: str | None = None
    unit: str | None = None
    id: int | None = None


@dataclass(frozen=True, slots=True)
class Alert:
    """One thing that one recipient must be told. `key` is its idempotency key.

    `recipient` is a unit's name or OFFICE, `level` which of its contacts are told; `title` and `body` are the Chinese
    text, frozen when queued; `urgent` alerts (clock alerts) never wait for a budget or a digest.
    """

    key: str
    at: datetime
    kind: str
    incident: str | None
    recipient: str
    due_at: datetime | None
    title: str
    body: str
    link: str | None = None
    urgent: bool = True
    state: AlertState = AlertState.QUEUED
    reason: str | None = None
    level: Level = Level.DUTY
