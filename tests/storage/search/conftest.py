"""A text index on each engine: the embedded one always, Elasticsearch where HUIYING_TEST_ELASTICSEARCH names a node."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing
from pathlib import Path

import pytest

from storage.search.embedded import EmbeddedIndex
from storage.search.text_index import TextIndex
from tests.storage.search.clusters import ENGINES, layout, settled

Opened = Callable[[], AbstractContextManager[TextIndex]]


@pytest.fixture(params=ENGINES)
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Opened]:
    """What opens the same index again and again, empty at first."""
    if request.param == "embedded":
        yield lambda: closing(EmbeddedIndex(tmp_path / "search.db"))
        return
    with layout() as made:
        yield lambda: settled(made)


@pytest.fixture
def index(opened: Opened) -> Iterator[TextIndex]:
    """An empty index."""
    with opened() as one:
        yield one
