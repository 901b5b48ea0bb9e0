"""Rules for every test: with HUIYING_NO_SKIPS set, a test that was skipped has failed."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Iterator[None]:
    """Turn a skip into a failure where every service is supposed to be there."""
    report = yield
    if os.environ.get("HUIYING_NO_SKIPS") and report.skipped:
        report.outcome = "failed"
        report.longrepr = f"skipped, but here nothing may be: {report.longrepr}"
    return report
