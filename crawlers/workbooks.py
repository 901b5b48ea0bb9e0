"""Turns an .xlsx workbook into rows of cells, sheet by sheet, after weighing what it would unpack to."""

from __future__ import annotations

import lzma
import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO, Any

from crawlers.outcomes import Outcome
from crawlers.reading import Unreadable
from crawlers.tabular import Flaw, Row, Table

_MB = 1024 * 1024
_MOST_PARTS = 2000
_LARGEST_ALL = 1024 * _MB
_LARGEST_TEXTS = 160 * _MB
"""The table of texts, which is held in memory as a whole."""
_LARGEST_OTHER = 32 * _MB
"""Any other part that is no sheet: styles, names, relations."""
_MOST_ELEMENTS = 8_000_000
"""Elements of a part that is no sheet."""
_MOST_ELEMENTS_OF_ROW = 500_000
"""Elements from the end of one row of a sheet to that of the next; a sheet has at most 16,384 columns."""
_STEEPEST = 400
"""How many times its packed size a large part may have: sheets come to 10 or 50, bombs to 1000."""

_STEP = 1 * _MB
_DECLARATION = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_TEXTS = re.compile(r"sharedstrings\.xml$", re.IGNORECASE)
_SHEET = re.compile(r"(?:^|/)worksheets/[^/]+\.xml$", re.IGNORECASE)
_XML = re.compile(r"\.(?:xml|rels|vml)$", re.IGNORECASE)
_ERRORS = frozenset({"#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!", "#SPILL!", "#CALC!"})


def workbook_tables(file: IO[bytes], wanted: str | int | None) -> Iterator[Table]:
    """The sheets of a workbook, or the one `wanted` (its name, or its number from 1). Hidden ones only where wanted.

    Cells hold what was last worked out of their formulas. Raises Unreadable.
    """
    # Loaded only here: whoever merely looks at a row of the sources file does without it.
    import openpyxl

    _weigh(file)
    file.seek(0)
    try:
        book = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
        sheets = list(enumerate(book.worksheets, start=1))
    except Exception:  # noqa: BLE001 (a broken part trips the library anywhere; there is nothing to read then)
        raise _broken() from None
    try:
        if not sheets:
            raise _broken()
        chosen = [(number, sheet) for number, sheet in sheets if wanted in (number, sheet.title)]
        if wanted is not None and not chosen:
            raise Unreadable(Outcome.NOT_EXPECTED, f"没有“{wanted}”这张工作表")
        shown = [(number, sheet) for number, sheet in sheets if sheet.sheet_state == "visible"]
        for number, sheet in chosen or shown:
            yield Table(_rows(sheet), f"工作表 {number} " if len(sheets) > 1 else "")
    finally:
        book.close()


def _rows(sheet: Any) -> Iterator[Row | Flaw]:
    # What a sheet says of its own size is often wrong in files that no Excel wrote.
    sheet.reset_dimensions()
    rows = sheet.iter_rows(values_only=True)
    number = 0
    while True:
        number += 1
        try:
            cells = next(rows, None)
        except Exception:  # noqa: BLE001 (as above: the rows up to here are sound)
            raise _broken(f"第 {number} 行起") from None
        if cells is None:
            return
        yield Row(number, tuple(None if cell in _ERRORS else cell for cell in cells))


def _weigh(file: IO[bytes]) -> None:
    """Refuse what would unpack to more than can be read. Raises Unreadable.

    What the archive says of its parts is checked first, then what they are.
    """
    file.seek(0)
    try:
        archive = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, OSError, ValueError, RuntimeError):
        raise _broken() from None
    with archive:
        parts = archive.infolist()
        if len(parts) > _MOST_PARTS or sum(part.file_size for part in parts) > _LARGEST_ALL:
            raise _too_large()
        for part in parts:
            if part.flag_bits & 1:
                raise Unreadable(Outcome.BAD_CONTENT, "有密码：请去掉密码另存后再放入")
            if part.file_size > _bound(part) or _steep(part):
                raise _too_large()
        for part in parts:
            if _XML.search(part.filename):
                _look_through(archive, part)


def _bound(part: zipfile.ZipInfo) -> int:
    if _SHEET.search(part.filename) or not _XML.search(part.filename):
        return _LARGEST_ALL
    return _LARGEST_TEXTS if _TEXTS.search(part.filename) else _LARGEST_OTHER


def _steep(part: zipfile.ZipInfo) -> bool:
    return part.file_size > 4 * _MB and part.file_size > _STEEPEST * max(part.compress_size, 1)


def _look_through(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    """Unpack a part once, a step at a time: its parser would hold a cell, a row and all texts in memory as a whole."""
    sheet, elements = _SHEET.search(part.filename), 0
    try:
        with archive.open(part) as unpacked:
            while step := unpacked.read(_STEP):
                if _DECLARATION.search(step):
                    raise Unreadable(Outcome.BAD_CONTENT, "文件里有 DTD 声明，出于安全不予解析")
                elements = step.count(b"<") + (0 if sheet and b"row>" in step else elements)
                if elements > (_MOST_ELEMENTS_OF_ROW if sheet else _MOST_ELEMENTS):
                    raise _too_large()
                if len(step) == _STEP and b"<" not in step:
                    raise _too_large()
    except (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, ValueError, RuntimeError):
        raise _broken() from None


def _broken(where: str = "") -> Unreadable:
    return Unreadable(Outcome.BAD_CONTENT, f"{where}不是完整的 Excel 文件：可能没有复制完，或已损坏，请重新导出")


def _too_large() -> Unreadable:
    return Unreadable(Outcome.TOO_LARGE, "解压后过大：请分成几个文件导出")
