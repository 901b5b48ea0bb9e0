"""Runs the clocks of who looks after an incident: everybody is told again until somebody has acknowledged it (签收), and
where nothing is done after that the acknowledgement lapses (签收失效) and is waited for again."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from alerts.deadlines import deadline_for, first_steps
from alerts.message import templates
from casework.incidents.moves import unacknowledged
from pipeline import plan
from pipeline.notify import Routes
from pipeline.own_limits import limit_in_force
from pipeline.steps import take_steps
from pipeline.timekeeping import CLOCK
from records.alerts import Deadline, DeadlineState
from records.incidents import Incident
from records.spans import span
from records.words import Severity
from regulation.escalation import Escalation, escalation
from regulation.time_limits import (
    ACKNOWLEDGEMENT,
    CO_ACKNOWLEDGEMENT,
    FOLLOW_UP,
    TimeLimit,
    acknowledgement_of,
    co_acknowledgement_of,
    follow_up_of,
)
from storage.store import Transaction

LAPSED = "acknowledgement_lapsed"
"""The audit's name for it."""


def await_acknowledgement(
    t: Transaction, incident: Incident, at: datetime, by: str, steps: Escalation | None = None, why: str | None = None
) -> Deadline | None:
    """Begin the clock of the incident's severity, in place of any before it; None where somebody has acknowledged.

    `steps` says who is told as well when nobody does, the shipped rules without; they are frozen into the clock.
    `why` says what made an earlier acknowledgement void.
    """
    if incident.acknowledged_at is not None:
        return None
    _end(t, incident.id, ACKNOWLEDGEMENT, DeadlineState.CANCELLED, at, by, templates().ended)
    _end(t, incident.id, FOLLOW_UP, DeadlineState.CANCELLED, at, by, templates().ended)
    limit = limit_in_force(t, acknowledgement_of(incident.severity))
    climbing = (steps or escalation()).steps_for(incident.severity, incident.unit)
    return _begin(t, replace(limit, steps=(*limit.steps, *climbing)), incident.id, at, by, why)


def void_by_rise(before: Incident, severity: Severity) -> str | None:
    """Why the acknowledgement of a lower severity holds no longer; None where there was none."""
    return None if before.acknowledged_at is None else f"升为“{severity.label}”，须重新签收"


def taken_charge_of(t: Transaction, incident_id: str, at: datetime, by: str) -> None:
    """Somebody has acknowledged the incident, or already does something about it: nobody is told again."""
    _end(t, incident_id, ACKNOWLEDGEMENT, DeadlineState.MET, at, by, templates().acknowledged)


def await_follow_up(t: Transaction, incident: Incident, at: datetime, by: str) -> Deadline | None:
    """Begin to wait for the first act on an incident that `by` has just acknowledged.

    None where a plan runs, which is what is done about it and has a clock of its own, or where a report was filed or a
    response published since the acknowledgement was asked for.
    """
    if plan.running(t, incident.id) is not None or _answered(t, incident.id):
        return None
    return _begin(t, limit_in_force(t, follow_up_of(incident.severity)), incident.id, at, by, None)


def followed_up(t: Transaction, incident_id: str, at: datetime, by: str) -> None:
    """Something is done about the incident: its acknowledgement stays."""
    _end(t, incident_id, FOLLOW_UP, DeadlineState.MET, at, by, templates().acknowledged)


def no_longer_awaited(t: Transaction, incident_id: str, at: datetime, by: str) -> None:
    """The incident has ended: nobody need acknowledge it."""
    _end(t, incident_id, ACKNOWLEDGEMENT, DeadlineState.CANCELLED, at, by, templates().ended)
    _end(t, incident_id, CO_ACKNOWLEDGEMENT, DeadlineState.CANCELLED, at, by, templates().ended)


