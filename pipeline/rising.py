"""Carries out what a higher severity asks for: it is told, must be acknowledged anew, and begins its clocks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from pipeline.notify import Routes, tell
from pipeline.owing import RISING, Owed, begin
from pipeline.unacknowledged import await_acknowledgement, await_co_units, void_by_rise
from records.incidents import Incident
from regulation.escalation import Escalation
from storage.store import Transaction


def risen(
    t: Transaction,
    before: Incident,
    changed: Incident,
    at: datetime,
    by: str,
    facts: Mapping[str, str],
    routes: Routes,
    steps: Escalation | None,
    owed: Owed,
    since: datetime | None = None,
) -> None:
    """`changed` is `before` with its higher severity; `since` is the moment of the change where it is not `at`."""
    distinct = f"{changed.severity}@{(since or at).isoformat()}"
    tell(t, "severity_raised", changed, at, distinct, routes, {**facts, "before": before.severity.label})
    await_acknowledgement(t, changed, at, by, steps, void_by_rise(before, changed.severity))
    await_co_units(t, changed, at, by)
    begin(t, changed, RISING, at, by, owed, routes)
