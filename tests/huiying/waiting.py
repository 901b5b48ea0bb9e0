"""Waits for something to become true, within a bound."""

from __future__ import annotations

import os
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from huiying.clock import steady_seconds


def until(condition: Callable[[], bool], seconds: float = 20.0) -> bool:
    """Whether the condition came true within `seconds`."""
    end = steady_seconds() + seconds
    while steady_seconds() < end:
        if condition():
            return True
        threading.Event().wait(0.05)
    return condition()


def line_of(process: subprocess.Popen[Any], seconds: float = 60.0) -> Any:
    """The next line that the process writes; it is killed, and the line empty, where none comes within `seconds`."""
    assert process.stdout is not None
    late = threading.Timer(seconds, process.kill)
    late.start()
    try:
        return process.stdout.readline()
    finally:
        late.cancel()


def alive(pid: int) -> bool:
    """Whether the process runs (one that has ended and was not waited for does not)."""
    try:
        os.kill(pid, 0)
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (ProcessLookupError, FileNotFoundError):
        return False


def noted(file: Path) -> list[int]:
    """The process ids that programs have written into `file`."""
    return [int(line) for line in file.read_text().splitlines()] if file.exists() else []
