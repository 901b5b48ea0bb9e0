"""Reads a duty roster from a spreadsheet, row by row: a bad row is reported and the rest goes on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from records.duty import Shift
from records.naming import office_name
from records.reading import BadRecord, moment, required_text
from records.shipped_files import content_of
from records.spreadsheets import BadRow, Table, headings_of, is_empty, keyed, plain_text, written_moment

KEYS = ("recipient", "name", "begins_at", "ends_at")
_MOMENTS = ("begins_at", "ends_at")
_FILE = Path(__file__).with_name("roster_columns.yaml")
_ADVICE = "请用 huiying duty template 或“值班表”页的模板"


@dataclass(frozen=True, slots=True)
class GoodShift:
    """A row that can be looked at further."""

    number: int
    shift: Shift


ReadShift = GoodShift | BadRow


def template() -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """The headings of an empty roster, and two rows that show how it is filled in."""
    shown: list[tuple[str, ...]] = [
        (office_name(), "张三", "2026-05-01 08:00", "2026-05-01 20:00"),
        (office_name(), "李四", "2026-05-01 20:00", "2026-05-02 08:00"),
    ]
    return headings_of(_shipped()["columns"], KEYS), shown


def read_roster(rows: Table, office_name: str) -> Iterator[ReadShift]:
    """The shifts of a table whose first row holds the headings; empty rows are passed over. Raises Unreadable.

    `office_name` is what the settings call the office.
    """
    named, found = keyed(rows, _shipped()["columns"], KEYS, _ADVICE)
    words = {**_shipped()["words"], office_name: "office"}
    for number, values in found:
        yield _checked(number, {key: _cell(key, value, words) for key, value in values.items()}, named)


def _checked(number: int, row: Mapping[str, Any], named: Mapping[str, str]) -> ReadShift:
    try:
        begin, end = (moment(row[key], key) for key in _MOMENTS)
        shift = Shift(required_text(row, "recipient"), required_text(row, "name"), begin, end)
    except BadRecord as fault:
        return _bad(number, str(fault), named)
    return GoodShift(number, shift)


def _bad(number: int, reason: str, named: Mapping[str, str]) -> BadRow:
    key = next(key for key in KEYS if f"“{key}”" in reason)
    said = "不是可读的时间：请写成 2026-05-01 08:00" if key in _MOMENTS else "没有填写"
    return BadRow(number, named[key], f"“{named[key]}”{said}")


def _cell(key: str, value: object, words: Mapping[str, str]) -> object:
    if is_empty(value):
        return None
    if key in _MOMENTS:
        return written_moment(value)
    text = plain_text(value)
    return words.get(text, text) if key == "recipient" else text


@cache
def _shipped() -> dict[str, Any]:
    content: dict[str, Any] = content_of(_FILE)
    return content
