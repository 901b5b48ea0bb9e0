"""Runs the further clocks of an incident: an occasion that a row names begins them, the act that it names ends them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from alerts.deadlines import deadline_for, first_steps, recounted
from alerts.message import templates
from pipeline.notify import Routes
from pipeline.own_limits import limit_in_force
from pipeline.refusals import Refused
from pipeline.steps import take_steps
from pipeline.upward_needs import note_needs
from pipeline.working_calendar import working_days
from records.alerts import Deadline, DeadlineState, Ending
from records.incidents import Incident
from regulation.time_limits import Start, TimeLimit
from regulation.upward import UpwardRules
from storage.store import Transaction

OPENING = (Start.OPENED, Start.SEVERITY)
"""The occasions that the opening of an incident is."""

RISING = (Start.SEVERITY,)
"""The occasion that another severity is."""


@dataclass(frozen=True, slots=True)
class Owed:
    """What is owed for incidents beside report and acknowledgement: the rows of the further clocks in force."""

    limits: Sequence[TimeLimit] = ()
    upward: UpwardRules | None = None


NONE = Owed()
"""No further clock."""


def begin(
    t: Transaction,
    incident: Incident,
    occasions: Collection[Start],
    at: datetime,
    by: str,
    owed: Owed,
    routes: Routes,
) -> None:
    """Begin every clock for which one of these is the occasion; one that runs or is done stays what it is."""
    if Start.SEVERITY in occasions and owed.upward is not None:
        note_needs(t, incident, at, by, owed.upward)
    for limit in owed.limits:
        if limit.begins(occasions, incident.severity):
            _start(t, incident, limit, at, at, by, None, routes)


def begin_after_closing(t: Transaction, incident: Incident, at: datetime, by: str, owed: Owed, routes: Routes) -> None:
    """Begin the clocks that count from the closing of the incident, anew after each one."""
    for limit in owed.limits:
        if limit.begins((Start.CLOSED,), incident.severity):
            _start(t, incident, limit, at, at, by, None, routes, anew=True)


def end_with_reopening(t: Transaction, incident_id: str, at: datetime, by: str, owed: Owed) -> None:
    """The incident is open again: what counted from its closing is not owed any more."""
    _end_begun_by(t, incident_id, Start.CLOSED, at, by, owed)


def begin_with_plan(t: Transaction, incident: Incident, plan: Deadline, owed: Owed, routes: Routes) -> None:
    """Begin the clocks that count from the start of the plan, which may be recorded later than it was."""
    for limit in owed.limits:
        if limit.begins((Start.PLAN_STARTED,), incident.severity):
            recorded_at, by = plan.recorded_at or plan.started_at, plan.started_by or ""
            _start(t, incident, limit, plan.started_at, recorded_at, by, plan.start_reason, routes)


def done(t: Transaction, incident_id: str, ending: Ending, at: datetime, by: str) -> None:
    """That act has been done: the clocks that it ends are met, in time or late."""
    _end(t, incident_id, lambda one: one.ends is ending, DeadlineState.MET, at, by)


def note_done(t: Transaction, incident_id: str, duty: str, at: datetime, by: str, note: str | None) -> Deadline:
    """A person notes that what a clock asks for is done. Raises Refused where another act must show it."""
    running = _running(t, incident_id, duty)
    if running.ends is not Ending.NOTED and running.ends is not None:
        raise Refused(f"“{running.label}”办完后请{running.ends.label}，时限随之了结")
    _end(t, incident_id, lambda one: one.kind == duty, DeadlineState.MET, at, _signed(by, note))
    return running


def make_void(t: Transaction, incident_id: str, duty: str, at: datetime, by: str, reason: str | None) -> Deadline:
    """What a clock asks for is not owed in this case. Raises Refused where no such clock runs."""
    running = _running(t, incident_id, duty)
    _end(t, incident_id, lambda one: one.kind == duty, DeadlineState.CANCELLED, at, _signed(by, reason))
    return running


def no_longer_owed(t: Transaction, incident_id: str, at: datetime, by: str) -> None:
    """The incident is dismissed: there is nothing to answer."""
    _end(t, incident_id, lambda one: True, DeadlineState.CANCELLED, at, by)


def end_with_plan(t: Transaction, incident_id: str, at: datetime, by: str, owed: Owed) -> None:
    """The start of the plan is taken back, and with it the clocks that it began."""
    _end_begun_by(t, incident_id, Start.PLAN_STARTED, at, by, owed)


def owed_again(t: Transaction, incident: Incident, at: datetime, by: str, reason: str | None, routes: Routes) -> None:
    """The dismissal of `incident` is taken back: the clocks that it ended count on from their own start."""
    for stopped in further_clocks(t.deadlines.of_incident(incident.id)):
        if stopped.state is DeadlineState.CANCELLED and stopped.ended_at == incident.closed_at:
            again = replace(
                stopped, activation=stopped.activation + 1, recorded_at=at, started_by=by, start_reason=reason
            )
            # The calendar may have changed while the clock stood still.
            _run(t, again if again.working_days is None else recounted(again, working_days(t)), at, routes)


def further_clocks(deadlines: Sequence[Deadline]) -> list[Deadline]:
    """The newest activation of each further clock among the deadlines of one incident, the one due first at the head."""
    newest = {one.kind: one for one in sorted(deadlines, key=lambda one: one.activation) if one.ends is not None}
    return sorted(newest.values(), key=lambda one: (one.due_at, one.kind))


def _start(
    t: Transaction,
    incident: Incident,
    limit: TimeLimit,
    started_at: datetime,
    recorded_at: datetime,
    by: str,
    reason: str | None,
    routes: Routes,
    *,
    anew: bool = False,
) -> None:
    """Start the clock of a row; one that runs stays, and one that is done too unless it begins `anew`."""
    before = t.deadlines.latest(incident.id, limit.duty)
    kept = (DeadlineState.OPEN,) if anew else (DeadlineState.OPEN, DeadlineState.MET)
    if before is not None and before.state in kept:
        return
    activation, limit = 1 if before is None else before.activation + 1, limit_in_force(t, limit)
    calendar = None if limit.working_days is None else working_days(t)
    begun = deadline_for(limit, incident.id, activation, started_at, recorded_at, by, reason, calendar)
    _run(t, begun, recorded_at, routes)


def _run(t: Transaction, deadline: Deadline, now: datetime, routes: Routes) -> None:
    stored = t.deadlines.add(deadline, first_steps(deadline))
    if stored is not None:
        take_steps(t, stored, now, routes)


def _running(t: Transaction, incident_id: str, duty: str) -> Deadline:
    clocks = further_clocks(t.deadlines.of_incident(incident_id))
    running = next((one for one in clocks if one.kind == duty and one.state is DeadlineState.OPEN), None)
    if running is None:
        raise Refused(f"事件 {incident_id} 没有正在计时的“{duty[:40]}”，可能已办理，请刷新")
    return running


def _end_begun_by(t: Transaction, incident_id: str, start: Start, at: datetime, by: str, owed: Owed) -> None:
    names = {limit.duty for limit in owed.limits if limit.further and limit.further.starts is start}
    _end(t, incident_id, lambda one: one.kind in names, DeadlineState.CANCELLED, at, by)


def _end(
    t: Transaction, incident_id: str, wanted: Callable[[Deadline], bool], state: DeadlineState, at: datetime, by: str
) -> None:
    for found in further_clocks(t.deadlines.of_incident(incident_id)):
        held = t.deadlines.lock(found.id) if found.id is not None and wanted(found) else None
        if held is not None and held.id is not None and held.state is DeadlineState.OPEN:
            t.deadlines.end(held.id, state, at, by)
            said = templates()
            t.alerts.withdraw(held.id, said.owed_done if state is DeadlineState.MET else said.owed_void)


def _signed(by: str, note: str | None) -> str:
    return f"{by}：{note}" if note else by
