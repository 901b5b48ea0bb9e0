"""Turns the bytes of an exported table (CSV, TSV, any delimiter and encoding) into rows of cells, a bounded part at a time."""

from __future__ import annotations

import csv
import io
import re
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import IO, Any

from crawlers.encoding import decoded

LONGEST_CELL = 200_000
"""Characters of a cell. A quotation mark that is never closed takes no more of the file with it than that."""

_LONGEST_LINE = 1_000_000
_SAMPLE = 256 * 1024
_HEAD_LINES = 60
_DELIMITERS = (",", "\t", ";", "|", "，")
_NONE = "\x1f"
"""Delimiter of a table with a single column, where a comma belongs to the text."""

_SEPARATOR_LINE = re.compile(r"sep=(.)\r?\n?", re.IGNORECASE)
_FORCED_TEXT = re.compile(r'="([^"]*)"')


@dataclass(frozen=True, slots=True)
class Row:
    """A row and its number as a spreadsheet counts, from 1. `cells` are a table's in order, or an object's by key.

    `whole` says that it must have exactly as many cells as the heading: where its cells end was a guess.
    """

    number: int
    cells: Sequence[Any] | Mapping[str, Any]
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Flaw:
    """A row that cannot be read; the reason is Chinese and holds nothing of it."""

    number: int
    reason: str


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of a file or of one sheet. `place` says which sheet, where there may be more; `unit` is what is counted.

    `delimited` tables can lose their alignment to a stray delimiter; those of `objects` have a name for each cell.
    """

    rows: Iterator[Row | Flaw]
    place: str = ""
    unit: str = "行"
    delimited: bool = False
    objects: bool = False


def delimited_table(
    file: IO[bytes], encoding: str | None, delimiter: str | None, fit: Callable[[Sequence[Any]], int]
) -> Table:
    """The table of a text file. Encoding and delimiter are found out where they are None, the delimiter by the heading.

    `fit` says how well a row serves as the heading, 0 for not at all.
    """
    csv.field_size_limit(LONGEST_CELL)
    lines = text_lines(file, encoding)
    head = list(islice(lines, _HEAD_LINES))
    named = _SEPARATOR_LINE.fullmatch(head[0]) if head else None
    between = delimiter or (named[1] if named else _delimiter(head, fit))
    rows = _rows(chain(head, lines), between)
    return Table((row for row in rows if not (named and row.number == 1)), delimited=True)


def text_lines(file: IO[bytes], encoding: str | None, longest: int = _LONGEST_LINE) -> Iterator[str]:
    """The lines of a file with their ends, without NUL characters and the mark of the encoding.

    Of a line that is longer than `longest` characters the rest is left out.
    """
    text = opened_text(file, encoding)
    try:
        while line := text.readline(longest):
            rest = line
            while len(rest) == longest and not rest.endswith(("\n", "\r")):
                rest = text.readline(longest)
            yield line.replace("\0", "")
    finally:
        text.detach()


def opened_text(file: IO[bytes], encoding: str | None) -> io.TextIOWrapper:
    """The file as text from its first character on; detach it when done."""
    file.seek(0)
    name = encoding or encoding_of(file)
    file.seek(0)
    text = io.TextIOWrapper(file, encoding=name, errors="replace", newline="")
    mark = text.read(1)
    if mark != "\ufeff":
        file.seek(0)
        text.detach()
        text = io.TextIOWrapper(file, encoding=name, errors="replace", newline="")
    return text


def encoding_of(file: IO[bytes]) -> str:
    """The encoding of a text file: by its mark, by its NUL bytes, or by its first lines that are not plain ASCII."""
    head = file.read(2048)
    marked = decoded(head)
    if marked.encoding.startswith("utf-16") or marked.encoding.startswith("utf-32"):
        return marked.encoding
    if head.count(0) > len(head) // 10:
        # Commas, digits and line ends have their NUL byte first in the one order, last in the other.
        return "utf-16-be" if head[::2].count(0) > head[1::2].count(0) else "utf-16-le"
    file.seek(0)
    telling, size = [], 0
    while size < _SAMPLE and (line := file.readline(_SAMPLE)):
        if not line.isascii():
            telling.append(line)
            size += len(line)
    return decoded(b"".join(telling)).encoding


def unwrapped(cell: str) -> str:
    """A cell without what Excel is told by ="007": that this is text."""
    forced = _FORCED_TEXT.fullmatch(cell.strip())
    return forced[1] if forced else cell


def _delimiter(head: Sequence[str], fit: Callable[[Sequence[Any]], int]) -> str:
    best, widest = (0, 0), _NONE
    for delimiter in _DELIMITERS:
        for row in _rows(iter(head), delimiter):
            if isinstance(row, Row) and len(row.cells) > 1:
                found = (fit(row.cells), len(row.cells))  # type: ignore[arg-type]
                if found[0] and found > best:
                    best, widest = found, delimiter
    return widest


def _rows(lines: Iterator[str], delimiter: str) -> Iterator[Row | Flaw]:
    """The rows of delimited lines. A row whose quotation marks are wrong loses itself alone: the next line is read anew."""
    again: deque[str] = deque()
    taken: list[str] = []

    def fed() -> Iterator[str]:
        while (line := again.popleft() if again else next(lines, None)) is not None:
            taken.append(line)
            yield line

    reader = csv.reader(fed(), delimiter=delimiter, strict=True)
    number = 0
    while True:
        taken.clear()
        number += 1
        try:
            cells = next(reader, None)
        except csv.Error:
            yield _misquoted(number, taken[0], delimiter)
            again.extendleft(reversed(taken[1:]))
            reader = csv.reader(fed(), delimiter=delimiter, strict=True)
            continue
        if cells is None:
            return
        yield Row(number, cells)


def _misquoted(number: int, line: str, delimiter: str) -> Row | Flaw:
    """A line with quotation marks that were not doubled: readable where every cell's marks come in pairs all the same."""
    cells = line.rstrip("\r\n").split(delimiter)
    if any(len(cell) > LONGEST_CELL or cell.startswith('"') is not cell.endswith('"') for cell in cells):
        return Flaw(number, "引号没有成对，或单元格过长")
    return Row(number, [cell[1:-1] if len(cell) > 1 and cell[0] == '"' else cell for cell in cells], whole=True)
