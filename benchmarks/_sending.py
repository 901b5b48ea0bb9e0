"""Runs senders in processes of their own, feeds them and reads from their file what arrived."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from huiying.clock import SystemClock
from pipeline.notify import queue
from records.alerts import Alert
from records.people import Contact
from storage.store import Store, Transaction

PATIENCE = 120.0


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the file: a send that begins, arrives or ends."""

    event: str
    key: str
    marked: bool
    pid: int
    at: float


class Senders:
    """Sender processes on one database that write into one file."""

    def __init__(self, url: str, file: Path, manner: str, send_seconds: float, quiet: bool = False) -> None:
        """`quiet` ones say nothing of a database that does not answer."""
        self._arguments = [url, str(file)]
        self._quiet = quiet
        self._manner = [manner, str(send_seconds)]
        self.file = file
        self.running: list[subprocess.Popen[bytes]] = []

    def start(self) -> subprocess.Popen[bytes]:
        """One more sender."""
        process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "benchmarks._sending_process",
                *self._arguments,
                f"s{len(self.running)}",
                *self._manner,
            ],
            stdin=subprocess.PIPE,
            stderr=subprocess.DEVNULL if self._quiet else None,
            cwd=Path(__file__).parent.parent,
        )
        self.running.append(process)
        return process

    def kill(self, process: subprocess.Popen[bytes]) -> None:
        """kill -9."""
        process.kill()
        self._gone(process)

    def stop(self) -> None:
        """Let every sender end by itself."""
        for process in list(self.running):
            assert process.stdin is not None
            process.stdin.close()
            process.wait(timeout=PATIENCE)
            self._gone(process)

    def lines(self) -> list[Line]:
        """What the file holds so far."""
        if not self.file.exists():
            return []
        rows = self.file.read_text("ascii").split("\n")[:-1]
        return [Line(**json.loads(row)) for row in rows]

    def _gone(self, process: subprocess.Popen[bytes]) -> None:
        process.wait(timeout=PATIENCE)
        if process.stdin is not None:
            process.stdin.close()
        self.running.remove(process)


def queue_alerts(store: Store, count: int, first: int = 0) -> None:
    """Queue so many alerts, each for the message page and one address."""
    now = SystemClock().now() - timedelta(seconds=1)

    def routes(t: Transaction, recipient: str) -> list[Contact]:
        return [Contact(recipient, "email", "duty@example.cn")]

    with store.transaction() as t:
        alerts = [
            Alert(f"{first + number:064x}", now, "reminder", None, "office", None, "标题", "正文")
            for number in range(count)
        ]
        queue(t, alerts, routes)


def unsent(store: Store) -> int:
    """How many mails have not been settled as sent."""
    with store.reading() as t:
        keys = [alert.key for alert in t.alerts.all()]
        rows = [row for found in t.alerts.deliveries(keys).values() for row in found if row.channel == "email"]
    return sum(row.state.value != "sent" for row in rows)


def verdict(lines: list[Line], expected: int) -> dict[str, int]:
    """What was lost, repeated with and without a mark, and sent by two processes at the same time."""
    copies: dict[str, list[bool]] = defaultdict(list)
    for line in lines:
        if line.event == "got":
            copies[line.key].append(line.marked)
    totals: Counter[str] = Counter()
    for marks in copies.values():
        totals["marked_repeats"] += sum(marks) if len(marks) > 1 else 0
        totals["unmarked_repeats"] += max(0, marks.count(False) - 1)
    return {
        "lost": expected - len(copies),
        "marked_repeats": totals["marked_repeats"],
        "unmarked_repeats": totals["unmarked_repeats"],
        "overlaps": _overlaps(lines),
    }


def until(holds: Callable[[], bool], seconds: float = PATIENCE, pause: float = 0.005) -> bool:
    """Wait until `holds()`; False if it does not within so many seconds. Looks every `pause` seconds."""
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            return False
        time.sleep(pause)
    return True


def _overlaps(lines: list[Line]) -> int:
    """Pairs of completed sends of one message that ran at the same time."""
    spans: dict[str, list[tuple[float, float]]] = defaultdict(list)
    begun: dict[tuple[str, int], float] = {}
    for line in lines:
        if line.event == "begin":
            begun[line.key, line.pid] = line.at
        elif line.event == "end":
            spans[line.key].append((begun[line.key, line.pid], line.at))
    return sum(
        later[0] < earlier[1]
        for found in spans.values()
        for earlier, later in zip(sorted(found), sorted(found)[1:], strict=False)
    )
