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
    """How a desk lays its posts out in the cluster: under which names, how many days and shards an index, how many copies
    beside the first of each shard (None: one as soon as there is a second node), and how often what is new is made findable."""

    prefix: str
    days: int = 30
    shards: int = 1
    replicas: int | None = None
    refresh_seconds: float = 2.0

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
    settings = {"number_of_shards": layout.shards, **order, **_changeable(layout)}
    _make(client, name, _POSTS, settings, layout.posts)


def make_marks(client: Elasticsearch, layout: Layout) -> None:
    """Make the index of what is kept beside the posts, unless it is there."""
    _make(client, layout.marks, _MARKS, {"number_of_shards": 1, **_changeable(layout)})


def adjust(client: Elasticsearch, layout: Layout) -> None:
    """Give the indices that are there as many copies, and make them findable as often, as the layout says."""
    names = [name for name in (layout.posts, layout.marks) if client.indices.exists(index=name)]
    if not names:
        return
    wanted = {f"index.{name}": str(value) for name, value in _changeable(layout).items()}
    found = client.indices.get_settings(index=names, flat_settings=True)
    differing = [name for name, each in found.items() if not wanted.items() <= each["settings"].items()]
    if differing:
        client.indices.put_settings(index=differing, settings={"index": _changeable(layout)})


def _changeable(layout: Layout) -> dict[str, Any]:
    """What can be changed of an index that is there."""
    refresh = {"refresh_interval": f"{layout.refresh_seconds * 1000:.0f}ms"}
    if layout.replicas is None:
        return {"auto_expand_replicas": "0-1", **refresh}
    return {"auto_expand_replicas": "false", "number_of_replicas": layout.replicas, **refresh}


def _make(client: Elasticsearch, name: str, mapping: dict[str, Any], settings: dict[str, Any], *also: str) -> None:
    names: dict[str, dict[str, Any]] = {alias: {} for alias in (writable(name), *also)}
    try:
        client.indices.create(index=name, mappings=mapping, settings={"index": settings}, aliases=names)
    except BadRequestError as error:
        if error.error != "resource_already_exists_exception":
            raise
