"""kill -9 of two senders, again and again in the middle of their work, loses nothing and leaves no repeat unmarked."""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import tempfile
from pathlib import Path

from benchmarks._sending import Senders, queue_alerts, unsent, until, verdict
from benchmarks._stores import databases
from storage.store import Store

KILLS, QUICK_KILLS = 200, 6
ALERTS_PER_KILL = 10
SEND_SECONDS = 0.02


def main(argv: list[str]) -> int:
    """Kill while messages are sent; with --mutant the senders mark them as sent first, which must lose."""
    parser = argparse.ArgumentParser(prog="kill", description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--mutant", action="store_true")
    chosen = parser.parse_args(argv)
    manner = "naive" if chosen.mutant else "well"
    with databases() as urls:
        kills = QUICK_KILLS if chosen.quick else KILLS
        found = {name: measured(url, manner, kills) for name, url in urls.items()}
    broken = any(
        result[fault] for result in found.values() for fault in ("lost", "unmarked_repeats", "overlaps", "stuck")
    )
    print(json.dumps({"benchmark": "kill", "mutant": chosen.mutant, "broken": broken, **found}))
    return 1 if broken else 0


def measured(url: str, manner: str, kills: int) -> dict[str, int]:
    """Two senders at a time; half of the kills hit one that has just begun to send."""
    store = Store(url)
    chance = random.Random(42)
    with tempfile.TemporaryDirectory(prefix="huiying-bench-") as folder:
        senders = Senders(url, Path(folder) / "sent.jsonl", manner, SEND_SECONDS)
        senders.start()
        senders.start()
        for number in range(kills):
            queue_alerts(store, ALERTS_PER_KILL, first=number * ALERTS_PER_KILL)
            victim = _at_work(senders, chance, aimed=number % 2 == 0)
            senders.kill(victim)
            senders.start()
        finished = until(lambda: unsent(store) == 0)
        senders.stop()
        result = verdict(senders.lines(), kills * ALERTS_PER_KILL)
    store.close()
    return {"kills": kills, **result, "stuck": 0 if finished else 1}


def _at_work(senders: Senders, chance: random.Random, aimed: bool) -> subprocess.Popen[bytes]:
    """A sender that has just begun to send, or one of them a moment later."""
    seen = len(senders.lines())
    until(lambda: any(line.event == "begin" for line in senders.lines()[seen:]))
    pid = [line.pid for line in senders.lines()[seen:] if line.event == "begin"][-1]
    if not aimed:
        until(lambda: False, seconds=chance.uniform(0, 0.05))
        return chance.choice(senders.running)
    return next(process for process in senders.running if process.pid == pid)