def await_co_unit(t: Transaction, incident: Incident, unit: str, at: datetime, by: str, why: str | None = None) -> None:
    """Wait for the acknowledgement of a unit that helps, in place of any before it, where the rules ask for one."""
    co_unit_off(t, incident.id, unit, at, by)
    t.co_units.acknowledge(incident.id, unit, None, None)
    limit = co_acknowledgement_of(incident.severity)
    if limit is not None:
        _begin(t, limit_in_force(t, limit), incident.id, at, by, why, unit)


def await_co_units(t: Transaction, incident: Incident, at: datetime, by: str) -> None:
    """The incident has risen or is open again: every unit that helps acknowledges anew."""
    for one in t.co_units.of(incident.id):
        why = None if one.acknowledged_at is None else f"现为“{incident.severity.label}”，须重新签收"
        await_co_unit(t, incident, one.unit, at, by, why)


def co_unit_acknowledged(t: Transaction, incident_id: str, unit: str, at: datetime, by: str) -> None:
    """A unit that helps has acknowledged: it is told no more."""
    _end(t, incident_id, CO_ACKNOWLEDGEMENT, DeadlineState.MET, at, by, templates().acknowledged, unit)


def co_unit_off(t: Transaction, incident_id: str, unit: str, at: datetime, by: str) -> None:
    """What was asked of a unit that helps is asked no longer."""
    _end(t, incident_id, CO_ACKNOWLEDGEMENT, DeadlineState.CANCELLED, at, by, templates().ended, unit)


def lapse(t: Transaction, deadline: Deadline, now: datetime, routes: Routes, steps: Escalation | None = None) -> int:
    """Take the due steps of a follow-up clock; once it is due itself, wait for an acknowledgement again.

    The caller holds the turn of the incidents and then the deadline, and has seen that it is open. How many alerts are new.
    """
    told = take_steps(t, deadline, now, routes)
    incident = t.incidents.get(deadline.incident)
    if incident is None or deadline.id is None or now < deadline.due_at:
        return told
    why = f"签收后{span(deadline.due_at - deadline.started_at)}没有办理，签收失效"
    t.deadlines.end(deadline.id, DeadlineState.CANCELLED, now, why)
    changed = t.incidents.save(unacknowledged(incident), incident.revision)
    await_acknowledgement(t, changed, now, CLOCK, steps, why)
    facts = {"reason": why, "acknowledged_by": incident.acknowledged_by}
    t.audit.append(now, CLOCK, None, LAPSED, incident.id, True, facts)
    return told


def _answered(t: Transaction, incident_id: str) -> bool:
    """Whether a report was filed or a response published since the incident was last to be acknowledged."""
    asked = [
        one.started_at for one in t.deadlines.of_incident(incident_id) if one.kind.startswith(f"{ACKNOWLEDGEMENT}.")
    ]
    given = [one.filed_at for one in t.reports.of(incident_id)] + [
        one.published_at for one in t.reports.responses(incident_id)
    ]
    return any(at >= max(asked, default=at) for at in given)


def _begin(
    t: Transaction,
    limit: TimeLimit,
    incident_id: str,
    at: datetime,
    by: str,
    why: str | None,
    unit: str | None = None,
) -> Deadline | None:
    before = t.deadlines.latest(incident_id, limit.duty)
    activation = 1 if before is None else before.activation + 1
    deadline = replace(deadline_for(limit, incident_id, activation, at, at, by, why), unit=unit)
    return t.deadlines.add(deadline, first_steps(deadline))


def _end(
    t: Transaction,
    incident_id: str,
    duty: str,
    state: DeadlineState,
    at: datetime,
    by: str,
    said: str,
    unit: str | None = None,
) -> None:
    """End what runs of a duty: that of one `unit` that helps, or all."""
    for found in t.deadlines.of_incident(incident_id):
        running = found.state is DeadlineState.OPEN and found.kind.startswith(f"{duty}.") and unit in (None, found.unit)
        held = t.deadlines.lock(found.id) if running and found.id is not None else None
        if held is not None and held.id is not None and held.state is DeadlineState.OPEN:
            t.deadlines.end(held.id, state, at, by)
            t.alerts.withdraw(held.id, said)
