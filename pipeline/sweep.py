"""Fires what running clocks have come to: each step once, however often and wherever the sweep runs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy.exc import DBAPIError

from pipeline.notify import Routes
from pipeline.steps import take_steps
from records.alerts import DeadlineState
from storage.store import Store

_BATCH = 100


def sweep(store: Store, now: datetime, routes: Routes) -> int:
    """Take every step that is due at `now` and queue its alerts; the number of new alerts.

    A clock that cannot be swept does not hold up the others; its error is raised after they are done.
    """
    with store.reading() as t:
        due = t.deadlines.due(now)
    told = 0
    faults: list[Exception] = []
    for batch in _batches(due):
        try:
            told += _sweep(store, batch, now, routes)
        except DBAPIError:
            raise
        except Exception:  # noqa: BLE001 - whatever is wrong with one clock, the others are owed their alerts
            alone = [_sweep_alone(store, deadline_id, now, routes) for deadline_id in batch]
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
        for deadline_id in deadline_ids:
            deadline = t.deadlines.lock(deadline_id)
            if deadline is not None and deadline.state is DeadlineState.OPEN:
                told += take_steps(t, deadline, now, routes)
    return told


def _sweep_alone(store: Store, deadline_id: int, now: datetime, routes: Routes) -> tuple[int, Exception | None]:
    try:
        return _sweep(store, [deadline_id], now, routes), None
    except Exception as fault:  # noqa: BLE001 - raised by `sweep` once every clock has had its turn
        return 0, fault


def _batches(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for begin in range(0, len(ids), _BATCH):
        yield ids[begin : begin + _BATCH]
