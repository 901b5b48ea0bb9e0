"""Turns the bytes of a JSON Lines file or of a JSON array into rows of named values, one object at a time."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from itertools import chain
from typing import IO, Any

from crawlers.outcomes import Outcome
from crawlers.reading import Unreadable
from crawlers.tabular import Flaw, Row, Table, opened_text, text_lines

LONGEST_OBJECT = 4_000_000
"""Characters of one object."""

_BLOCK = 64 * 1024
_SPACE = " \t\r\n"
_NO_JSON = "不是完整的 JSON"
_NO_OBJECT = "应为一个 JSON 对象"


def json_table(file: IO[bytes], encoding: str | None) -> Table:
    """The objects of the file, whether they stand one a line or in an array."""
    if _begins_with(file, encoding, "["):
        return Table(_elements(_characters(file, encoding)), unit="条", objects=True)
    return Table(_lines(text_lines(file, encoding, LONGEST_OBJECT)), objects=True)


def at(value: Any, path: str) -> Any:
    """What stands under a path of keys joined by dots, None where it leads nowhere; a number is a place in a list."""
    if isinstance(value, dict) and path in value:
        return value[path]
    for part in path.split("."):
        if isinstance(value, dict):
            value = value.get(part)
        elif isinstance(value, list) and part.isdecimal() and int(part) < len(value):
            value = value[int(part)]
        else:
            return None
    return value


def _begins_with(file: IO[bytes], encoding: str | None, sign: str) -> bool:
    text = opened_text(file, encoding)
    try:
        return text.read(_BLOCK).lstrip(_SPACE + "\0")[:1] == sign
    finally:
        text.detach()


def _characters(file: IO[bytes], encoding: str | None) -> Iterator[str]:
    text = opened_text(file, encoding)
    try:
        while block := text.read(_BLOCK):
            yield block.replace("\0", "")
    finally:
        text.detach()


def _lines(lines: Iterator[str]) -> Iterator[Row | Flaw]:
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                yield _row(number, json.loads(line))
            except (ValueError, RecursionError):
                yield Flaw(number, _NO_JSON)


def _row(number: int, value: object) -> Row | Flaw:
    return Row(number, value) if isinstance(value, Mapping) else Flaw(number, _NO_OBJECT)


def _elements(blocks: Iterator[str]) -> Iterator[Row | Flaw]:
    """The elements of an array. Raises Unreadable where it breaks off: what stands behind cannot be told apart."""
    decode = json.JSONDecoder().raw_decode
    waiting, number = next(blocks).lstrip(_SPACE)[1:], 0
    for block in chain(blocks, [""]):
        waiting += block
        while True:
            waiting = waiting.lstrip(_SPACE + ("," if number else ""))
            if not waiting or waiting[0] == "]":
                break
            try:
                value, end = decode(waiting)
            except (ValueError, RecursionError):
                break
            # A number may go on in the next block.
            if end == len(waiting) and block:
                break
            number += 1
            yield _row(number, value)
            waiting = waiting[end:]
        if waiting[:1] == "]":
            return
        if len(waiting) > LONGEST_OBJECT:
            break
    raise Unreadable(Outcome.BAD_CONTENT, f"第 {number + 1} 条起不是完整的 JSON")
