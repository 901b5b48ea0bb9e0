"""Runs one crawl in a process of its own, hands its events on as they come, and kills it when its time is up."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

from crawlers.jobs import Ended, Event, Job, event_from, job_line
from crawlers.outcomes import Outcome
from crawlers.stopwatch import TIRED

GRACE_SECONDS = 10.0
"""How much longer than its own bounds a crawl may take before it is killed."""

_ROOT = Path(__file__).resolve().parent.parent
# What the subprocess gets of our environment: nothing that holds a secret or a proxy.
_PASSED = ("PATH", "LANG", "LC_ALL", "TZ", "SSL_CERT_FILE", "SSL_CERT_DIR", "PYTHONPATH", "SYSTEMROOT")


def run_crawl(job: Job, seconds: float | None = None) -> Iterator[Event]:
    """The events of a crawl, the last of them Ended. The process is killed after `seconds`, or when nobody reads on."""
    bound = seconds or job.settings.run_seconds + job.settings.timeout_seconds + GRACE_SECONDS
    process = subprocess.Popen(
        [sys.executable, "-m", "crawlers.run"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=_ROOT,
        env={name: os.environ[name] for name in _PASSED if name in os.environ},
    )
    late = threading.Event()

    def kill() -> None:
        late.set()
        process.kill()

    timer = threading.Timer(bound, kill)
    timer.start()
    try:
        yield from _events(process, job)
        yield _end(process, late.is_set())
    finally:
        timer.cancel()
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                _close(pipe)


def _events(process: subprocess.Popen[bytes], job: Job) -> Iterator[Event]:
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        process.stdin.write(job_line(job))
        process.stdin.flush()
    except BrokenPipeError:
        return
    for line in process.stdout:
        if not line.endswith(b"\n"):
            return  # cut off in mid-word: the process died
        yield event_from(line)


def _end(process: subprocess.Popen[bytes], late: bool) -> Ended:
    code = process.wait()
    if late:
        return Ended(Outcome.HUNG, "超过时限，已终止")
    if TIRED is not None and code == -TIRED:
        return Ended(Outcome.HUNG, "读一个网页用时过久，已终止")
    return Ended(None) if code == 0 else Ended(Outcome.CRASHED, f"采集进程意外退出（{code}）")


def _close(pipe: object) -> None:
    try:
        pipe.close()  # type: ignore[attr-defined]
    except BrokenPipeError:
        # What was not yet written has no reader any more.
        return
