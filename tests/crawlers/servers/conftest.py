"""Real servers, started once for all tests that read them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.servers import wordpress as wordpress_server
from tests.servers.wordpress import WordPress


@pytest.fixture(scope="session")
def started_wordpress() -> Iterator[WordPress]:
    """A running WordPress."""
    missing = wordpress_server.missing()
    if missing:
        pytest.skip(f"WordPress: not installed: {', '.join(missing)}")
    with wordpress_server.running() as started:
        yield started


@pytest.fixture
def wordpress(started_wordpress: WordPress) -> WordPress:
    """A WordPress without content, its permalinks as most sites have them."""
    started_wordpress.clear()
    started_wordpress.permalinks("/%year%/%monthnum%/%postname%/")
    return started_wordpress
