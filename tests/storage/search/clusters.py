"""An index in a real cluster for tests: a prefix of its own, everything findable at once, gone at the end."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime

import pytest
from elasticsearch import Elasticsearch

from storage.search.cluster_layout import Layout
from storage.search.elasticsearch import ElasticsearchIndex

CLUSTER = os.environ.get("HUIYING_TEST_ELASTICSEARCH")
NEEDS_CLUSTER = [
    pytest.mark.elasticsearch,
    pytest.mark.skipif(not CLUSTER, reason="Elasticsearch: HUIYING_TEST_ELASTICSEARCH names no node"),
]
ENGINES = ["embedded", pytest.param("elasticsearch", marks=NEEDS_CLUSTER)]


class Settled(ElasticsearchIndex):
    """Waits for no refresh: what was taken in is found at once, as in the embedded index."""

    def find(
        self, query: str, since: datetime | None = None, until: datetime | None = None, limit: int = 50
    ) -> list[str]:
        self.refresh()
        return super().find(query, since, until, limit)

    def days(self, query: str, since: datetime | None = None, until: datetime | None = None) -> dict[date, int]:
        self.refresh()
        return super().days(query, since, until)

    def some_ids(self, number: int) -> list[str]:
        self.refresh()
        return super().some_ids(number)


def client() -> Elasticsearch:
    """A client of the tests' node."""
    assert CLUSTER
    return Elasticsearch(CLUSTER, request_timeout=20, max_retries=0)


@contextmanager
def layout(days: int = 30) -> Iterator[Layout]:
    """A layout under a prefix of its own; its indices are gone at the end."""
    made = Layout(f"test-{secrets.token_hex(6)}", days)
    yield made
    with client() as cleaning:
        ElasticsearchIndex(cleaning, made).clear()


@contextmanager
def settled(made: Layout, pause: Callable[[float], object] | None = None) -> Iterator[Settled]:
    """An index laid out like this. Nothing in these tests waits for the cluster unless it says so."""
    with client() as asking:
        yield Settled(asking, made, pause or _never)


def _never(seconds: float) -> None:
    raise AssertionError(f"the cluster turned something away; it would be tried again in {seconds} s")
