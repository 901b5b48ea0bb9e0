"""Lays an index out in an Elasticsearch cluster: its names, its fields, and nothing that the cluster guesses by itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from elasticsearch import BadRequestError, Elasticsearch

ORDER = ("seen_at", "tie", "id")
"""By what posts are ordered: the second in which they were seen, and within it."""

_POSTS: dict[str, Any] = {
    "dynamic": "strict",
    # The words stand in the inverted index alone: a post can always be taken in again from the record store.
    "_source": {"enabled": False},
    "properties": {
        "id": {"type": "keyword", "index": False},
        "seen_at": {"type": "date", "format": "strict_date_time_no_millis"},
        "tie": {"type": "integer", "index": False},
        "terms": {"type": "text", "analyzer": "whitespace", "norms": False},
    },
}
_MARKS: dict[str, Any] = {
    "dynamic": "strict",
    "properties": {
        "value": {"type": "long", "index": False},
        "after": {"type": "keyword", "index": False, "doc_values": False},
        "post": {"type": "keyword"},
        "reason": {"type": "keyword", "index": False, "doc_values": False},
    },
}


@dataclass(frozen=True, slots=True)
class Layout:
    """How a desk lays its posts out in the cluster: under which names, how many days and shards an index."""

    prefix: str
    days: int = 30
    shards: int = 1

    @property
    def posts(self) -> str:
        """The name behind which all dated indices stand."""
        return f"{self.prefix}-posts"

    @property
    def marks(self) -> str:
        """The index of what is kept beside the posts: how far they are taken in, and what was refused."""
        return f"{self.prefix}-marks"


def writable(name: str) -> str:
    """The name by which an index is written to: a write to an index that is gone fails by it, and makes none."""
    return f"{name}-write"


def make_posts(client: Elasticsearch, layout: Layout, name: str) -> None:
    """Make a dated index, unless it is there. Its posts lie in the order in which they are asked for."""
    order = {"sort.field": ORDER, "sort.order": ["desc"] * len(ORDER)}
    _make(client, name, _POSTS, {"number_of_shards": layout.shards, **order}, layout.posts)


def make_marks(client: Elasticsearch, layout: Layout) -> None:
    """Make the index of what is kept beside the posts, unless it is there."""
    _make(client, layout.marks, _MARKS, {"number_of_shards": 1})


def _make(client: Elasticsearch, name: str, mapping: dict[str, Any], settings: dict[str, Any], *also: str) -> None:
    common = {"auto_expand_replicas": "0-1", "refresh_interval": "2s"}
    names: dict[str, dict[str, Any]] = {alias: {} for alias in (writable(name), *also)}
    try:
        client.indices.create(index=name, mappings=mapping, settings={"index": common | settings}, aliases=names)
    except BadRequestError as error:
        if error.error != "resource_already_exists_exception":
            raise
