"""Gives each worker process of a machine a name of its own: the first judging one is `judge@host`, the next `judge-2@host`.

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
from records.worker_names import named


@contextmanager
def own_name(kind: str, data_dir: Path) -> Iterator[str]:
    """The first name of this kind that no other process has, for the length of the block."""
    host = socket.gethostname()
    with ExitStack() as stack:
        for number in count(1):
            name = named(kind, host, number)
            with suppress(AlreadyRunning):
                # The host stands in it: several may have this folder.
                stack.enter_context(held(data_dir / "workers" / f"{name}.lock"))
                break
        yield name


def log_name(worker: str) -> str:
    """Under which name a worker keeps its log, on its own machine: `judge`, `judge-2`."""
    return worker.partition("@")[0]
