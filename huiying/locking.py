"""Lets only one desk run on a data directory; the locks go when their process goes, however it ends."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from huiying.clock import pause, steady_seconds

LOOK_SECONDS = 0.1


class AlreadyRunning(RuntimeError):
    """Another process holds the lock. The message is Chinese."""


@contextmanager
def held(file: Path, patience: float = 0.0, shared: bool = False) -> Iterator[int]:
    """Hold the lock `file` for the length of the block, waiting up to `patience` seconds. Raises AlreadyRunning.

    Yields the descriptor: a child process that inherits it holds the lock as well, until the last holder ends. `shared`
    tolerates other shared holders.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        _take(descriptor, fcntl.LOCK_SH if shared else fcntl.LOCK_EX, patience, file)
        yield descriptor
    finally:
        os.close(descriptor)


def _take(descriptor: int, kind: int, patience: float, file: Path) -> None:
    end = steady_seconds() + patience
    while True:
        try:
            fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            if steady_seconds() >= end:
                raise AlreadyRunning(f"数据目录 {file.parent} 正被另一个回应台使用：请先停下那一个") from None
            pause(LOOK_SECONDS)
        else:
            return
