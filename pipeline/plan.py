"""Starts the stored clock of the response plan, and ends it when the report is filed or the start was a mistake."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from alerts.deadlines import deadline_for, first_steps
from alerts.message import templates
from pipeline.notify import Routes
from pipeline.own_limits import limit_in_force
from pipeline.refusals import Refused
from pipeline.steps import take_steps
from records.alerts import Deadline, DeadlineState
from records.deliveries import Delivery
from records.incidents import Incident
from regulation.time_limits import INITIAL_REPORT, limit_for
from storage.store import Transaction


@dataclass(frozen=True, slots=True)
class Ended:
    """A clock that has ended: `cancelled_steps` will not be taken, `under_way` are alerts that can no longer be held."""

    deadline: Deadline
    cancelled_steps: int
    under_way: tuple[Delivery, ...]


def start(
    t: Transaction,
    incident: Incident,
    started_at: datetime,
    recorded_at: datetime,
    by: str,
    reason: str | None = None,
    *,
    routes: Routes,
) -> Deadline | None:
    """Start the 2-hour clock of H-42(3) as of `started_at`: deadline, all its steps and the first alerts together.

    None where the plan has been started and not cancelled: a second start changes nothing. Raises Refused for a start
    in the future, and for an earlier one without a reason.
    """
    if started_at > recorded_at:
        raise Refused("启动时间不能晚于现在：请填写实际启动的时间")
    if started_at < recorded_at and not (reason or "").strip():
        raise Refused("补记较早的启动时间须写明理由")
    before = t.deadlines.latest(incident.id, INITIAL_REPORT)
    if before is not None and before.state is not DeadlineState.CANCELLED:
        return None
    deadline = deadline_for(
        limit_in_force(t, limit_for(INITIAL_REPORT)),
        incident.id,
        1 if before is None else before.activation + 1,
        started_at,
        recorded_at,
        by,
        reason,
    )
    stored = t.deadlines.add(deadline, first_steps(deadline))
    if stored is None:
        return None
    take_steps(t, stored, recorded_at, routes)
    return stored


def length(t: Transaction) -> timedelta:
    """How long the initial report has from the start of a plan that is started now: two hours, or what the office set less."""
    return limit_in_force(t, limit_for(INITIAL_REPORT)).due_after


def cancel(t: Transaction, incident_id: str, at: datetime, by: str, reason: str | None = None) -> Ended | None:
    """Take a mistaken start back: nothing further is told. None where no clock runs."""
    said = templates().cancelled
    return _end(t, incident_id, DeadlineState.CANCELLED, at, f"{by}：{reason}" if reason else by, said)


def met(t: Transaction, incident_id: str, at: datetime, by: str) -> Ended | None:
    """An initial report is filed: the duty is done, in time or late; nothing further is told. None where no clock runs."""
    return _end(t, incident_id, DeadlineState.MET, at, by, templates().met)


def running(t: Transaction, incident_id: str) -> Deadline | None:
    """The clock of the report, while it runs."""
    latest = t.deadlines.latest(incident_id, INITIAL_REPORT)
    return latest if latest is not None and latest.state is DeadlineState.OPEN else None


def _end(t: Transaction, incident_id: str, state: DeadlineState, at: datetime, note: str, said: str) -> Ended | None:
    latest = t.deadlines.latest(incident_id, INITIAL_REPORT)
    held = None if latest is None or latest.id is None else t.deadlines.lock(latest.id)
    if held is None or held.id is None or held.state is not DeadlineState.OPEN:
        return None
    cancelled = t.deadlines.end(held.id, state, at, note)
    under_way = t.alerts.withdraw(held.id, said)
    ended = t.deadlines.get(held.id)
    assert ended is not None
    return Ended(ended, cancelled, tuple(under_way))
