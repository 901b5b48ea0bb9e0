"""Keeps linear algebra to one core in each process: work is shared out over processes, not within them."""

from __future__ import annotations

from collections.abc import MutableMapping

_LIBRARIES = ("OPENBLAS", "OMP", "MKL")


def on_one_core(environment: MutableMapping[str, str]) -> None:
    """Say so to processes with this environment, unless it says otherwise; before they load numpy.

    With a thread for every core, those that wait for work spin, and take the cores from the other processes.
    """
    for library in _LIBRARIES:
        environment.setdefault(f"{library}_NUM_THREADS", "1")
