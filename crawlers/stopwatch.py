"""Ends this process when one page keeps it busy for too long: no parser may hold up the other sources."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager

TIRED = getattr(signal, "SIGPROF", None)
"""The signal that such a process dies of; None where the system has none."""


@contextmanager
def no_longer_than(seconds: float) -> Iterator[None]:
    """Let the block use so many seconds of processor time; beyond them this process is gone, whatever it is in.

    The signal is left to the system: a handler of Python's would wait for the parser to come back.
    """
    if TIRED is None:
        yield
        return
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
