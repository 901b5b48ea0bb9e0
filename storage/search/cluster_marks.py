"""Keeps beside an index in a cluster how far it has come, and which posts were refused, and why."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from elasticsearch import Elasticsearch, NotFoundError

from storage.search.bulk import Pause, Write, send
from storage.search.cluster_layout import Layout, make_marks, writable
from storage.search.cluster_trouble import absent
from storage.search.text_index import SearchDown

MOST_WAITING = 1_000
_WAITING = "waiting-"


class ClusterMarks:
    """Small notes, each by its name, read as they were last written."""

    def __init__(self, client: Elasticsearch, layout: Layout, pause: Pause) -> None:
        self._client = client
        self._layout = layout
        self._pause = pause
        self._waiting: frozenset[str] = frozenset()

    def get(self, name: str) -> dict[str, Any] | None:
        """The note of that name, None where there is none."""
        try:
            found: dict[str, Any] = self._client.get(index=self._layout.marks, id=name)["_source"]
        except NotFoundError as error:
            absent(error)
            return None
        return found

    def put(self, notes: Mapping[str, Mapping[str, Any]]) -> None:
        """Write notes. Raises SearchDown."""
        index = writable(self._layout.marks)
        writes = [Write(index, name, json.dumps(note).encode()) for name, note in notes.items()]
        refused = send(self._client, writes, self._pause)
        if refused and refused[0].gone:
            make_marks(self._client, self._layout)
            refused = send(self._client, writes, self._pause)
        if refused:
            raise SearchDown(f"记不下索引到了哪里：{refused[0].reason}")

    def drop(self, name: str) -> None:
        """Forget the note of that name."""
        self._client.options(ignore_status=404).delete(index=self._layout.marks, id=name)

    def drop_all(self) -> None:
        """Forget every note."""
        self._client.options(ignore_status=404).indices.delete(index=self._layout.marks)
        self._waiting = frozenset()

    def waiting(self) -> dict[str, str]:
        """The refused posts, each with its reason."""
        try:
            self._client.indices.refresh(index=self._layout.marks)
            found = self._client.search(
                index=self._layout.marks, query={"exists": {"field": "post"}}, size=MOST_WAITING, sort=["post"]
            )["hits"]["hits"]
        except NotFoundError as error:
            absent(error)
            found = []
        self._waiting = frozenset(hit["_id"] for hit in found)
        return {hit["_source"]["post"]: hit["_source"]["reason"] for hit in found}

    def let_wait(self, refused: Sequence[tuple[str, str, str]]) -> None:
        """Note the key of each refused post, its id and the reason. Raises SearchDown where there are too many."""
        if len(self.waiting()) + len(refused) > MOST_WAITING:
            raise SearchDown(f"搜索引擎不肯收的帖文超过 {MOST_WAITING} 条（如 {refused[0][1]}）：{refused[0][2]}")
        self.put({_WAITING + key: {"post": post_id, "reason": reason} for key, post_id, reason in refused})

    def no_longer_waiting(self, keys: Iterable[str]) -> list[Write]:
        """What takes away the notes of refused posts with these keys, as far as `waiting` has met them."""
        names = (_WAITING + key for key in keys)
        return [Write(self._layout.marks, name) for name in names if name in self._waiting]
