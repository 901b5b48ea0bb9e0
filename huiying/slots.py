"""Gives each worker process of a machine a name of its own: the first judging one is `judge@host`, the next `judge-2@host`.

Who has a name works on the store, so that a move can wait until nobody has.

By a lock that goes with its process, not by a lease in the store: who is started again after a crash has the old name at
once, and leaves nobody behind who seems to have stopped.
"""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from itertools import count
from pathlib import Path

from huiying.locking import AlreadyRunning, held
from records.worker_names import kind_of, named, place_of, worker_name

_IN_USE = "in-use"


class BeingMoved(RuntimeError):
    """What is in the data directory is being carried elsewhere. The message is Chinese."""


class InUse(RuntimeError):
    """Processes work on what is in the data directory. The message is Chinese and names them."""


@contextmanager
def own_name(kind: str, data_dir: Path) -> Iterator[str]:
    """The first name of this kind that no other process has, for the length of the block. Raises BeingMoved."""
    host = socket.gethostname()
    with ExitStack() as stack:
        try:
            stack.enter_context(held(data_dir / "workers" / _IN_USE, shared=True))
        except AlreadyRunning:
            raise BeingMoved(f"{data_dir} 里的数据正在搬往别处（huiying move）：搬完以后请用新设置启动") from None
        for number in count(1):
            name = named(kind, host, number)
            with suppress(AlreadyRunning):
                # The host stands in it: several may have this folder.
                stack.enter_context(held(data_dir / "workers" / f"{name}.lock"))
                break
        yield name


@contextmanager
def nobody_at_work(data_dir: Path) -> Iterator[None]:
    """For the length of the block no process has a name, nor gets one: none works on what is there. Raises InUse."""
    with ExitStack() as stack:
        try:
            stack.enter_context(held(data_dir / "workers" / _IN_USE))
        except AlreadyRunning:
            raise InUse(f"还有进程在用 {data_dir} 里的数据（{'、'.join(_at_work(data_dir))}）：请先停下它们") from None
        yield


def _at_work(data_dir: Path) -> list[str]:
    """The processes that have a name now, as people read them."""
    found = []
    for file in sorted((data_dir / "workers").glob("*.lock")):
        try:
            with held(file):
                pass
        except AlreadyRunning:
            found.append(f"{worker_name(kind_of(file.stem))}，在 {place_of(file.stem)}")
    return found


def log_name(worker: str) -> str:
    """Under which name a worker keeps its log, on its own machine: `judge`, `judge-2`."""
    return worker.partition("@")[0]
