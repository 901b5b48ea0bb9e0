"""Reads suggestions from a spreadsheet, row by row: a bad row is reported and the rest goes on; no column about persons is read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from records.reading import BadRecord, moment, optional_text, required_text
from records.shipped_files import content_of
from records.spreadsheets import BadRow, Table, headings_of, is_empty, keyed, plain_text, written_moment
from regulation.suggestions import OTHER_WAY, SuggestionRules

KEYS = ("text", "way", "received_at", "record", "unit")
_NEEDED = ("text", "received_at")
_FILE = Path(__file__).with_name("columns.yaml")
_ADVICE = "请用“意见建议”页的模板"


@dataclass(frozen=True, slots=True)
class GoodRow:
    """A row that can be looked at further. Its text is not masked yet."""

    number: int
    text: str
    way: str
    received_at: datetime
    record: str | None
    unit: str | None


ReadRow = GoodRow | BadRow


def template() -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """The headings of an empty file, and two rows that show how it is filled in."""
    shown: list[tuple[str, ...]] = [
        ("建议把补贴发放名单按村公开", "意见箱", "2026-05-06 09:30", "", ""),
        ("希望公开供热检修的时间安排", "座谈会", "2026-05-07", "", "区住建局"),
    ]
    return headings_of(_shipped()["columns"], KEYS), shown


def read_suggestions(rows: Table, rules: SuggestionRules) -> Iterator[ReadRow]:
    """The suggestions of a table whose first row holds the headings; empty rows are passed over. Raises Unreadable."""
    named, found = keyed(rows, _shipped()["columns"], _NEEDED, _ADVICE)
    ways = {**_shipped()["words"], **{one.label: one.name for one in rules.ways}}
    for number, values in found:
        yield _checked(number, {key: _cell(key, value) for key, value in values.items()}, named, ways)


def _checked(number: int, row: Mapping[str, Any], named: Mapping[str, str], ways: Mapping[str, str]) -> ReadRow:
    try:
        way = optional_text(row, "way")
        if way is not None and way not in ways:
            return BadRow(number, named["way"], f"“{named['way']}”不认得：可写 {'、'.join(ways)}")
        return GoodRow(
            number=number,
            text=required_text(row, "text"),
            way=OTHER_WAY if way is None else ways[way],
            received_at=moment(row["received_at"], "received_at"),
            record=optional_text(row, "record"),
            unit=optional_text(row, "unit"),
        )
    except BadRecord as fault:
        key = next(key for key in KEYS if f"“{key}”" in str(fault))
        said = "不是可读的时间：请写成 2026-05-06 09:30" if key == "received_at" else "没有填写"
        return BadRow(number, named[key], f"“{named[key]}”{said}")


def _cell(key: str, value: object) -> object:
    if is_empty(value):
        return None
    return written_moment(value) if key == "received_at" else plain_text(value)


@cache
def _shipped() -> dict[str, Any]:
    content: dict[str, Any] = content_of(_FILE)
    return content
