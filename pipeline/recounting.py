"""Moves the deadlines that are due in working days when the calendar changes: old and new moment are written down and told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from alerts.deadlines import moved_steps, recounted
from alerts.message import alerts_about, shown_due
from pipeline.attempts import Acting
from pipeline.notify import Routes, queue
from records.alerts import Deadline, DeadlineState
from regulation.recipients import recipients_for
from regulation.working_days import WorkingDays
from storage.store import Transaction

MOVED = "deadline_moved"
"""The act as the audit names it."""

EARLIER = "moved_earlier"


@dataclass(frozen=True, slots=True)
class Move:
    """A deadline that another calendar moves, as it is and as it will be."""

    before: Deadline
    after: Deadline


@dataclass(frozen=True, slots=True)
class Change:
    """A move that was made, as the log has it."""

    at: datetime
    duty: str
    before: datetime
    after: datetime
    reason: str


def moves(t: Transaction, calendar: WorkingDays) -> list[Move]:
    """Which open deadlines this calendar would move; nothing is written."""
    found = [Move(deadline, recounted(deadline, calendar)) for deadline in t.deadlines.in_working_days()]
    return [move for move in found if move.before.due_at != move.after.due_at]


def recount(
    t: Transaction, calendar: WorkingDays, actor: Acting, at: datetime, reason: str, routes: Routes
) -> list[Move]:
    """Count every open deadline by this calendar; those that moved.

    Those concerned are told where less time is left. All are held before the first is written into the log.
    """
    running = [one.id for one in t.deadlines.in_working_days() if one.id is not None]
    held = t.deadlines.lock_all(running).values()
    counted = [move for one in held if (move := _counted(one, calendar)) is not None]
    for move in counted:
        assert move.after.id is not None
        t.deadlines.move(move.after, moved_steps(move.after, t.deadlines.steps(move.after.id), at))
    moved = [move for move in counted if move.before.due_at != move.after.due_at]
    for move in moved:
        if move.after.due_at < move.before.due_at:
            _tell(t, move, at, reason, routes)
    for move in moved:
        facts = {
            "duty": move.after.kind,
            "label": move.after.label,
            "before": move.before.due_at.isoformat(),
            "after": move.after.due_at.isoformat(),
            "reason": reason,
        }
        t.audit.append(at, actor.name, actor.role, MOVED, move.after.incident, True, facts)
    return moved


def _counted(held: Deadline, calendar: WorkingDays) -> Move | None:
    """The deadline as another calendar counts it, if it still runs and that makes a difference."""
    if held.state is not DeadlineState.OPEN:
        return None
    after = recounted(held, calendar)
    return None if after == held else Move(held, after)


def _tell(t: Transaction, move: Move, at: datetime, reason: str, routes: Routes) -> None:
    after = move.after
    incident = t.incidents.get(after.incident)
    if incident is None or after.id is None:
        raise LookupError(f"deadline {after.id} belongs to no stored incident")
    record = None if incident.disclosure is None else t.disclosures.get(incident.disclosure)
    facts = {"duty": after.label or "", "before": shown_due(move.before.due_at), "reason": reason}
    distinct = (
        f"{after.kind}/{after.activation}/{move.before.due_at.isoformat()}/{after.due_at.isoformat()}/{at.isoformat()}"
    )
    recipients = recipients_for(EARLIER, incident.unit)
    told = alerts_about(EARLIER, incident, record, at, distinct, recipients, due_at=after.due_at, facts=facts)
    queue(t, told, routes, after.id)


def changes(t: Transaction, incident_id: str) -> list[Change]:
    """Every move of an incident's deadlines, oldest first."""
    return [
        Change(
            at=entry.at,
            duty=entry.detail["duty"],
            before=datetime.fromisoformat(entry.detail["before"]),
            after=datetime.fromisoformat(entry.detail["after"]),
            reason=entry.detail["reason"],
        )
        for entry in t.audit.about(incident_id)
        if entry.act == MOVED
    ]
