"""Carries the running clocks of an incident over to the one that it is merged into: none is lost, none is due later."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from casework.incidents.moves import unacknowledged
from pipeline.unacknowledged import await_acknowledgement, await_co_unit, followed_up
from records.alerts import Deadline, DeadlineState
from records.co_units import CoUnit
from records.incidents import Incident
from regulation.escalation import Escalation
from regulation.time_limits import ACKNOWLEDGEMENT, CO_ACKNOWLEDGEMENT, FOLLOW_UP
from storage.store import Transaction

_OF_THE_DESK = (ACKNOWLEDGEMENT, CO_ACKNOWLEDGEMENT, FOLLOW_UP)
"""The duties that the desk asks for by the severity of the incident; every other clock is carried over as it is."""


@dataclass(frozen=True, slots=True)
class Running:
    """The clocks of both incidents that ran before they were merged, held by this transaction."""

    source: Sequence[Deadline]
    target: Sequence[Deadline]


def running_of(t: Transaction, source: Incident, target: Incident) -> Running:
    """What runs now. The caller holds the turn of the incidents."""
    found = t.deadlines.of_incidents([source.id, target.id])
    ids = [one.id for clocks in found.values() for one in clocks if one.state is DeadlineState.OPEN and one.id]
    held = [one for one in t.deadlines.lock_all(ids).values() if one.state is DeadlineState.OPEN]
    mine = [one for one in held if one.incident == source.id]
    return Running(mine, [one for one in held if one.incident == target.id])


def join_units(t: Transaction, source: Incident, target: Incident, at: datetime, by: str) -> None:
    """Let the units of the merged incident help with the other one: what they have acknowledged they need not again."""
    why = f"{source.id} 并入"
    units = [
        CoUnit(target.id, one.unit, at, by, why, one.acknowledged_at, one.acknowledged_by) for one in _units(t, source)
    ]
    for new in units:
        if new.unit == target.unit or not t.co_units.name(new):
            continue
        if new.acknowledged_at is None:
            await_co_unit(t, target, new.unit, at, by, why)
        else:
            t.co_units.acknowledge(target.id, new.unit, new.acknowledged_at, new.acknowledged_by)


def carry_over(
    t: Transaction,
    source: Incident,
    target: Incident,
    running: Running,
    at: datetime,
    by: str,
    steps: Escalation | None = None,
) -> Incident:
    """Let every clock of `source` run on at `target`, as it stands after the merge, and end it where it was.

    Report and further clocks go over as they are, unless the same one is due there already. What is to be acknowledged there
    is due when the first of the two would have been; an acknowledgement there is void while one was asked for here. The
    target as it stands then.
    """
    followed_up(t, source.id, at, by)
    target = _await(t, source, target, running, at, by, steps)
    for clock in running.source:
        if _duty(clock) not in _OF_THE_DESK:
            _go_over(t, clock, target, at)
    _await_units(t, source, target, running, at, by)
    for clock in running.source:
        if clock.id is not None:
            t.deadlines.end(clock.id, DeadlineState.CANCELLED, at, f"已并入 {target.id}，由其接着计时")
    return target


def copied_over(t: Transaction, source: Incident, target: Incident, kinds: Iterable[str], at: datetime) -> None:
    """Let the further clocks of these kinds that run at `source` run at `target` too, due at the same moment."""
    for clock in t.deadlines.of_incident(source.id):
        if clock.state is DeadlineState.OPEN and clock.ends is not None and clock.kind in kinds:
            _go_over(t, clock, target, at)


def _units(t: Transaction, incident: Incident) -> list[CoUnit]:
    """Those that have worked on it: the one that answers for it, and those that help."""
    lead = [] if incident.unit is None else [CoUnit(incident.id, incident.unit, incident.opened_at, "", None)]
    lead = [replace(one, acknowledged_at=incident.acknowledged_at) for one in lead]
    lead = [replace(one, acknowledged_by=incident.acknowledged_by) for one in lead]
    return [*lead, *t.co_units.of(incident.id)]


def _await(
    t: Transaction,
    source: Incident,
    target: Incident,
    running: Running,
    at: datetime,
    by: str,
    steps: Escalation | None,
) -> Incident:
    """Wait for the acknowledgement of the target while one was waited for at the source, no longer than the first of both."""
    asked = [one for one in running.source if _duty(one) == ACKNOWLEDGEMENT or _unit_of(one, target.unit)]
    if asked and not any(_duty(one) == ACKNOWLEDGEMENT for one in _open(t, target)):
        if target.acknowledged_at is not None:
            target = t.incidents.save(unacknowledged(target), target.revision)
        await_acknowledgement(t, target, at, by, steps, f"{source.id}（尚未签收）已并入，须重新签收")
    due = _first([*asked, *(one for one in running.target if _duty(one) == ACKNOWLEDGEMENT)])
    for clock in _open(t, target):
        if _duty(clock) == ACKNOWLEDGEMENT and due is not None:
            _shorten(t, clock, due)
    return target


def _await_units(t: Transaction, source: Incident, target: Incident, running: Running, at: datetime, by: str) -> None:
    """The same for every unit that helps with the target."""
    for unit in t.co_units.names(target.id):
        asked = [one for one in running.source if _unit_of(one, unit)]
        if asked and not any(_unit_of(one, unit) for one in _open(t, target)):
            await_co_unit(t, target, unit, at, by, f"{source.id}（尚未签收）已并入，须重新签收")
        if asked and not any(_unit_of(one, unit) for one in _open(t, target)):
            # The rules ask for none at this severity: what was asked before stays asked.
            _go_over(t, asked[0], target, at)
        own = [one for one in running.source if _duty(one) == ACKNOWLEDGEMENT and unit == source.unit]
        due = _first([*asked, *own, *(one for one in running.target if _unit_of(one, unit))])
        for clock in _open(t, target):
            if _unit_of(clock, unit) and due is not None:
                _shorten(t, clock, due)


def _go_over(t: Transaction, clock: Deadline, target: Incident, at: datetime) -> None:
    """Let the clock run at the target with the steps that it still has to take, unless the same one is due there before."""
    before = t.deadlines.latest(target.id, clock.kind)
    if before is not None and before.state is DeadlineState.OPEN:
        if before.due_at <= clock.due_at:
            return
        assert before.id is not None
        t.deadlines.end(before.id, DeadlineState.CANCELLED, at, f"改按 {clock.incident} 的同一时限，它更早到期")
    assert clock.id is not None
    activation = 1 if before is None else before.activation + 1
    again = replace(clock, id=None, incident=target.id, activation=activation)
    t.deadlines.add(again, t.deadlines.pending(clock.id))


def _shorten(t: Transaction, clock: Deadline, due_at: datetime) -> None:
    """Let the clock be due, and take all its steps, as much earlier as it must to be due by then."""
    less = clock.due_at - due_at
    if clock.due_at <= due_at or clock.id is None:
        return
    steps = tuple(replace(step, after=step.after - less) for step in clock.steps)
    pending = [replace(step, at=step.at - less) for step in t.deadlines.pending(clock.id)]
    t.deadlines.move(replace(clock, due_at=due_at, steps=steps), pending)


def _open(t: Transaction, incident: Incident) -> list[Deadline]:
    return [one for one in t.deadlines.of_incident(incident.id) if one.state is DeadlineState.OPEN]


def _duty(clock: Deadline) -> str:
    return clock.kind.partition(".")[0]


def _unit_of(clock: Deadline, unit: str | None) -> bool:
    return _duty(clock) == CO_ACKNOWLEDGEMENT and unit is not None and clock.unit == unit


def _first(clocks: Iterable[Deadline]) -> datetime | None:
    return min((one.due_at for one in clocks), default=None)
