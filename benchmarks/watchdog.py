"""A sender that has stopped is noticed from outside within 60 seconds, by `huiying doctor --watch` as a monitor calls it."""

from __future__ import annotations

import argparse
import json
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks._stores import databases
from benchmarks._worker import ROOT, worker, written_settings
from huiying.clock import SystemClock
from records.worker_names import named, worker_name
from storage.store import Store

LIMIT_SECONDS = 60.0
ROUNDS = 3
EVERY_SECONDS = 5.0
"""How often the monitor calls."""
SCALE = 3
"""How much shorter everything is with --quick."""
SILENT_SECONDS = 30
SENDER = "send/page"


def main(argv: list[str]) -> int:
    """SIGSTOP the sender and wait for the monitor; with --mutant somebody else gives the sender's signs of life."""
    parser = argparse.ArgumentParser(prog="watchdog", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one round on one store, in a third of the time")
    parser.add_argument("--mutant", action="store_true")
    chosen = parser.parse_args(argv)
    with databases() as urls:
        used = dict(list(urls.items())[:1]) if chosen.quick else urls
        rounds, scale = (1, SCALE) if chosen.quick else (ROUNDS, 1)
        found = {name: measured(url, rounds, chosen.mutant, scale) for name, url in used.items()}
    limit = LIMIT_SECONDS / scale
    broken = any(max(result.noticed_seconds) > limit or result.false_alarms for result in found.values())
    shown = {name: asdict(result) for name, result in found.items()}
    print(json.dumps({"benchmark": "watchdog", "mutant": chosen.mutant, "broken": broken, "limit": limit, **shown}))
    return 1 if broken else 0


@dataclass(frozen=True, slots=True)
class Result:
    """Seconds until each stop was noticed; how often a living sender was called stopped."""

    noticed_seconds: list[float]
    false_alarms: int


def measured(url: str, rounds: int, mutant: bool, scale: int) -> Result:
    """Stop the sender that often."""
    patience = 1.3 * LIMIT_SECONDS / scale
    noticed: list[float] = []
    false_alarms = 0
    with tempfile.TemporaryDirectory(prefix="huiying-bench-") as folder:
        rules = {"oversight": {"silent_seconds": SILENT_SECONDS // scale}}
        settings = written_settings(Path(folder), url, rules)
        for _ in range(rounds):
            with worker("send", settings) as sender, _signs(url, mutant):
                if not _until(lambda: not _missed(settings), patience, scale):
                    raise RuntimeError("the sender did not start")
                time.sleep(2 * EVERY_SECONDS / scale)
                false_alarms += _missed(settings)
                sender.send_signal(signal.SIGSTOP)
                begun = time.monotonic()
                _until(lambda: _missed(settings), patience, scale)
                noticed.append(round(time.monotonic() - begun, 1))
    return Result(noticed, false_alarms)


@contextmanager
def _signs(url: str, given: bool) -> Iterator[None]:
    """Signs of life in the sender's name, by somebody who does not send."""
    stop = threading.Event()
    store = Store(url)

    def give() -> None:
        while not stop.wait(1.0):
            with store.transaction() as t:
                t.clock.beat(f"{named('send', socket.gethostname())}/page", SystemClock().now())

    thread = threading.Thread(target=give, daemon=True)
    if given:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        if given:
            thread.join(60)
        store.close()


def _missed(settings: Path) -> bool:
    """Whether the monitor says now that the sender has stopped."""
    code = "import sys; from huiying.cli import run; sys.exit(run(sys.argv[1:]))"
    arguments = [sys.executable, "-c", code, "--settings", str(settings), "doctor", "--watch"]
    said = subprocess.run(arguments, capture_output=True, text=True, cwd=ROOT, check=False, timeout=120)
    return said.returncode == 1 and f"“{worker_name(SENDER)}”进程" in said.stdout


def _until(holds: Callable[[], bool], seconds: float, scale: int) -> bool:
    """Ask every few seconds until it holds, at most so long."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if holds():
            return True
        time.sleep(EVERY_SECONDS / scale)
    return False
