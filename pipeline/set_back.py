"""Mends what was written while the machine's wall clock was ahead, once somebody has set it back."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from records.alerts import Deadline
from records.reminders import Reminder, ReminderState
from storage.store import Transaction


def mend(t: Transaction, now: datetime) -> None:
    """Let nothing wait for a moment of the clock that was ahead: no delivery, and no round of a repeating step."""
    t.alerts.wait_no_longer(now, t.leases.now(now))
    for deadline in t.deadlines.running():
        if deadline.id is not None:
            _mend_rounds(t, deadline.id, deadline, now)


def _mend_rounds(t: Transaction, deadline_id: int, deadline: Deadline, now: datetime) -> None:
    steps = t.deadlines.steps(deadline_id)
    for step in steps:
        if step.state is ReminderState.PENDING:
            fired = {one.round for one in steps if one.step == step.step and one.state is ReminderState.FIRED}
            earlier = _next_round(deadline, step, fired, now)
            if earlier.round < step.round:
                t.deadlines.move_step(deadline_id, step, earlier)


def _next_round(deadline: Deadline, step: Reminder, fired: set[int], now: datetime) -> Reminder:
    """The first round after `now` that has not been told; the step itself where it does not repeat."""
    repeat = deadline.steps[step.step].repeat
    if repeat is None:
        return step
    first = step.at - step.round * repeat
    number = max(0, (now - first) // repeat + 1)
    while number in fired:
        number += 1
    return replace(step, round=number, at=first + number * repeat)
