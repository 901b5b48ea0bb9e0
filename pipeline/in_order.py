"""Does one piece of work for each item in several processes: results come in the order of the items."""

from __future__ import annotations

import ctypes
import gc
import multiprocessing
import os
import signal
import sys
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from typing import Any, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

MOST_WORKERS = 4
AHEAD = 3
"""Items under way for each process, so that memory stays bounded and nobody waits."""


class WorkerLost(RuntimeError):
    """A process ended before its work was done. The message is one Chinese line."""


def workers() -> int:
    """How many processes pay beside this one: together one for each core that it may use."""
    cores = len(os.sched_getaffinity(0)) if sys.platform == "linux" else 1
    return min(cores - 1, MOST_WORKERS)


def in_order(work: Callable[[Item], Result], items: Iterable[Item], processes: int) -> Generator[Result, None, None]:
    """`work(item)` for each item, in order, done by that many processes, and by this one where it would wait for them.

    They are forked, so that what `work` holds (a model, dictionaries) is neither loaded nor kept twice: `work` may be
    anything, items and results are pickled. An error of `work` rises here; the processes end with this one, however
    that ends. Raises WorkerLost.
    """
    if processes < 1:
        yield from map(work, items)
        return
    _give_back_unused()
    alive, ours = os.pipe()
    # What is here now is shared with the processes as long as nobody writes to it, and counting references is enough
    # to write: the collector leaves it alone from now on.
    gc.freeze()
    pool = ProcessPoolExecutor(processes, multiprocessing.get_context("fork"), _begin, (work, alive, ours))
    try:
        under_way: deque[Future[Result]] = deque()
        for item in items:
            enough = len(under_way) >= processes * AHEAD
            late = enough and not under_way[0].done()
            under_way.append(_done_here(work, item) if late else pool.submit(_do, item))
            if enough:
                yield under_way.popleft().result()
        while under_way:
            yield under_way.popleft().result()
    except BrokenProcessPool:
        raise WorkerLost("一个判读进程意外结束（多半是内存不足）：请空出内存后重试") from None
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
        gc.unfreeze()
        os.close(alive)
        os.close(ours)


def _give_back_unused() -> None:
    """What loading left behind goes back to the system, where the C library can do that, instead of being shared."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)


def _done_here(work: Callable[[Item], Result], item: Item) -> Future[Result]:
    done: Future[Result] = Future()
    try:
        done.set_result(work(item))
    except Exception as problem:  # noqa: BLE001 - rises where the result is asked for, in its turn
        done.set_exception(problem)
    return done


_work: Callable[[Any], Any] | None = None


def _begin(work: Callable[[Any], Any], alive: int, ours: int) -> None:
    global _work
    _work = work
    # Ctrl-C goes to all processes; the first one ends the others.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.close(ours)
    threading.Thread(target=_end_with_parent, args=(alive,), daemon=True).start()


def _end_with_parent(alive: int) -> None:
    """Nothing is ever written to the pipe: it is read to its end when the last process that could write is gone."""
    with suppress(OSError):
        os.read(alive, 1)
    os._exit(1)


def _do(item: Any) -> Any:
    assert _work is not None
    return _work(item)
