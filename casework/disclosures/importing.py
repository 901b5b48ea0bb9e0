"""Reads disclosure records from JSON Lines or a spreadsheet, row by row: a bad row is reported and the rest goes on."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from itertools import islice
from pathlib import Path, PurePath
from typing import Any

import yaml

from records.disclosures import Disclosure, disclosure_from
from records.reading import BadRecord, optional_text
from records.shipped_files import content_of
from records.spreadsheets import (
    BadRow,
    Table,
    Unreadable,
    headings_of,
    is_empty,
    keyed,
    lines_in,
    lines_of,
    plain_text,
    table_in,
    table_of,
    written_moment,
)

KEYS = (
    "id",
    "title",
    "doc_number",
    "published_at",
    "unit",
    "catalogue_item",
    "scope",
    "url",
    "body",
    "watch_terms",
    "risk",
    "explanation",
)
"""The keys of disclosures.jsonl that a column may stand for; `explanation` says why a known record is corrected."""

_NEEDED = ("id", "title", "published_at", "unit", "scope")
_FILE = Path(__file__).with_name("columns.yaml")


@dataclass(frozen=True, slots=True)
class GoodRow:
    """A row that can be recorded."""

    number: int
    disclosure: Disclosure


ReadRow = GoodRow | BadRow


def read_file(path: Path, mapping: Mapping[str, str] | None = None) -> Iterator[ReadRow]:
    """The rows of a .jsonl, .csv or .xlsx file, in order. `mapping`: heading → key, in place of columns.yaml.

    Raises Unreadable, at once or while reading.
    """
    if _is_table(path.name):
        yield from read_table(table_in(path), mapping)
    else:
        yield from read_lines(lines_in(path))


def read_content(name: str, content: bytes, most: int) -> list[ReadRow]:
    """The rows of such a file's content, at most so many. Raises Unreadable, also for more."""
    if _is_table(name):
        rows = read_table(table_of(name, content), advice="请用本页的模板，或把表头改成模板里的写法")
    else:
        rows = read_lines(lines_of(name, content))
    found = list(islice(rows, most + 1))
    if len(found) > most:
        raise Unreadable(f"{name}：超过 {most} 行，请分成几个文件导入")
    return found


def template() -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """The headings of an empty file, and a row that shows how it is filled in."""
    shown = {
        "id": "2026-015",
        "title": "关于调整公交票价的通知",
        "doc_number": "惠发改〔2026〕15号",
        "published_at": "2026-05-06 09:30",
        "unit": "区发改局",
        "catalogue_item": "H12",
        "scope": "面向社会",
        "url": "https://gov.example/2026/15",
        "body": "（正文）",
        "watch_terms": "公交票价、老年卡",
        "risk": "低",
    }
    return headings_of(_columns(), KEYS), [tuple(shown.get(key, "") for key in KEYS)]


def _is_table(name: str) -> bool:
    """Whether a file of that name is a table; else it is lines. Raises Unreadable for another kind."""
    kind = PurePath(name).suffix.lower()
    if kind in (".csv", ".xlsx", ".xlsm"):
        return True
    if kind in (".jsonl", ".json", ".ndjson"):
        return False
    raise Unreadable(f"{name}：只能导入 .jsonl、.csv 或 .xlsx 文件")


def read_lines(lines: Iterable[str]) -> Iterator[ReadRow]:
    """The records of JSON Lines; blank lines are passed over."""
    seen: set[str] = set()
    for number, line in enumerate(lines, 1):
        if line.strip():
            yield _checked(number, _parsed(line), seen, {})


def read_table(
    rows: Table, mapping: Mapping[str, str] | None = None, advice: str = "请用 --mapping 指定表头与项目的对应"
) -> Iterator[ReadRow]:
    """The records of a table whose first row holds the headings; empty rows are passed over. Raises Unreadable, with
    `advice` where a heading is missing."""
    named, found = keyed(rows, mapping or _columns(), _NEEDED, advice)
    seen: set[str] = set()
    for number, values in found:
        yield _checked(number, {key: _cell(key, value) for key, value in values.items()}, seen, named)


def mapping_from(path: Path) -> dict[str, str]:
    """Read a mapping file: one `heading: key` a line. Raises Unreadable."""
    try:
        content = yaml.safe_load(path.read_text("utf-8-sig"))
    except OSError as fault:
        raise Unreadable(f"{path.name}：读不了这个文件（{fault.strerror or '系统错误'}）") from None
    except (UnicodeDecodeError, yaml.YAMLError):
        raise Unreadable(f"{path.name}：不是可读的 YAML 文件") from None
    if not isinstance(content, dict) or not content:
        raise Unreadable(f"{path.name}：应为“表头: 项目”的对应表，每行一个")
    unknown = [str(key) for key in content.values() if key not in KEYS]
    if unknown:
        raise Unreadable(f"{path.name}：没有“{unknown[0]}”这个项目，可用 {'、'.join(KEYS)}")
    return {str(heading).strip(): str(key) for heading, key in content.items()}


def _checked(number: int, row: Mapping[str, Any] | None, seen: set[str], named: Mapping[str, str]) -> ReadRow:
    """The record of one row. `named` gives the heading that stands for a key."""
    if row is None:
        return BadRow(number, None, "这一行不是可读的 JSON 对象")
    try:
        record = replace(disclosure_from(row), explanation=optional_text(row, "explanation"))
    except BadRecord as fault:
        return _bad(number, str(fault), named)
    if record.id in seen:
        return _bad(number, "“id”在本文件里重复：同一编号只留一行", named)
    seen.add(record.id)
    return GoodRow(number, record)


def _bad(number: int, reason: str, named: Mapping[str, str]) -> BadRow:
    key = next((key for key in KEYS if f"“{key}”" in reason), None)
    if key is None or key not in named:
        return BadRow(number, key, reason)
    return BadRow(number, named[key], reason.replace(f"“{key}”", f"“{named[key]}”"))


def _parsed(line: str) -> dict[str, Any] | None:
    try:
        row = json.loads(line.removeprefix("\ufeff"))
    except (ValueError, RecursionError):
        return None
    return row if isinstance(row, dict) else None


def _cell(key: str, value: object) -> object:
    """A cell's value as disclosures.jsonl would have it; what cannot be read stays, to be refused by its key."""
    if is_empty(value):
        return None
    if key == "published_at":
        return written_moment(value)
    text = plain_text(value)
    if key == "watch_terms":
        return [term for term in re.split(r"[、，,；;\n]+", text) if term.strip()]
    return _words().get(key, {}).get(text, text)


@cache
def _shipped() -> dict[str, Any]:
    content: dict[str, Any] = content_of(_FILE)
    return content


def _columns() -> dict[str, str]:
    return dict(_shipped()["columns"])


def _words() -> dict[str, dict[str, str]]:
    return dict(_shipped()["words"])
