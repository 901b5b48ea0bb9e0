"""A web site to crawl."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.crawlers.site import Site, serving


@pytest.fixture
def site() -> Iterator[Site]:
    """An empty web site on the loopback."""
    with serving() as opened:
        yield opened
