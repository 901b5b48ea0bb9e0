"""Rules for every test: with HUIYING_NO_SKIPS set, a test that was skipped has failed.

The long ones go first, so that several workers end together, and what failed is named at once: a run that is cut short by a
time limit has said by then what was wrong. A test that hangs fails by itself, where it waits, before the limit at which its
whole process is ended.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic

import pytest
from hypothesis import settings

from huiying.linear_algebra import the_same_everywhere

# As in the installed command; it counts only if it is said before numpy is loaded.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
the_same_everywhere(os.environ)
# Where nothing may be skipped, a run must also say the same twice; anywhere else new examples are tried each time.
# How long an example takes is not what these tests are about.
settings.register_profile("here", deadline=None, derandomize=bool(os.environ.get("HUIYING_NO_SKIPS")))
settings.load_profile("here")


_LONG = ("slow", "browser")
_LONGEST_SECONDS = 240.0
"""What a test may take altogether that has no limit of its own; the one in pyproject.toml comes later."""
_OF_OWN = 0.9
"""So much of the limit that a test names itself."""
_TO_END_SECONDS = 30.0
"""What it may take beyond that to take down what it has set up."""
_ENDS = pytest.StashKey[float]()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put every file with a long test before all others; within and among them the order stays."""
    long = {item.path for item in items if any(item.get_closest_marker(mark) for mark in _LONG)}
    items.sort(key=lambda item: item.path not in long)


class _AtOnce:
    """Names each test that failed when it fails, which pytest itself does at the end of the whole run."""

    def __init__(self, terminal: pytest.TerminalReporter) -> None:
        self._terminal = terminal

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            reason = str(getattr(report.longrepr, "reprcrash", None) or report.longrepr).strip().splitlines() or [""]
            self._terminal.write(f"\nFAILED {report.nodeid} ({report.when}, {report.duration:.0f} s): {reason[0]}\n")


@pytest.hookimpl(trylast=True)  # once there is one that prints
def pytest_configure(config: pytest.Config) -> None:
    """Have failures named at once, in the process that prints."""
    terminal = config.pluginmanager.get_plugin("terminalreporter")
    if terminal is not None and not hasattr(config, "workerinput"):
        config.pluginmanager.register(_AtOnce(terminal))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Iterator[None]:
    """Turn a skip into a failure where every service is supposed to be there."""
    report = yield
    if os.environ.get("HUIYING_NO_SKIPS") and report.skipped:
        report.outcome = "failed"
        report.longrepr = f"skipped, but here nothing may be: {report.longrepr}"
    return report


@contextmanager
def no_longer_than(seconds: float) -> Iterator[None]:
    """Fail in the middle of the block, wherever it waits, once it has taken so long."""

    def over(*_: object) -> None:
        pytest.fail(f"not done after {seconds:.0f} s: it hangs, and where, the lines above say")

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGALRM, over)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item: pytest.Item) -> Iterator[None]:
    """Begin to count."""
    own = item.get_closest_marker("timeout")
    longest = _LONGEST_SECONDS if own is None else own.args[0] * _OF_OWN
    item.stash[_ENDS] = monotonic() + longest
    with no_longer_than(longest):
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Iterator[None]:
    """Give the test what is left."""
    with no_longer_than(max(1.0, item.stash[_ENDS] - monotonic())):
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item) -> Iterator[None]:
    """Give the end what is left, and a little more."""
    with no_longer_than(max(0.0, item.stash[_ENDS] - monotonic()) + _TO_END_SECONDS):
        return (yield)
