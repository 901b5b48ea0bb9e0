"""Two `huiying clock` at one store fire each step once, and when one is killed the other goes on within seconds."""

from __future__ import annotations

import signal
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from subprocess import Popen

import pytest

from alerts.deadlines import deadline_for, first_steps
from benchmarks._stores import new_incident
from huiying.clock import SystemClock, steady_seconds
from regulation.time_limits import INITIAL_REPORT, limit_for
from storage.store import Store
from tests.huiying.commands.alone import prepared_in, started
from tests.huiying.waiting import until
from tests.storage.conftest import DATABASES

CLOCKS = 20
SECONDS = 2.0
"""Within which they are all due."""
LATE = 6.0
"""After how many seconds none may be late, also where one of two clocks was killed."""


@pytest.fixture
def clocks(tmp_path: Path, store: Store) -> Iterator[list[Popen[bytes]]]:
    file = prepared_in(tmp_path, f"database: {{url: '{store.url}'}}\n")
    running = [started(file, "clock", output=tmp_path / f"{number}.out") for number in range(2)]
    yield running
    for process in running:
        process.kill()
        process.wait(60)


def start_plans(store: Store, first: datetime) -> None:
    """Plans whose one reminder is due one after the other from `first` on."""
    limit = limit_for(INITIAL_REPORT)
    reminder = next(step for step in limit.steps if step.kind == "reminder")
    with store.transaction() as t:
        for number in range(CLOCKS):
            incident = new_incident(t, number + 1, first)
            at = first - reminder.after + timedelta(seconds=SECONDS * number / CLOCKS)
            deadline = deadline_for(replace(limit, steps=(reminder,)), incident.id, 1, at, at, "测试")
            t.deadlines.add(deadline, first_steps(deadline))


@pytest.mark.clause("H-42(3)")
@pytest.mark.parametrize("store", DATABASES[1:], indirect=True)
def test_each_step_fires_once_and_on_time_although_one_of_two_clocks_is_killed(
    store: Store, clocks: list[Popen[bytes]]
):
    def alive() -> set[str]:
        with store.reading() as t:
            return {beat.worker for beat in t.clock.heartbeats()}

    def reminded() -> Counter[str]:
        with store.reading() as t:
            return Counter(str(alert.incident) for alert in t.alerts.all() if alert.kind == "reminder")

    assert until(lambda: len(alive()) == 2, 60)
    begun = steady_seconds()
    start_plans(store, SystemClock().now() + timedelta(seconds=1))
    assert until(lambda: len(reminded()) >= CLOCKS / 3, 20)
    clocks[0].send_signal(signal.SIGKILL)
    assert until(lambda: len(reminded()) == CLOCKS, 20)
    assert steady_seconds() - begun <= 1 + SECONDS + LATE
    assert set(reminded().values()) == {2}, "the unit and the office, once each"
    with store.reading() as t:
        keys = [alert.key for alert in t.alerts.all()]
        assert all(len(rows) == 1 for rows in t.alerts.deliveries(keys).values())
