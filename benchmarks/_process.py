"""Runs a module of ours in a process that ends with the block."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Timer

_ROOT = Path(__file__).parent.parent


@contextmanager
def process(module: str, *arguments: str) -> Iterator[str]:
    """The first line that the module writes; its standard input is closed when the block ends."""
    running = subprocess.Popen(
        [sys.executable, "-m", module, *arguments], cwd=_ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    with running:
        assert running.stdin is not None
        assert running.stdout is not None
        late = Timer(60, running.kill)
        late.start()
        first = running.stdout.readline().decode().strip()
        late.cancel()
        try:
            if not first:
                raise RuntimeError(f"{module} said nothing within a minute")
            yield first
        finally:
            running.stdin.close()
            running.wait(60)
