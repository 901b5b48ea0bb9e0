"""Turns a table into a file for a spreadsheet: .xlsx or .csv, in which nothing that others wrote becomes a formula."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from io import BytesIO, StringIO

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from records.spreadsheets import Cell, safe

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
CSV = "text/csv"

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


def _width(cell: Cell) -> int:
    return sum(2 if ord(char) > 0x2E80 else 1 for char in str(cell if cell is not None else ""))
