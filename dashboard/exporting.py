"""Turns a table into a file for a spreadsheet: .xlsx or .csv, in which nothing that others wrote becomes a formula."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from io import BytesIO, StringIO

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv"

Cell = str | int | None

_FORMULA = re.compile(r"^[\s\u200b\ufeff]*[=+\-@＝＋－＠]|^[\t\r\n]")
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufffe\uffff]")
_WIDEST = 40


def xlsx(heading: Sequence[str], rows: Sequence[Sequence[Cell]], title: str) -> bytes:
    """The table as a workbook of one sheet; its heading stays in sight."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = title[:31]
    for row in (heading, *rows):
        sheet.append([safe(cell) for cell in row])
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    sheet.freeze_panes = "A2"
    for number, column in enumerate(zip(heading, *rows, strict=True), 1):
        width = max(_width(safe(cell)) for cell in column)
        sheet.column_dimensions[get_column_letter(number)].width = min(width + 2, _WIDEST)
        if width > _WIDEST:
            for cell in sheet[get_column_letter(number)]:
                cell.alignment = Alignment(wrap_text=True, vertical="top")
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def comma_separated(heading: Sequence[str], rows: Sequence[Sequence[Cell]]) -> bytes:
    """The table as text; its first bytes tell spreadsheets that it is UTF-8."""
    file = StringIO(newline="")
    csv.writer(file).writerows([safe(cell) for cell in row] for row in (heading, *rows))
    return file.getvalue().encode("utf-8-sig")


def safe(cell: Cell) -> Cell:
    """The cell without control characters, and with a quote before what a spreadsheet would take for a formula."""
    if not isinstance(cell, str):
        return cell
    text = f"'{cell}" if _FORMULA.match(cell) else cell
    return _CONTROLS.sub("", text)


def _width(cell: Cell) -> int:
    return sum(2 if ord(char) > 0x2E80 else 1 for char in str(cell if cell is not None else ""))
