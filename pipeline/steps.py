"""Takes the due steps of one clock: marks them and queues their alerts, in the caller's transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from alerts.deadlines import Taken, steps_to_take
from alerts.message import alerts_about, shown, templates
from pipeline.notify import Routes, queue, with_co_units
from records.alerts import Alert, AlertState, Deadline
from records.disclosures import Disclosure
from records.incidents import Incident
from records.reminders import ReminderState
from records.spans import span, until_start
from records.words import Level
from regulation.clauses import citation
from regulation.recipients import CO_UNITS, THIS_CO_UNIT, named
from storage.store import Transaction


def take_steps(t: Transaction, deadline: Deadline, now: datetime, routes: Routes) -> int:
    """Take every step of an open deadline, held by this transaction, that is due at `now`; the number of new alerts."""
    incident = t.incidents.get(deadline.incident)
    if incident is None or deadline.id is None:
        raise LookupError(f"deadline {deadline.id} belongs to no stored incident")
    record = None if incident.disclosure is None else t.disclosures.get(incident.disclosure)
    helping = t.co_units.names(incident.id)
    told = 0
    for taken in steps_to_take(deadline, t.deadlines.pending(deadline.id), now):
        _settle(t, deadline.id, taken, now)
        told += queue(t, _alerts(deadline, taken, incident, record, helping, now), routes, deadline.id)
    return told


def _settle(t: Transaction, deadline_id: int, taken: Taken, now: datetime) -> None:
    fires_itself = taken.overtaken_by is None and taken.firing.round == taken.pending.round
    state = ReminderState.FIRED if fires_itself else ReminderState.SUPPRESSED
    t.deadlines.mark(deadline_id, taken.pending, state, now)
    if taken.firing.round != taken.pending.round:
        t.deadlines.add_step(deadline_id, replace(taken.firing, state=ReminderState.FIRED, fired_at=now))
    if taken.following is not None:
        t.deadlines.add_step(deadline_id, taken.following)


def _alerts(
    deadline: Deadline,
    taken: Taken,
    incident: Incident,
    record: Disclosure | None,
    helping: Sequence[str],
    now: datetime,
) -> list[Alert]:
    firing = taken.firing
    words = deadline.steps[firing.step].recipients
    distinct = f"{deadline.kind}/{deadline.activation}/{firing.step}/{firing.round}"
    alerts = alerts_about(
        firing.kind,
        incident,
        record,
        now if taken.overtaken_by is None else firing.at,
        distinct,
        named(words, incident.unit, {CO_UNITS: helping, THIS_CO_UNIT: (deadline.unit,) if deadline.unit else ()}),
        due_at=deadline.due_at,
        facts=with_co_units(_facts(deadline, taken, incident, now), helping),
    )
    alerts = [replace(alert, level=_level(deadline, taken)) for alert in alerts]
    if taken.overtaken_by is None:
        return alerts
    reason = templates().overtaken.format(planned=shown(firing.at), overtaken_by=shown(taken.overtaken_by))
    return [replace(alert, state=AlertState.SUPPRESSED, reason=reason) for alert in alerts]


def _level(deadline: Deadline, taken: Taken) -> Level:
    rung = deadline.steps[taken.firing.step].rung
    return Level.DUTY if rung is None else rung.contacts


def _facts(deadline: Deadline, taken: Taken, incident: Incident, now: datetime) -> dict[str, str]:
    facts = {
        "started": shown(deadline.started_at),
        "until_start": until_start(incident.detected_at, deadline.started_at),
    }
    if deadline.label is not None and deadline.ends is not None:
        facts |= {"duty": deadline.label, "grounds": citation(deadline.clause), "ending": deadline.ends.label}
    if deadline.started_by:
        facts["by"] = deadline.started_by
    if deadline.unit:
        facts["co_unit"] = deadline.unit
    recorded_at = deadline.recorded_at or deadline.started_at
    if deadline.start_reason and recorded_at > deadline.started_at:
        facts |= {"recorded": shown(recorded_at), "reason": deadline.start_reason}
    elif deadline.start_reason:
        facts["why"] = deadline.start_reason
    late = now - taken.firing.at > templates().late_after
    if late and taken.firing.at >= recorded_at and taken.overtaken_by is None:
        facts["planned"] = shown(taken.firing.at)
    step = deadline.steps[taken.firing.step]
    if step.rung is not None:
        below = [Level.DUTY.label, *(one.rung.label for one in deadline.steps if one.rung and one.after < step.after)]
        after = span(taken.firing.at - deadline.started_at)
        facts["why"] = templates().kept_silent.format(before="、".join(below), after=after, told=step.rung.label)
    return facts
