"""The crawl benchmark reads every article of the site in each of its ways."""

from __future__ import annotations

import pytest

from benchmarks._large_site import LISTS
from benchmarks.crawl import measured


@pytest.mark.slow
def test_every_article_is_read_stored_and_judged() -> None:
    found = measured(350)
    assert {name: result["articles"] for name, result in found.items()} == dict.fromkeys(
        ("plain", "read", "judged"), 350 - LISTS
    )
    assert all(result["pages_a_second"] > 0 for result in found.values())
