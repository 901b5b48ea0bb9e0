"""Runs the clock of an incident that nobody has acknowledged yet: everybody is told again, and the next ones up as well."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from alerts.deadlines import deadline_for, first_steps
from alerts.message import templates
from records.alerts import Deadline, DeadlineState
from records.incidents import Incident
from regulation.escalation import Escalation, escalation
from regulation.time_limits import ACKNOWLEDGEMENT, acknowledgement_of
from storage.store import Transaction


def await_acknowledgement(
    t: Transaction, incident: Incident, at: datetime, by: str, steps: Escalation | None = None
) -> Deadline | None:
    """Begin the clock of the incident's severity, in place of that of a lower one; None where somebody has acknowledged.

    `steps` says who is told as well when nobody does, the shipped rules without; they are frozen into the clock.
    """
    if incident.acknowledged_at is not None:
        return None
    _end(t, incident.id, DeadlineState.CANCELLED, at, by, templates().ended)
    limit = acknowledgement_of(incident.severity)
    climbing = (steps or escalation()).steps_for(incident.severity, incident.unit)
    limit = replace(limit, steps=(*limit.steps, *climbing))
    before = t.deadlines.latest(incident.id, limit.duty)
    deadline = deadline_for(limit, incident.id, 1 if before is None else before.activation + 1, at, at, by)
    return t.deadlines.add(deadline, first_steps(deadline))


def taken_charge_of(t: Transaction, incident_id: str, at: datetime, by: str) -> None:
    """Somebody has acknowledged the incident, or already does something about it: nobody is told again."""
    _end(t, incident_id, DeadlineState.MET, at, by, templates().acknowledged)


def no_longer_awaited(t: Transaction, incident_id: str, at: datetime, by: str) -> None:
    """The incident has ended: nobody need acknowledge it."""
    _end(t, incident_id, DeadlineState.CANCELLED, at, by, templates().ended)


def _end(t: Transaction, incident_id: str, state: DeadlineState, at: datetime, by: str, said: str) -> None:
    for found in t.deadlines.of_incident(incident_id):
        running = found.state is DeadlineState.OPEN and found.kind.startswith(f"{ACKNOWLEDGEMENT}.")
        held = t.deadlines.lock(found.id) if running and found.id is not None else None
        if held is not None and held.id is not None and held.state is DeadlineState.OPEN:
            t.deadlines.end(held.id, state, at, by)
            t.alerts.withdraw(held.id, said)
