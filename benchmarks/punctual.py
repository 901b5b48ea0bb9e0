"""With a thousand clocks open, 99 of 100 alerts are handed to their channel within 3 seconds of being due."""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from alerts.deadlines import deadline_for, first_steps
from benchmarks._sending import Senders, until
from benchmarks._stores import UNIT, databases, new_incident
from benchmarks._worker import worker, written_settings
from huiying.clock import SystemClock
from records.incidents import Incident
from records.people import Contact
from regulation.time_limits import INITIAL_REPORT, limit_for
from storage.store import Store

LIMIT_SECONDS = 3.0
CLOCKS = 1_000
SPREAD_SECONDS, QUICK_SPREAD_SECONDS = 120.0, 8.0
"""Over so long the thousand fall due; every tenth of them in the same moment as the one before."""
QUICK_DUE = 80
"""With --quick a thousand are open all the same, but only so many fall due."""
FIRST_SECONDS = 5.0
PATIENCE_SECONDS = 30.0
RECIPIENTS = 2


def main(argv: list[str]) -> int:
    """The desk's own clock process and a sender; with --mutant the clock process looks only every 8 seconds."""
    parser = argparse.ArgumentParser(prog="punctual", description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--mutant", action="store_true")
    chosen = parser.parse_args(argv)
    due, spread = (QUICK_DUE, QUICK_SPREAD_SECONDS) if chosen.quick else (CLOCKS, SPREAD_SECONDS)
    with databases() as urls:
        found = {name: measured(url, due, spread, chosen.mutant) for name, url in urls.items()}
    broken = any(result["p99_seconds"] > LIMIT_SECONDS or result["never"] for result in found.values())
    shown = {"benchmark": "punctual", "mutant": chosen.mutant, "broken": broken, "load": os.getloadavg()[0]}
    print(json.dumps({**shown, **found}))
    return 1 if broken else 0


def measured(url: str, count: int, spread: float, mutant: bool) -> dict[str, float | int]:
    """From the moment at which each step is due until its mail is handed over."""
    store, clock = Store(url), SystemClock()
    with store.transaction() as t:
        for recipient in (UNIT, "office"):
            t.people.set_contacts(recipient, [Contact(recipient, "email", f"{recipient}@example.cn")])
    with tempfile.TemporaryDirectory(prefix="huiying-bench-") as folder:
        senders = Senders(url, Path(folder) / "sent.jsonl", "desk", 0.0)
        settings = written_settings(Path(folder), url)
        with worker("clock", settings, "workers.TICK_SECONDS = 8.0;" if mutant else ""):
            senders.start()
            # Before the first is due: this takes seconds.
            with store.transaction() as t:
                incidents = [new_incident(t, number, clock.now()) for number in range(1, CLOCKS + 1)]
            until(lambda: _alive(store) >= {"clock", "email"}, pause=0.2)
            first = clock.now() + timedelta(seconds=FIRST_SECONDS)
            _open(
                store,
                incidents,
                first,
                [spread * (number - (number % 10 == 0)) / count for number in range(1, count + 1)],
            )
            # The senders note seconds that only grow; this is what they show at the moment of the first.
            zero = time.monotonic() + (first - clock.now()).total_seconds()
            time.sleep(FIRST_SECONDS + spread)
            until(lambda: _arrived(senders) == count * RECIPIENTS, PATIENCE_SECONDS, pause=0.5)
        senders.stop()
        began = {line.key: line.at - zero for line in reversed(senders.lines()) if line.event == "begin"}
    waits = sorted(_waits(store, began, first))
    store.close()
    return {
        "open_clocks": CLOCKS,
        "due": count,
        "never": count * RECIPIENTS - len(waits),
        "p50_seconds": round(_at(waits, 0.5), 2),
        "p99_seconds": round(_at(waits, 0.99), 2),
        "slowest_seconds": round(_at(waits, 1.0), 2),
    }


def _open(store: Store, incidents: Sequence[Incident], first: datetime, due_after: Sequence[float]) -> None:
    """A thousand clocks, of which so many have their first step so many seconds after `first`; the others not for an hour."""
    limit = limit_for(INITIAL_REPORT)
    reminder = next(step for step in limit.steps if step.kind == "reminder")
    later = [3600.0] * (CLOCKS - len(due_after))
    with store.transaction() as t:
        for incident, seconds in zip(incidents, [*due_after, *later], strict=True):
            at = first - reminder.after + timedelta(seconds=seconds)
            deadline = deadline_for(replace(limit, steps=(reminder,)), incident.id, 1, at, at, "基准")
            t.deadlines.add(deadline, first_steps(deadline))


def _waits(store: Store, began: dict[str, float], first: datetime) -> Sequence[float]:
    """Of each mail that went out: seconds since its step was due."""
    waits: list[float] = []
    with store.reading() as t:
        for deadline in t.deadlines.running():
            assert deadline.id is not None
            due = (t.deadlines.steps(deadline.id)[0].at - first).total_seconds()
            keys = [alert.key for alert in t.alerts.of_incident(deadline.incident)]
            rows = [row for found in t.alerts.deliveries(keys).values() for row in found]
            waits += [began[row.idem_key] - due for row in rows if row.idem_key in began]
    return waits


def _at(waits: Sequence[float], share: float) -> float:
    return waits[min(len(waits) - 1, int(share * len(waits)))] if waits else PATIENCE_SECONDS


def _alive(store: Store) -> set[str]:
    """Which of the processes have left a sign of life."""
    with store.reading() as t:
        return {beat.worker.partition("@")[0].rpartition("/")[2] for beat in t.clock.heartbeats()}


def _arrived(senders: Senders) -> int:
    return len({line.key for line in senders.lines() if line.event == "got"})
