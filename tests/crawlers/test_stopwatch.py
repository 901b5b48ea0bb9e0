"""A page that keeps the crawl process busy for too long is the end of that process, and of nobody else."""

from __future__ import annotations

import subprocess
import sys

import pytest

from crawlers.stopwatch import TIRED

pytestmark = pytest.mark.skipif(TIRED is None, reason="this system has no such signal")
_WORK = """
from crawlers.stopwatch import no_longer_than
with no_longer_than({seconds}):
    sum(range({numbers}))
sum(range(30_000_000))
print("alive")
"""


def worked(seconds: float, numbers: int) -> subprocess.CompletedProcess[str]:
    program = _WORK.format(seconds=seconds, numbers=numbers)
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=120)


def test_a_block_that_takes_too_long_ends_the_process() -> None:
    assert TIRED is not None
    done = worked(0.1, 10**12)
    assert (done.returncode, done.stdout) == (-TIRED, "")


def test_what_comes_after_a_block_is_not_counted() -> None:
    done = worked(0.1, 10)
    assert (done.returncode, done.stdout) == (0, "alive\n")
