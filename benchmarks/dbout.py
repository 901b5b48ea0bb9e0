"""The database does not answer for seconds, or is killed and starts again: no alert is lost, no repeat is unmarked."""

from __future__ import annotations

import argparse
import json
import os
import sqlite3
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import huiying.workers
import storage.store
from alerts.deadlines import deadline_for, first_steps
from benchmarks._sending import Senders, until, verdict
from benchmarks._server import PostgresServer
from benchmarks._stores import UNIT, new_incident
from benchmarks._worker import worker, written_settings
from huiying.clock import SystemClock
from huiying.wiring import Desk
from pipeline.notify import stored_contacts
from pipeline.steps import take_steps
from records.people import Contact
from regulation.time_limits import INITIAL_REPORT, limit_for
from storage.backup import program
from storage.store import Store

LOCK_SECONDS = 7.0
OUTAGES = {"sqlite": 5, "postgresql": 5}
QUICK_OUTAGES = {"sqlite": 1, "postgresql": 2}
BETWEEN_SECONDS = 3.0
CLOCKS_A_SECOND = 5
"""So many clocks fall due in each second, in the outages too."""
FIRST_SECONDS = 6.0
RECIPIENTS = 2
PATIENCE_SECONDS = 60.0
Outage = Callable[[], None]


def main(argv: list[str]) -> int:
    """Clocks fall due all the while; with --mutant each is looked at once, as by a timer that keeps nothing."""
    parser = argparse.ArgumentParser(prog="dbout", description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--mutant", action="store_true")
    chosen = parser.parse_args(argv)
    outages = QUICK_OUTAGES if chosen.quick else OUTAGES
    before = "from benchmarks import dbout; dbout.forget_what_fails();" if chosen.mutant else ""
    found: dict[str, dict[str, int]] = {}
    with tempfile.TemporaryDirectory(prefix="huiying-bench-") as folder:
        found["sqlite"] = _on_sqlite(Path(folder), outages["sqlite"], before)
        if os.environ.get("HUIYING_TEST_POSTGRES") and program("pg_ctl") is not None:
            found["postgresql"] = _on_postgresql(Path(folder), outages["postgresql"], before)
    broken = any(result["lost"] or result["unmarked_repeats"] or result["stuck"] for result in found.values())
    print(json.dumps({"benchmark": "dbout", "mutant": chosen.mutant, "broken": broken, **found}))
    return 1 if broken else 0


def forget_what_fails() -> None:
    """Make this process a timer in memory: each clock is tried once, when it is due, and then forgotten."""
    storage.store.BUSY_TIMEOUT_MS = 1000
    waiting: dict[int, datetime] = {}

    def tick_once(desk: Desk) -> int:
        now = desk.clock.now()
        if not waiting:
            with desk.store.reading() as t:
                waiting.update({number: at for number, _, at in t.deadlines.next_steps() if at is not None})
        due = [number for number, at in waiting.items() if at <= now]
        for number in due:
            waiting[number] = datetime.max.replace(tzinfo=UTC)
        with desk.store.transaction() as t:
            found = [t.deadlines.lock(number) for number in due]
            return sum(take_steps(t, each, now, stored_contacts) for each in found if each is not None)

    huiying.workers.tick = tick_once
    huiying.workers.TICK_SECONDS = 0.05


def _on_sqlite(folder: Path, outages: int, before: str) -> dict[str, int]:
    file = folder / "store.db"

    def lock() -> None:
        holder = sqlite3.connect(file, timeout=60, isolation_level=None)
        holder.execute("BEGIN EXCLUSIVE")
        time.sleep(LOCK_SECONDS)
        holder.close()

    return _measured(folder, f"sqlite:///{file}", [lock] * outages, before)


def _on_postgresql(folder: Path, outages: int, before: str) -> dict[str, int]:
    with PostgresServer() as server:
        return _measured(folder, server.url, [server.restart_at_once] * outages, before)


def _measured(folder: Path, url: str, outages: Sequence[Outage], before: str) -> dict[str, int]:
    store, clock = Store(url), SystemClock()
    store.migrate()
    with store.transaction() as t:
        t.people.set_contacts(UNIT, [Contact(UNIT, "email", "a@example.cn")])
        t.people.set_contacts("office", [Contact("office", "email", "b@example.cn")])
    seconds = len(outages) * (LOCK_SECONDS + BETWEEN_SECONDS)
    count = _clocks(store, clock.now() + timedelta(seconds=FIRST_SECONDS), seconds)
    senders = Senders(url, folder / f"{store.engine.dialect.name}.jsonl", "desk", 0.01, quiet=True)
    with worker("clock", written_settings(folder, url), before):
        senders.start()
        time.sleep(FIRST_SECONDS)
        for outage in outages:
            outage()
            time.sleep(BETWEEN_SECONDS)
        arrived = until(lambda: _arrived(senders) == count * RECIPIENTS, PATIENCE_SECONDS, pause=0.5)
    senders.stop()
    found = verdict(senders.lines(), count * RECIPIENTS)
    store.close()
    return {"outages": len(outages), "alerts": count * RECIPIENTS, **found, "stuck": 0 if arrived else 1}


def _clocks(store: Store, first: datetime, seconds: float) -> int:
    """Clocks that fall due one after the other from `first` on, over so many seconds; how many."""
    limit = limit_for(INITIAL_REPORT)
    reminder = next(step for step in limit.steps if step.kind == "reminder")
    count = int(seconds * CLOCKS_A_SECOND)
    with store.transaction() as t:
        for number in range(count):
            incident = new_incident(t, number + 1, first)
            at = first - reminder.after + timedelta(seconds=number / CLOCKS_A_SECOND)
            deadline = deadline_for(replace(limit, steps=(reminder,)), incident.id, 1, at, at, "基准")
            t.deadlines.add(deadline, first_steps(deadline))
    return count


def _arrived(senders: Senders) -> int:
    return len({line.key for line in senders.lines() if line.event == "got"})
