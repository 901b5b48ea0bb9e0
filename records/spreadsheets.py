"""Reads the rows of a .csv or .xlsx file that people fill in; what cannot be read is said in one Chinese line. What is written
into such a file becomes no formula."""

from __future__ import annotations

import csv
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime, time
from io import BytesIO, StringIO
from pathlib import Path, PurePath
from xml.etree.ElementTree import ParseError

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from records.zone import CHINA

_TIME = re.compile(
    r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T]+(\d{1,2}):(\d{2})(?::(\d{2}))?)?",
)

_ENCODINGS = ("utf-8-sig", "gb18030")
_PIECE = 1 << 16
_FORMULA = re.compile(r"^[\s\u200b\ufeff]*[=+\-@＝＋－＠]|^[\t\r\n]")
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufffe\uffff]")

Cell = str | int | None
"""What is written into a cell."""


class Unreadable(ValueError):
    """A file that cannot be read as rows at all. The message is one Chinese line."""


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that is left out: its number in the file (a spreadsheet's headings are row 1), the key or heading, and why."""

    number: int
    key: str | None
    reason: str


Table = Iterable[Sequence[object]]


def table_in(path: Path) -> Iterator[Sequence[object]]:
    """The rows of a .csv or .xlsx file, headings first. Raises Unreadable, at once or while reading."""
    try:
        if path.suffix.lower() == ".csv":
            with path.open(encoding=_encoding_of(path), newline="") as text:
                yield from _comma_separated(path.name, text)
        else:
            yield from table_of(path.name, path.read_bytes())
    except OSError as fault:
        raise _unread(path, fault) from None


def table_of(name: str, content: bytes) -> Iterator[Sequence[object]]:
    """The rows of such a file's content. Raises Unreadable, at once or while reading."""
    kind = PurePath(name).suffix.lower()
    if kind == ".csv":
        yield from _comma_separated(name, StringIO(_decoded(name, content), newline=""))
    elif kind in (".xlsx", ".xlsm"):
        yield from _sheet(name, content)
    else:
        raise Unreadable(f"{name}：只能导入 .csv 或 .xlsx 文件")


def lines_in(path: Path) -> Iterator[str]:
    """The lines of a text file that offices write, one in memory at a time. Raises Unreadable."""
    try:
        with path.open(encoding=_encoding_of(path)) as text:
            yield from text
    except OSError as fault:
        raise _unread(path, fault) from None


def lines_of(name: str, content: bytes) -> Iterator[str]:
    """The lines of such a file's content. Raises Unreadable."""
    yield from StringIO(_decoded(name, content))


def columns_of(
    headings: Sequence[object], known: Mapping[str, str], needed: Iterable[str], advice: str
) -> dict[str, int]:
    """Which column stands for which key by the `known` headings: the first that fits. Raises Unreadable for a missing one."""
    places: dict[str, int] = {}
    for place, heading in enumerate(headings):
        key = known.get(str(heading).strip().removeprefix("\ufeff")) if heading is not None else None
        if key is not None:
            places.setdefault(key, place)
    missing = [key for key in needed if key not in places]
    if missing:
        wanted = "、".join(
            f"{key}（{'/'.join(h for h, k in known.items() if k == key) or '未列出'}）" for key in missing
        )
        raise Unreadable(f"表头里找不到这些列：{wanted}。{advice}")
    return places


def headings_of(known: Mapping[str, str], keys: Iterable[str]) -> tuple[str, ...]:
    """The first of the `known` headings of each key, for a template."""
    first = {key: heading for heading, key in reversed(list(known.items()))}
    return tuple(first[key] for key in keys)


def keyed(
    rows: Table, known: Mapping[str, str], needed: Iterable[str], advice: str
) -> tuple[dict[str, str], Iterator[tuple[int, dict[str, object]]]]:
    """The heading that stands for each key in a table whose first row holds the headings, and the cells of each row by key,
    with its number; empty rows are passed over. Raises Unreadable where a heading is missing."""
    numbered = enumerate(rows, 1)
    headings = next((row for _, row in numbered), ())
    places = columns_of(headings, known, needed, advice)
    return {key: str(headings[place]).strip() for key, place in places.items()}, cells_of(numbered, places)


def cells_of(
    rows: Iterable[tuple[int, Sequence[object]]], places: Mapping[str, int]
) -> Iterator[tuple[int, dict[str, object]]]:
    """The cells of each row by key, with its number; empty rows are passed over."""
    for number, cells in rows:
        values = {key: cells[place] if place < len(cells) else None for key, place in places.items()}
        if any(not is_empty(value) for value in values.values()):
            yield number, values


def safe(cell: Cell) -> Cell:
    """The cell without control characters, and with a quote before what a spreadsheet would take for a formula."""
    if not isinstance(cell, str):
        return cell
    text = f"'{cell}" if _FORMULA.match(cell) else cell
    return _CONTROLS.sub("", text)


def is_empty(value: object) -> bool:
    """Whether a cell holds nothing."""
    return value is None or (isinstance(value, str) and not value.strip())


def plain_text(value: object) -> str:
    """What a person reads in a cell: a whole number without a point."""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value).strip()


def written_moment(value: object) -> object:
    """A cell's moment in ISO 8601, Beijing time where it names no zone; what cannot be read stays, to be refused by its key."""
    if isinstance(value, datetime):
        return (value if value.tzinfo else value.replace(tzinfo=CHINA)).isoformat()
    if isinstance(value, date):
        return datetime.combine(value, time(), CHINA).isoformat()
    written = _TIME.fullmatch(str(value).strip())
    if written is None:
        return value
    try:
        return datetime(*(int(part or 0) for part in written.groups()), tzinfo=CHINA).isoformat()  # type: ignore[arg-type, misc]
    except ValueError:
        return value


def _unread(path: Path, fault: OSError) -> Unreadable:
    return Unreadable(f"{path.name}：读不了这个文件（{fault.strerror or '系统错误'}）")


def _encoding_of(path: Path) -> str:
    """The encoding in which the whole file can be read. Raises Unreadable."""
    for encoding in _ENCODINGS:
        if _reads_as(path, encoding):
            return encoding
    raise Unreadable(f"{path.name}：不是文字文件")


def _reads_as(path: Path, encoding: str) -> bool:
    with path.open(encoding=encoding, newline="") as text:
        try:
            while piece := text.read(_PIECE):
                if "\0" in piece:
                    return False
        except UnicodeDecodeError:
            return False
    return True


def _comma_separated(name: str, text: Iterable[str]) -> Iterator[Sequence[object]]:
    try:
        yield from csv.reader(text)
    except csv.Error:
        raise Unreadable(f"{name}：不是可读的 CSV 文件") from None


def _decoded(name: str, content: bytes) -> str:
    for encoding in _ENCODINGS:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise Unreadable(f"{name}：不是文字文件")


def _sheet(name: str, content: bytes) -> Iterator[Sequence[object]]:
    try:
        with closing(load_workbook(BytesIO(content), read_only=True, data_only=True)) as book:
            yield from book.worksheets[0].iter_rows(values_only=True)
    except (InvalidFileException, zipfile.BadZipFile, LookupError, OSError, ValueError, ParseError):
        raise Unreadable(f"{name}：不是可读的 Excel（.xlsx）文件") from None
