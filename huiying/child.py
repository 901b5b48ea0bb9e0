"""Runs one module as a child process that cannot outlive its parent, even one killed with kill -9.

`python -m huiying.child MODULE ARG…` watches the pipe whose number is in HUIYING_PARENT_PIPE. The parent alone holds
the other end, so its end is the end of the pipe; the child then ends itself and every process it has started.
"""

from __future__ import annotations

import os
import runpy
import signal
import sys
import threading

PIPE_VARIABLE = "HUIYING_PARENT_PIPE"
GRACE_SECONDS = 3.0


def watch_parent(descriptor: int) -> None:
    """Start watching: when the parent is gone, stop this process group, at once if it will not stop by itself."""
    threading.Thread(target=_wait_for_the_end, args=(descriptor,), daemon=True, name="parent-watch").start()


def _wait_for_the_end(descriptor: int) -> None:
    while os.read(descriptor, 1):
        pass
    os.killpg(0, signal.SIGTERM)
    threading.Event().wait(GRACE_SECONDS)
    os.killpg(0, signal.SIGKILL)


def main() -> None:
    """Watch the parent, then become the module."""
    watch_parent(int(os.environ.pop(PIPE_VARIABLE)))
    sys.argv = sys.argv[1:]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
