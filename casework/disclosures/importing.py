"""Reads disclosure records from JSON Lines or a spreadsheet, row by row: a bad row is reported and the rest goes on."""

from __future__ import annotations

import csv
import json
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from functools import cache
from io import StringIO
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError
from zoneinfo import ZoneInfo

import yaml
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from records.disclosures import Disclosure, disclosure_from
from records.reading import BadRecord, optional_text

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
_SHANGHAI = ZoneInfo("Asia/Shanghai")
_FILE = Path(__file__).with_name("columns.yaml")
_TIME = re.compile(
    r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T]+(\d{1,2}):(\d{2})(?::(\d{2}))?)?",
)


class Unreadable(ValueError):
    """A file that cannot be read as rows at all. The message is one Chinese line."""


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that is left out: its number in the file (a spreadsheet's headings are row 1), the key or heading, and why."""

    number: int
    key: str | None
    reason: str


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
    kind = path.suffix.lower()
    try:
        if kind in (".jsonl", ".json", ".ndjson"):
            yield from read_lines(StringIO(_text(path)))
        elif kind == ".csv":
            yield from read_table(csv.reader(StringIO(_text(path), newline="")), mapping)
        elif kind in (".xlsx", ".xlsm"):
            yield from read_table(_sheet(path), mapping)
        else:
            raise Unreadable(f"{path.name}：只能导入 .jsonl、.csv 或 .xlsx 文件")
    except OSError as fault:
        raise Unreadable(f"{path.name}：读不了这个文件（{fault.strerror or '系统错误'}）") from None
    except csv.Error:
        raise Unreadable(f"{path.name}：不是可读的 CSV 文件") from None


def read_lines(lines: Iterable[str]) -> Iterator[ReadRow]:
    """The records of JSON Lines; blank lines are passed over."""
    seen: set[str] = set()
    for number, line in enumerate(lines, 1):
        if line.strip():
            yield _checked(number, _parsed(line), seen, {})


def read_table(rows: Iterable[Sequence[object]], mapping: Mapping[str, str] | None = None) -> Iterator[ReadRow]:
    """The records of a table whose first row holds the headings; empty rows are passed over. Raises Unreadable."""
    numbered = enumerate(rows, 1)
    headings = next((row for _, row in numbered), ())
    places = _places(headings, mapping or _columns())
    named = {key: str(headings[place]).strip() for key, place in places.items()}
    seen: set[str] = set()
    for number, cells in numbered:
        values = {key: cells[place] if place < len(cells) else None for key, place in places.items()}
        if any(not _empty(value) for value in values.values()):
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


def _places(headings: Sequence[object], mapping: Mapping[str, str]) -> dict[str, int]:
    """Which column stands for which key: the first that fits. Raises Unreadable where a needed one is missing."""
    places: dict[str, int] = {}
    for place, heading in enumerate(headings):
        key = mapping.get(str(heading).strip().removeprefix("\ufeff")) if heading is not None else None
        if key is not None:
            places.setdefault(key, place)
    missing = [key for key in _NEEDED if key not in places]
    if missing:
        wanted = "、".join(
            f"{key}（{'/'.join(h for h, k in mapping.items() if k == key) or '未列出'}）" for key in missing
        )
        raise Unreadable(f"表头里找不到这些列：{wanted}。请用 --mapping 指定表头与项目的对应")
    return places


def _cell(key: str, value: object) -> object:
    """A cell's value as disclosures.jsonl would have it; what cannot be read stays, to be refused by its key."""
    if _empty(value):
        return None
    if key == "published_at":
        return _moment(value)
    text = str(int(value)) if isinstance(value, float) and value.is_integer() else str(value).strip()
    if key == "watch_terms":
        return [term for term in re.split(r"[、，,；;\n]+", text) if term.strip()]
    return _words().get(key, {}).get(text, text)


def _moment(value: object) -> object:
    if isinstance(value, datetime):
        return (value if value.tzinfo else value.replace(tzinfo=_SHANGHAI)).isoformat()
    if isinstance(value, date):
        return datetime.combine(value, time(), _SHANGHAI).isoformat()
    written = _TIME.fullmatch(str(value).strip())
    if written is None:
        return value
    try:
        return datetime(*(int(part or 0) for part in written.groups()), tzinfo=_SHANGHAI).isoformat()  # type: ignore[arg-type, misc]
    except ValueError:
        return value


def _empty(value: object) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def _text(path: Path) -> str:
    raw = path.read_bytes()
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise Unreadable(f"{path.name}：不是文字文件")


def _sheet(path: Path) -> Iterator[Sequence[object]]:
    try:
        with closing(load_workbook(path, read_only=True, data_only=True)) as book:
            yield from book.worksheets[0].iter_rows(values_only=True)
    except (InvalidFileException, zipfile.BadZipFile, LookupError, ValueError, ParseError):
        raise Unreadable(f"{path.name}：不是可读的 Excel（.xlsx）文件") from None


@cache
def _shipped() -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load(_FILE.read_text("utf-8"))
    return content


def _columns() -> dict[str, str]:
    return dict(_shipped()["columns"])


def _words() -> dict[str, dict[str, str]]:
    return dict(_shipped()["words"])
