"""Sends many small writes to Elasticsearch, as fast as it takes them: what it has no room for goes again after a pause."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from elasticsearch import ApiError, Elasticsearch

from storage.search.text_index import SearchDown

CHUNK_BYTES = 5_000_000
PAUSES = (0.2, 0.5, 1.0, 2.0, 4.0, 8.0)
"""Seconds before what was turned away goes again, time after time; after the last one the engine counts as down."""

_LATER = frozenset({429, 502, 503, 504})
_TOO_LARGE = 413
_GONE = 404
Pause = Callable[[float], object]


@dataclass(frozen=True, slots=True)
class Write:
    """One write: of the document `body` into an index, or of nothing there where it is None."""

    index: str
    key: str
    body: bytes | None = None

    @property
    def lines(self) -> bytes:
        """The write as a bulk request has it."""
        # Never into an index that is not there: the engine would make one and guess what its fields are.
        named = {"_index": self.index, "_id": self.key, "require_alias": True}
        if self.body is None:
            named.pop("require_alias")
            return _line({"delete": named})
        return _line({"index": named}) + b"\n" + self.body


@dataclass(frozen=True, slots=True)
class Refusal:
    """A write that the engine will not do, and why; `gone` where its index is not there."""

    write: Write
    reason: str
    gone: bool = False


def send(client: Elasticsearch, writes: Iterable[Write], pause: Pause, at_once: bool = False) -> list[Refusal]:
    """Do these writes in order; those that the engine will not do. `at_once` makes them seen before this returns.

    Raises SearchDown where it does not answer or has no room even after pauses: any of them may be done by then, and all
    can come again.
    """
    refused: list[Refusal] = []
    for chunk in _chunks(writes):
        refused += _sent(client, chunk, pause, at_once)
    return refused


def _chunks(writes: Iterable[Write]) -> Iterator[list[Write]]:
    chunk: list[Write] = []
    size = 0
    for write in writes:
        more = len(write.lines) + 1
        if chunk and size + more > CHUNK_BYTES:
            yield chunk
            chunk, size = [], 0
        chunk.append(write)
        size += more
    if chunk:
        yield chunk


def _sent(client: Elasticsearch, writes: Sequence[Write], pause: Pause, at_once: bool) -> list[Refusal]:
    left, reason = writes, ""
    refused: list[Refusal] = []
    for seconds in (0.0, *PAUSES):
        if seconds:
            pause(seconds)
        left, reason, more = _tried(client, left, pause, at_once)
        refused += more
        if not left:
            return refused
    raise SearchDown(f"搜索引擎一直忙不过来或磁盘已满，有 {len(left)} 条没有写进去（{reason}）")


def _tried(
    client: Elasticsearch, writes: Sequence[Write], pause: Pause, at_once: bool
) -> tuple[Sequence[Write], str, list[Refusal]]:
    """Which of the writes should go again and why, and which are refused."""
    try:
        results = _asked(client, writes, at_once)
    except ApiError as error:
        if error.status_code == _TOO_LARGE:
            return (), "", _in_halves(client, writes, pause, at_once)
        if error.status_code not in _LATER:
            raise
        return writes, f"{error.status_code} {error.error}", []
    outcomes = [(write, *_outcome(result)) for write, result in zip(writes, results, strict=True)]
    left = [(write, reason) for write, status, reason in outcomes if status in _LATER]
    refused = [
        Refusal(write, reason, gone=status == _GONE)
        for write, status, reason in outcomes
        if status >= 300 and status not in _LATER and not (status == _GONE and write.body is None)
    ]
    return [write for write, _ in left], left[-1][1] if left else "", refused


def _in_halves(client: Elasticsearch, writes: Sequence[Write], pause: Pause, at_once: bool) -> list[Refusal]:
    if len(writes) == 1:
        return [Refusal(writes[0], "比引擎的 http.max_content_length 还大")]
    half = len(writes) // 2
    return [
        *_sent(client, writes[:half], pause, at_once),
        *_sent(client, writes[half:], pause, at_once),
    ]


def _asked(client: Elasticsearch, writes: Sequence[Write], at_once: bool) -> Sequence[Any]:
    lines: Any = [write.lines for write in writes]
    answer = client.bulk(
        operations=lines,
        refresh=at_once,
        filter_path=["items.*.status", "items.*.error.type", "items.*.error.reason"],
    )
    items: Sequence[Any] = answer["items"]
    return items


def _outcome(item: dict[str, Any]) -> tuple[int, str]:
    (result,) = item.values()
    error = result.get("error")
    return result["status"], "" if error is None else f"{error['type']}: {error.get('reason', '')}"[:300]


def _line(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
