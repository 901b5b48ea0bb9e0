"""A burst of alerts leaves at 250 a second or more on SQLite, at 120 or more on PostgreSQL, and none is lost for it."""

from __future__ import annotations

import argparse
import json
import os
import tempfile
from pathlib import Path

from sqlalchemy import func, select

from benchmarks._sending import Senders, queue_alerts, until, verdict
from benchmarks._stores import databases
from huiying.clock import SystemClock
from storage.store import Store
from storage.tables import attempt

LIMITS = {"sqlite": 250, "postgresql": 120}
"""Alerts a second, each over a channel and onto the message page."""
ALERTS, QUICK_ALERTS = 10_000, 1_500
MUTANT_ALERTS = 300


def main(argv: list[str]) -> int:
    """One sender process, everything due at once; with --mutant it takes one message at every look, like a timed job."""
    parser = argparse.ArgumentParser(prog="rate", description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--mutant", action="store_true")
    chosen = parser.parse_args(argv)
    count = MUTANT_ALERTS if chosen.mutant else QUICK_ALERTS if chosen.quick else ALERTS
    with databases() as urls:
        found = {name: measured(url, "ticking" if chosen.mutant else "desk", count) for name, url in urls.items()}
    broken = any(
        result["alerts_a_second"] < LIMITS[name] or result["lost"] or result["unmarked_repeats"]
        for name, result in found.items()
    )
    shown = {
        "benchmark": "rate",
        "mutant": chosen.mutant,
        "broken": broken,
        "limits": LIMITS,
        "load": os.getloadavg()[0],
    }
    print(json.dumps({**shown, **found}))
    return 1 if broken else 0


def measured(url: str, manner: str, count: int) -> dict[str, float | int]:
    """From the first claim to the settlement of the last delivery, as the store has them."""
    store, clock = Store(url), SystemClock()
    queue_alerts(store, count)
    with tempfile.TemporaryDirectory(prefix="huiying-bench-") as folder:
        senders = Senders(url, Path(folder) / "sent.jsonl", manner, 0.0)
        senders.start()
        until(lambda: _waiting(store, clock) == 0, pause=0.5)
        senders.stop()
        told = verdict(senders.lines(), count)
    with store.reading() as t:
        query = select(func.min(attempt.c.started_at), func.max(attempt.c.ended_at))
        begun, ended = t.connection.execute(query).one()
    store.close()
    seconds = (ended - begun).total_seconds()
    return {"alerts": count, "seconds": round(seconds, 1), "alerts_a_second": round(count / seconds), **told}


def _waiting(store: Store, clock: SystemClock) -> int:
    with store.reading() as t:
        return t.alerts.waiting_count(clock.now())
