"""Keeps linear algebra to one core in each process, and to the same way of reckoning on every processor."""

from __future__ import annotations

from collections.abc import MutableMapping
from contextlib import suppress
from pathlib import Path

_LIBRARIES = ("OPENBLAS", "OMP", "MKL")
_CORE, _NEEDED = "Haswell", {"avx2", "fma"}
"""What x86 servers have been able to do since 2013, and newer ones too."""
_PROCESSORS = Path("/proc/cpuinfo")


def on_one_core(environment: MutableMapping[str, str]) -> None:
    """Say so to processes with this environment, unless it says otherwise; before they load numpy.

    With a thread for every core, those that wait for work spin, and take the cores from the other processes.
    """
    for library in _LIBRARIES:
        environment.setdefault(f"{library}_NUM_THREADS", "1")


def the_same_everywhere(environment: MutableMapping[str, str], processors: Path = _PROCESSORS) -> None:
    """Have OpenBLAS reckon alike on all processors that can, unless the environment says otherwise; before numpy is loaded.

    It has other routines for newer processors, which add up in another order. The last digits that differ so are enough for
    a post near a threshold to be read otherwise in the middle of training, and all that is learned after it moves.
    `processors` is where Linux tells what they can do; where nobody tells, the library chooses.
    """
    with suppress(OSError):
        flags = [line for line in processors.read_text().splitlines() if line.startswith("flags")]
        if flags and all(set(line.split()) >= _NEEDED for line in flags):
            environment.setdefault("OPENBLAS_CORETYPE", _CORE)
