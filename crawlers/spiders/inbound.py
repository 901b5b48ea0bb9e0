"""What an outside program pushes to the desk: posts in the format of posts.jsonl, as JSON Lines or as one JSON array."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from crawlers.dates import CLAMPED
from crawlers.reading import Options, Via, post_id
from crawlers.sources import Source
from records.posts import RawPost, raw_post_from
from records.reading import BadRecord


class InboundOptions(Options):
    """Nothing to set: what is pushed says all by itself."""


VIA = Via.PUSH
OPTIONS = InboundOptions

_BLANK = " \t\r\n"
_BLANKS = re.compile(r"[ \t\r\n]*")


class BadBody(ValueError):
    """A body of which nothing can be read. The message is Chinese and holds none of it; `line` says from where on."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a body: its line (in an array, its place), both from 1, and its post or why it gives none."""

    line: int
    post: RawPost | None
    reason: str = ""


def entries(body: bytes, source: Source, now: datetime) -> Iterator[Entry]:
    """The posts that a body holds, as far as they are asked for. Raises BadBody."""
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadBody(body.count(b"\n", 0, error.start) + 1, "不是 UTF-8 文字") from None
    rows = _array(text) if text.lstrip(_BLANK).startswith("[") else _lines(text)
    for line, row in rows:
        try:
            yield Entry(line, _post(row, source, now))
        except BadRecord as refusal:
            yield Entry(line, None, str(refusal))


def _lines(text: str) -> Iterator[tuple[int, Any]]:
    # Not splitlines(): JSON allows U+2028 and its like inside a text.
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip(_BLANK):
            continue
        try:
            yield number, json.loads(line)
        except (ValueError, RecursionError):
            yield number, BadRecord("不是完整的 JSON")


def _array(text: str) -> Iterator[tuple[int, Any]]:
    """One element at a time, so that a body of a million of them costs no more than those that are asked for."""
    decoder = json.JSONDecoder()
    at, number = _past_blanks(text, text.index("[") + 1), 0
    more = not text.startswith("]", at)
    while more:
        number += 1
        try:
            row, at = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            raise BadBody(number, "数组从这一条起不是完整的 JSON") from None
        yield number, row
        at = _past_blanks(text, at)
        more = text.startswith(",", at)
        at = _past_blanks(text, at + 1) if more else at
    if not text.startswith("]", at) or _past_blanks(text, at + 1) < len(text):
        raise BadBody(max(number, 1), "数组在这一条之后不是完整的 JSON")


def _past_blanks(text: str, at: int) -> int:
    found = _BLANKS.match(text, at)
    return found.end() if found else at


def _post(row: Any, source: Source, now: datetime) -> RawPost:
    """The post of a row: of this source whatever it says, and seen now. Raises BadRecord.

    Its ids are those of this source alone: no sender can write over a post that came another way.
    """
    if isinstance(row, BadRecord):
        raise row
    if not isinstance(row, dict):
        raise BadRecord("应为一个 JSON 对象")
    channel = source.channel.value if row.get("channel") is None else row["channel"]
    raw = raw_post_from({**row, "channel": channel, "source": source.id})
    return replace(
        raw,
        id=None if raw.id is None else post_id(source.id, raw.id),
        in_reply_to=None if raw.in_reply_to is None else post_id(source.id, raw.in_reply_to),
        seen_at=now,
        flags=(CLAMPED,) if raw.published_at > now else (),
    )
