"""Runs `huiying assess` as people do and watches it: seconds, and the most memory that all its processes take."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

_ROOT = Path(__file__).parent.parent
_EVERY_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class Run:
    """`peak_mb` adds up the processes; what they share counts once. None where the system does not say.

    `work_seconds` are those that the processors worked for it, which depends less on what else they do.
    """

    seconds: float
    work_seconds: float
    peak_mb: float | None


def assess(posts: Path, records: Path, out: Path) -> Run:
    """Run the command to its end. Raises CalledProcessError."""
    begun, worked = perf_counter(), _worked()
    command = ["assess", "--posts", str(posts), "--disclosures", str(records), "--out", str(out)]
    peak = 0.0
    with subprocess.Popen([sys.executable, "-m", "huiying", *command], cwd=_ROOT, stderr=subprocess.DEVNULL) as running:
        while running.poll() is None:
            peak = max(peak, sum(map(_megabytes, _family(running.pid))))
            with suppress(subprocess.TimeoutExpired):
                running.wait(_EVERY_SECONDS)
        seconds = perf_counter() - begun
        if running.returncode:
            raise subprocess.CalledProcessError(running.returncode, command)
    return Run(seconds, _worked() - worked, peak or None)


def _worked() -> float:
    ended = os.times()
    return ended.children_user + ended.children_system


def _family(pid: int) -> Iterator[int]:
    yield pid
    with suppress(OSError):
        for children in Path(f"/proc/{pid}/task").glob("*/children"):
            for child in children.read_text().split():
                yield from _family(int(child))


def _megabytes(pid: int) -> float:
    with suppress(OSError):
        found = re.search(r"^Pss:\s+(\d+) kB", Path(f"/proc/{pid}/smaps_rollup").read_text(), re.MULTILINE)
        return int(found[1]) / 1024 if found else 0.0
    return 0.0
