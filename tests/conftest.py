"""Rules for every test: with HUIYING_NO_SKIPS set, a test that was skipped has failed."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from hypothesis import settings

# As in the installed command; it counts only if it is said before numpy is loaded.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
# Where nothing may be skipped, a run must also say the same twice; anywhere else new examples are tried each time.
# How long an example takes is not what these tests are about.
settings.register_profile("here", deadline=None, derandomize=bool(os.environ.get("HUIYING_NO_SKIPS")))
settings.load_profile("here")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Iterator[None]:
    """Turn a skip into a failure where every service is supposed to be there."""
    report = yield
    if os.environ.get("HUIYING_NO_SKIPS") and report.skipped:
        report.outcome = "failed"
        report.longrepr = f"skipped, but here nothing may be: {report.longrepr}"
    return report
