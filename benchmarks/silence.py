"""An incident that nobody acknowledges is told of again, and then to the next ones up, each at most five seconds after its
time, by the desk's own process."""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from alerts.deadlines import deadline_for, first_steps
from benchmarks._stores import UNIT, databases, open_incident
from benchmarks._worker import worker, written_settings
from huiying.clock import SystemClock
from pipeline.unacknowledged import taken_charge_of
from records.alerts import OFFICE
from records.reminders import Reminder, ReminderState
from records.words import Level, Severity
from regulation.escalation import CLIMBED, escalation
from regulation.time_limits import TimeLimit, acknowledgement_of
from storage.deadlines import Deadlines
from storage.store import Store

LIMIT_SECONDS = 5.0
INCIDENTS, QUICK_INCIDENTS = 200, 40
SPREAD_SECONDS, QUICK_SPREAD_SECONDS = 60.0, 10.0
"""The steps fall due over so long."""
FIRST_SECONDS = 8.0
"""From the start until the first one is due; until half of that every fourth incident is acknowledged."""
MUTANTS = {
    "slow": "workers.TICK_SECONDS = 20.0;",
    "flat": "from benchmarks import silence; silence.climb_no_more();",
}
_UPWARD = {(UNIT, Level.HEAD), (OFFICE, Level.HEAD), (OFFICE, Level.LEADER)}
"""Whom the steps up tell of a serious incident."""
PATIENCE_SECONDS = 15.0
"""How long is waited after the last one was due."""
CLIMB_SECONDS = 1.0
"""Between the steps to the next one up, that the rules have minutes between."""


def main(argv: list[str]) -> int:
    """A clock worker beside incidents that fall due one after the other; with --mutant it looks only every 20 seconds, with
    `--mutant flat` it is in time and tells nobody further up."""
    parser = argparse.ArgumentParser(prog="silence", description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--mutant", nargs="?", const="slow", choices=sorted(MUTANTS))
    chosen = parser.parse_args(argv)
    count, spread = (QUICK_INCIDENTS, QUICK_SPREAD_SECONDS) if chosen.quick else (INCIDENTS, SPREAD_SECONDS)
    with databases() as urls:
        found = {name: measured(url, count, spread, chosen.mutant) for name, url in urls.items()}
    broken = any(
        result["late"] or result["never_told"] or result["never_climbed"] or result["told_although_acknowledged"]
        for result in found.values()
    )
    print(json.dumps({"benchmark": "silence", "mutant": chosen.mutant or False, "broken": broken, **found}))
    return 1 if broken else 0


def climb_no_more() -> None:
    """Let this process pass over every step to the next one up."""
    pending = Deadlines.pending

    def flat(deadlines: Deadlines, deadline_id: int) -> list[Reminder]:
        return [step for step in pending(deadlines, deadline_id) if step.kind != CLIMBED]

    Deadlines.pending = flat  # type: ignore[assignment, method-assign]


def measured(url: str, count: int, spread: float, mutant: str | None) -> dict[str, float | int]:
    """How many were told of later than allowed or never, how many steps up told nobody, how many incidents were told of
    although somebody had acknowledged, and the slowest step."""
    store, clock = Store(url), SystemClock()
    with tempfile.TemporaryDirectory(prefix="huiying-bench-") as folder:
        settings = written_settings(Path(folder), url)
        with worker("clock", settings, MUTANTS[mutant] if mutant else ""):
            begun = time.monotonic()
            ids = [_begin(store, clock, number, FIRST_SECONDS + spread * number / count) for number in range(count)]
            acknowledged = set(ids[::4])
            _sleep_until(begun + FIRST_SECONDS / 2)
            for incident, _ in acknowledged:
                with store.transaction() as t:
                    taken_charge_of(t, incident, clock.now(), "值班员甲")
            _sleep_until(begun + FIRST_SECONDS + spread + PATIENCE_SECONDS)
        waits: list[float] = []
        told_anyway = never = flat = 0
        with store.reading() as t:
            for each in ids:
                steps = t.deadlines.steps(each[1])
                fired = [
                    (step.fired_at - step.at).total_seconds()
                    for step in steps
                    if step.state is ReminderState.FIRED and step.fired_at is not None
                ]
                if each in acknowledged:
                    told_anyway += bool(fired)
                    continue
                waits += fired
                climbed = {(one.recipient, one.level) for one in t.alerts.of_incident(each[0]) if one.kind == CLIMBED}
                never += steps[0].state is not ReminderState.FIRED
                flat += len(_UPWARD - climbed)
    store.close()
    return {
        "incidents": count,
        "acknowledged": len(acknowledged),
        "never_told": never,
        "never_climbed": flat,
        "told_although_acknowledged": told_anyway,
        "late": sum(wait > LIMIT_SECONDS for wait in waits),
        "slowest_seconds": round(max(waits, default=0.0), 3),
    }


def _begin(store: Store, clock: SystemClock, number: int, after: float) -> tuple[str, int]:
    """An incident whose acknowledgement is due so many seconds from now; its id and that of its clock."""
    now = clock.now()
    incident = open_incident(store, number + 1, now)
    deadline = deadline_for(_limit(timedelta(seconds=after)), incident.id, 1, now, now, "基准")
    with store.transaction() as t:
        stored = t.deadlines.add(deadline, first_steps(deadline))
    assert stored is not None
    assert stored.id is not None
    return incident.id, stored.id


def _limit(after: timedelta) -> TimeLimit:
    """The shipped rows for a serious incident, due after seconds in place of minutes, the steps up one after the other."""
    row = acknowledgement_of(Severity.MAJOR)
    steps = [replace(step, after=after) for step in row.steps]
    for number, step in enumerate(escalation().steps_for(Severity.MAJOR, UNIT), 1):
        steps.append(replace(step, after=after + timedelta(seconds=number * CLIMB_SECONDS)))
    return replace(row, due_after=after, steps=tuple(steps))


def _sleep_until(moment: float) -> None:
    time.sleep(max(0.0, moment - time.monotonic()))
