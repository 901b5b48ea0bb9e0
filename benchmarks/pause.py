"""A sender that is stopped past its lease in the middle of a send leaves no repeat unmarked."""

from __future__ import annotations

import argparse
import json
import os
import signal
import tempfile
from pathlib import Path

from benchmarks._sending import Senders, queue_alerts, unsent, until, verdict
from benchmarks._stores import databases
from storage.store import Store

PAUSES = 5
SEND_SECONDS = 0.8


def main(argv: list[str]) -> int:
    """SIGSTOP, let the lease pass and another sender take over, SIGCONT; with --mutant repeats carry no mark."""
    parser = argparse.ArgumentParser(prog="pause", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="the same: five pauses take half a minute")
    parser.add_argument("--mutant", action="store_true")
    chosen = parser.parse_args(argv)
    manner = "unmarked" if chosen.mutant else "well"
    with databases() as urls:
        found = {name: measured(url, manner) for name, url in urls.items()}
    broken = any(result[fault] for result in found.values() for fault in ("lost", "unmarked_repeats", "stuck"))
    print(json.dumps({"benchmark": "pause", "mutant": chosen.mutant, "broken": broken, **found}))
    return 1 if broken else 0


def measured(url: str, manner: str) -> dict[str, int]:
    """One message a pause: the stopped sender holds it, the other sends it, the stopped one goes on."""
    store = Store(url)
    stuck = 0
    with tempfile.TemporaryDirectory(prefix="huiying-bench-") as folder:
        senders = Senders(url, Path(folder) / "sent.jsonl", manner, SEND_SECONDS)
        senders.start()
        senders.start()
        for number in range(PAUSES):
            queue_alerts(store, 1, first=number)
            before = len(senders.lines())
            stuck += not until(lambda before=before: len(senders.lines()) > before)  # type: ignore[misc]
            holder = senders.lines()[before].pid
            os.kill(holder, signal.SIGSTOP)
            stuck += not until(lambda before=before, holder=holder: _others_end(senders, before, holder))  # type: ignore[misc]
            os.kill(holder, signal.SIGCONT)
            stuck += not until(lambda before=before, holder=holder: _ends(senders, before, holder))  # type: ignore[misc]
        stuck += not until(lambda: unsent(store) == 0)
        senders.stop()
        result = verdict(senders.lines(), PAUSES)
        # A stopped send and the one that took over overlap by design: what counts is that one of them is marked.
        del result["overlaps"]
    store.close()
    return {"pauses": PAUSES, **result, "stuck": stuck}


def _others_end(senders: Senders, since: int, holder: int) -> bool:
    return any(line.event == "end" and line.pid != holder for line in senders.lines()[since:])


def _ends(senders: Senders, since: int, holder: int) -> bool:
    return any(line.event == "end" and line.pid == holder for line in senders.lines()[since:])
