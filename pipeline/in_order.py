"""Does one piece of work for each item in several processes: results come in the order of the items."""

from __future__ import annotations

import ctypes
import gc
import mmap
import multiprocessing
import os
import pickle
import signal
import sys
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from dataclasses import dataclass
from itertools import accumulate
from typing import Any, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

MOST_WORKERS = 4
AHEAD = 3
"""Items under way for each process, so that memory stays bounded and nobody waits."""

COLLECTIONS = (100_000, 50, 50)
"""Thresholds of the collector. What is made here hardly ever refers to itself: looked for as usual, it costs one part in thirty."""

_SHELF_BYTES = 32 * 1024 * 1024
"""Room for one result; what is not used of it takes no memory."""

_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3
"""Numbers of options of mallopt(3)."""
_ON_HEAP_BYTES, _UNUSED_BYTES = 32 * 1024 * 1024, 4 * 1024 * 1024


class WorkerLost(RuntimeError):
    """A process ended before its work was done. The message is one Chinese line."""


def workers() -> int:
    """How many processes pay beside this one: together one for each core that it may use."""
    cores = len(os.sched_getaffinity(0)) if sys.platform == "linux" else 1
    return min(cores - 1, MOST_WORKERS)


def in_order(work: Callable[[Item], Result], items: Iterable[Item], processes: int) -> Generator[Result, None, None]:
    """`work(item)` for each item, in order, done by that many processes, and by this one where it would wait for them.

    They are forked, so that what `work` holds (a model, dictionaries) is neither loaded nor kept twice: `work` may be
    anything, items and results are pickled. Results come through memory that all of them share. An error of `work`
    rises here; the processes end with this one, however that ends. Raises WorkerLost.
    """
    if processes < 1:
        yield from map(work, items)
        return
    _keep_little_unused()
    alive, ours = os.pipe()
    # What is here now is shared with the processes as long as nobody writes to it, and counting references is enough
    # to write: the collector leaves it alone from now on.
    gc.freeze()
    before = gc.get_threshold()
    gc.set_threshold(*COLLECTIONS)
    shelves = [mmap.mmap(-1, _SHELF_BYTES) for _ in range(processes * AHEAD + 1)]
    pool = ProcessPoolExecutor(processes, multiprocessing.get_context("fork"), _begin, (work, shelves, alive, ours))
    try:
        under_way: deque[Future[Any]] = deque()
        for number, item in enumerate(items):
            enough = len(under_way) >= processes * AHEAD
            late = enough and not under_way[0].done()
            # Whatever lay on this shelf before was taken from it: fewer items than shelves are under way.
            shelf = number % len(shelves)
            under_way.append(_done_here(work, item) if late else pool.submit(_do, item, shelf))
            if enough:
                yield _taken(shelves, under_way.popleft())
        while under_way:
            yield _taken(shelves, under_way.popleft())
    except BrokenProcessPool:
        raise WorkerLost("一个判读进程意外结束（多半是内存不足）：请空出内存后重试") from None
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
        gc.set_threshold(*before)
        gc.unfreeze()
        for each in shelves:
            each.close()
        os.close(alive)
        os.close(ours)


def _keep_little_unused() -> None:
    """What loading left behind goes back to the system, where the C library can do that, instead of being shared.

    So does what is given up at the end of the heap from now on, here and in the processes. Blocks that come and go with
    each item stay on the heap: asking the system for them anew costs more than all that is done with them.
    """
    with suppress(OSError, AttributeError):
        library = ctypes.CDLL(None)
        library.mallopt(_MMAP_THRESHOLD, _ON_HEAP_BYTES)
        library.mallopt(_TRIM_THRESHOLD, _UNUSED_BYTES)
        library.malloc_trim(0)


def _done_here(work: Callable[[Item], Result], item: Item) -> Future[Result]:
    done: Future[Result] = Future()
    try:
        done.set_result(work(item))
    except Exception as problem:  # noqa: BLE001 - rises where the result is asked for, in its turn
        done.set_exception(problem)
    return done


@dataclass(frozen=True, slots=True)
class _Laid:
    """Where a result lies: the shelf, its pickled bytes, then those of its arrays, one behind the other."""

    shelf: int
    sizes: list[int]


def _lay(result: Any, shelf: int) -> Any:
    """The result on its shelf, or the result itself where it does not fit."""
    arrays: list[pickle.PickleBuffer] = []
    pickled = pickle.dumps(result, protocol=5, buffer_callback=arrays.append)
    parts = [memoryview(pickled), *(array.raw() for array in arrays)]
    sizes = [part.nbytes for part in parts]
    if sum(sizes) > _SHELF_BYTES:
        return result
    at = 0
    for part, size in zip(parts, sizes, strict=True):
        _shelves[shelf][at : at + size] = part
        at += size
    return _Laid(shelf, sizes)


def _taken(shelves: Sequence[mmap.mmap], done: Future[Any]) -> Any:
    """The result, copied from its shelf."""
    laid = done.result()
    if not isinstance(laid, _Laid):
        return laid
    ends = list(accumulate(laid.sizes))
    pickled, *arrays = (
        bytearray(memoryview(shelves[laid.shelf])[end - size : end]) for end, size in zip(ends, laid.sizes, strict=True)
    )
    return pickle.loads(pickled, buffers=arrays)


_work: Callable[[Any], Any] | None = None
_shelves: Sequence[mmap.mmap] = ()


def _begin(work: Callable[[Any], Any], shelves: Sequence[mmap.mmap], alive: int, ours: int) -> None:
    global _work, _shelves
    _work, _shelves = work, shelves
    # Ctrl-C goes to all processes; the first one ends the others.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.close(ours)
    threading.Thread(target=_end_with_parent, args=(alive,), daemon=True).start()


def _end_with_parent(alive: int) -> None:
    """Nothing is ever written to the pipe: it is read to its end when the last process that could write is gone."""
    with suppress(OSError):
        os.read(alive, 1)
    os._exit(1)


def _do(item: Any, shelf: int) -> Any:
    assert _work is not None
    return _lay(_work(item), shelf)
