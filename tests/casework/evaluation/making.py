"""An incident with a course by plain moments, for tests of its evaluation."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from casework.evaluation.course import Course, SeenPost
from records.alerts import Deadline, DeadlineState, Ending
from records.incidents import Incident, IncidentState, SeverityChange
from records.words import Severity

NOON = datetime(2026, 4, 10, 12, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
AT = NOON + 10 * DAY

INCIDENT = Incident(
    id="20260410-001",
    disclosure="d1",
    title="供热方案",
    unit="住建局",
    category=None,
    severity=Severity.MAJOR_EMERGENCY,
    state=IncidentState.CLOSED,
    opened_at=NOON,
    first_post_at=NOON - HOUR,
    gathering=1,
    closed_at=NOON + 2 * DAY,
)


def clock(kind: str, started: int, limit: int, took: int | None, **more: Any) -> Deadline:
    """A clock that starts so many minutes after noon, with so many to go; done after `took` minutes, None: never."""
    at = NOON + started * MINUTE
    made = Deadline(
        "20260410-001", 1, kind, at, at + limit * MINUTE, (), "H-41", id=started + 1, ends=Ending.NOTED, label=None
    )
    if took is not None:
        made = replace(made, state=DeadlineState.MET, ended_at=at + took * MINUTE, end_reason="王芳")
    return replace(made, **more)


def seen(after: float, lag: float | None = 10, source: str = "bbs", flags: tuple[str, ...] = ()) -> SeenPost:
    """A post that was seen so many minutes after noon, and so many after it had been published."""
    at = NOON + after * MINUTE
    return SeenPost(source, at, None if lag is None else at - lag * MINUTE, flags)


def course(**more: Any) -> Course:
    """An emergency that was called so at noon and closed two days later."""
    history = (SeverityChange(NOON, Severity.MAJOR_EMERGENCY, "posts_60_1h"),)
    values: dict[str, Any] = {"at": AT, "incident": INCIDENT, "subject": "《供热方案》", "history": history}
    return Course(**(values | more))
