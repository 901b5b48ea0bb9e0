"""Fires what running clocks have come to: each step once, however often and wherever the sweep runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import partial
from typing import TypeVar

from sqlalchemy.exc import DBAPIError

from pipeline.notify import Routes
from pipeline.steps import take_steps
from pipeline.unacknowledged import lapse
from records.alerts import DeadlineState
from regulation.escalation import Escalation
from regulation.time_limits import FOLLOW_UP
from storage.store import Store

D = TypeVar("D")
_BATCH = 100


def sweep(store: Store, now: datetime, routes: Routes, escalation: Escalation | None = None) -> int:
    """Take every step that is due at `now` and queue its alerts; the number of new alerts.

    A clock that cannot be swept does not hold up the others; its error is raised after they are done. `escalation` holds
    for clocks that begin thereby, the shipped rules without.
    """
    with store.reading() as t:
        due, follow_ups = t.deadlines.due(now, but=FOLLOW_UP), t.deadlines.due(now, only=FOLLOW_UP)
    told = 0
    faults: list[Exception] = []
    for batch in _batches(due):
        try:
            told += _sweep(store, batch, now, routes)
        except DBAPIError:
            raise
        except Exception:  # noqa: BLE001 - whatever is wrong with one clock, the others are owed their alerts
            alone = [_alone(_sweep, store, [deadline_id], now, routes) for deadline_id in batch]
            told += sum(count for count, _ in alone)
            faults += [fault for _, fault in alone if fault is not None]
    # What may change an incident waits for its turn among those that do: after the others, so that it holds up none.
    lapsing = partial(_lapse, escalation=escalation)
    alone = [_alone(lapsing, store, deadline_id, now, routes) for deadline_id in follow_ups]
    told += sum(count for count, _ in alone)
    faults += [fault for _, fault in alone if fault is not None]
    if faults:
        raise ExceptionGroup("clocks that could not be swept", faults)
    return told


def next_due(store: Store) -> datetime | None:
    """The moment of the next step of any running clock."""
    with store.reading() as t:
        return t.deadlines.next_at()


def _sweep(store: Store, deadline_ids: Sequence[int], now: datetime, routes: Routes) -> int:
    told = 0
    with store.transaction() as t:
        held = t.deadlines.lock_all(deadline_ids)
        for deadline_id in deadline_ids:
            deadline = held.get(deadline_id)
            if deadline is not None and deadline.state is DeadlineState.OPEN:
                told += take_steps(t, deadline, now, routes)
    return told


def _lapse(store: Store, deadline_id: int, now: datetime, routes: Routes, escalation: Escalation | None) -> int:
    with store.transaction() as t:
        t.incidents.take_turn()
        deadline = t.deadlines.lock(deadline_id)
        if deadline is None or deadline.state is not DeadlineState.OPEN:
            return 0
        return lapse(t, deadline, now, routes, escalation)


def _alone(
    step: Callable[[Store, D, datetime, Routes], int], store: Store, due: D, now: datetime, routes: Routes
) -> tuple[int, Exception | None]:
    try:
        return step(store, due, now, routes), None
    except Exception as fault:  # noqa: BLE001 - raised by `sweep` once every clock has had its turn
        return 0, fault


def _batches(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for begin in range(0, len(ids), _BATCH):
        yield ids[begin : begin + _BATCH]
