"""How much of the processor a piece of work takes, whatever else the machine and the process are doing."""

from __future__ import annotations

import gc
from collections.abc import Callable
from time import thread_time


def effort(work: Callable[[], object], tries: int = 3) -> float:
    """The least seconds of this thread's processor time that `work` took in some tries.

    Other processes, other threads and the collector's rounds through what other tests left are not its cost.
    """
    collecting = gc.isenabled()
    gc.disable()
    try:
        return min(_once(work) for _ in range(tries))
    finally:
        if collecting:
            gc.enable()


def _once(work: Callable[[], object]) -> float:
    begun = thread_time()
    work()
    return thread_time() - begun
