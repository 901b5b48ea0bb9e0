"""Double clicks and two operators at once start one clock and tell everybody once."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from threading import Barrier, Thread

from alerts.deadlines import deadline_for, first_steps
from benchmarks._stores import NOON, by_mail, databases, open_incident, start_plan
from pipeline.steps import take_steps
from records.incidents import Incident
from regulation.time_limits import INITIAL_REPORT, limit_for
from storage.store import Store

CLICKS, QUICK_CLICKS = 500, 60
RECIPIENTS = 2


def main(argv: list[str]) -> int:
    """Two presses at the same moment on every incident; with --mutant a start that looks first and writes later."""
    parser = argparse.ArgumentParser(prog="double", description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--mutant", action="store_true")
    chosen = parser.parse_args(argv)
    start = start_naively if chosen.mutant else start_well
    with databases() as urls:
        clicks = QUICK_CLICKS if chosen.quick else CLICKS
        found = {name: measured(url, start, clicks) for name, url in urls.items()}
    broken = any(result["deadlines"] != result["clicks"] or result["extra_alerts"] for result in found.values())
    print(json.dumps({"benchmark": "double", "mutant": chosen.mutant, "broken": broken, **found}))
    return 1 if broken else 0


def measured(url: str, start: Callable[[Store, Incident, Barrier], None], clicks: int) -> dict[str, int]:
    """Two operators, each with a connection of their own."""
    stores = [Store(url), Store(url)]
    incidents = [open_incident(stores[0], number) for number in range(1, clicks + 1)]
    for incident in incidents:
        together = Barrier(len(stores), timeout=60)
        threads = [Thread(target=start, args=(store, incident, together)) for store in stores]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
    with stores[0].reading() as t:
        deadlines = sum(len(t.deadlines.of_incident(incident.id)) for incident in incidents)
        told = len(t.alerts.all())
    for store in stores:
        store.close()
    return {"clicks": clicks, "deadlines": deadlines, "extra_alerts": told - clicks * RECIPIENTS}


def start_well(store: Store, incident: Incident, together: Barrier) -> None:
    """The start as it is."""
    together.wait()
    start_plan(store, incident, NOON, by_mail)


def start_naively(store: Store, incident: Incident, together: Barrier) -> None:
    """Look whether a clock runs, and write in another transaction, under a number of its own."""
    with store.reading() as t:
        running = t.deadlines.latest(incident.id, INITIAL_REPORT)
    together.wait()
    if running is not None:
        return
    with store.transaction() as t:
        activation = len(t.deadlines.of_incident(incident.id)) + 1
        deadline = deadline_for(limit_for(INITIAL_REPORT), incident.id, activation, NOON, NOON, "值班员甲")
        stored = t.deadlines.add(deadline, first_steps(deadline))
        if stored is not None:
            take_steps(t, stored, NOON, by_mail)
