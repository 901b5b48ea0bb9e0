"""How long a site asks to be left alone."""

from __future__ import annotations

import pytest

from crawlers.politeness import pause_asked_for
from tests.crawlers.crawling import NOON


@pytest.mark.parametrize(
    ("status", "retry_after", "seconds"),
    [
        (429, "3600", 3600),
        (429, " 30 ", 30),
        (503, "120", 120),
        (429, "Tue, 03 Nov 2026 04:10:00 GMT", 600),
        (429, "Tue, 03 Nov 2026 03:00:00 GMT", 0),
        (429, "9999999", 86_400),
        (429, None, 300),
        (429, "soon", 300),
        (503, None, None),
        (500, "60", None),
        (200, "60", None),
    ],
)
def test_a_site_is_left_alone_for_as_long_as_it_asks_and_a_day_at_most(
    status: int, retry_after: str | None, seconds: float | None
) -> None:
    assert pause_asked_for(status, retry_after, NOON) == seconds
