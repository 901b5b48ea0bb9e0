"""Prints a catalogue as .xlsx in its annex's own form, to be filed; the same version gives the same bytes."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter
from openpyxl.xml.functions import tostring

from casework.catalogue.look import Look, look
from casework.catalogue.sheet import Cell, Sheet, laid_out
from casework.paper import with_fixed_times
from records.spreadsheets import safe
from regulation.catalogue import Catalogue

_TITLE_ROWS = 1
_MM_TO_CHARS = 0.5
"""About as many characters of a spreadsheet's width go on a millimetre of paper."""
_LINE = 15
_LINES_OF_TITLE = 2.4
_SIDE = Side(style="thin")
_BORDER = Border(left=_SIDE, right=_SIDE, top=_SIDE, bottom=_SIDE)
_A4 = 9


def render(catalogue: Catalogue, at: datetime, issuer: str, subject: str) -> bytes:
    """The catalogue as the bytes of a .xlsx file; `subject` says which version it is."""
    sheet, style = laid_out(catalogue), look()
    book = Workbook()
    page = book.worksheets[0]
    page.title = "公开目录"
    _print_title(page, sheet, style)
    for cell in sheet.cells:
        _print_cell(page, cell, sheet, style)
    _set_sizes(page, sheet, style)
    _set_page(page, sheet)
    return _packed(book, sheet.title, at, issuer, subject)


def _print_title(page: Any, sheet: Sheet, style: Look) -> None:
    page.merge_cells(start_row=1, end_row=1, start_column=1, end_column=len(sheet.columns))
    title = page.cell(1, 1, safe(sheet.title))
    title.font = Font(name=style.title.font, size=style.title.size)
    title.alignment = Alignment(horizontal="center", vertical="center")


def _print_cell(page: Any, cell: Cell, sheet: Sheet, style: Look) -> None:
    row, column = _TITLE_ROWS + cell.row + 1, cell.column + 1
    is_heading = cell.row < sheet.head_rows
    printed = page.cell(row, column, safe(cell.text))
    kind = style.heading if is_heading else style.body
    is_left = not is_heading and sheet.columns[cell.column] in style.left
    for below in range(cell.rows):
        for beside in range(cell.columns):
            page.cell(row + below, column + beside).border = _BORDER
    printed.font = Font(name=kind.font, size=kind.size)
    printed.alignment = Alignment("left" if is_left else "center", "center", wrap_text=True)
    if cell.rows > 1 or cell.columns > 1:
        end = {"end_row": row + cell.rows - 1, "end_column": column + cell.columns - 1}
        page.merge_cells(start_row=row, start_column=column, **end)


def _set_sizes(page: Any, sheet: Sheet, style: Look) -> None:
    """Widths of the columns, and heights in which every text stands whole: programs do not find them for joined cells."""
    widths = [share * _MM_TO_CHARS for share in style.shares(sheet.columns)]
    for place, width in enumerate(widths, 1):
        page.column_dimensions[get_column_letter(place)].width = width
    lines = [1.0] * sheet.rows
    for cell in sheet.cells:
        width = sum(widths[cell.column : cell.column + cell.columns]) - 1
        needed = math.ceil(2 * len(str(cell.text)) / width) / cell.rows
        for row in range(cell.row, cell.row + cell.rows):
            lines[row] = max(lines[row], needed)
    page.row_dimensions[1].height = _LINES_OF_TITLE * _LINE
    for row, count in enumerate(lines, _TITLE_ROWS + 1):
        page.row_dimensions[row].height = round(_LINE * count + 4)


def _set_page(page: Any, sheet: Sheet) -> None:
    last_heading = _TITLE_ROWS + sheet.head_rows
    page.freeze_panes = page.cell(last_heading + 1, 1).coordinate
    page.print_title_rows = f"{_TITLE_ROWS + 1}:{last_heading}"
    page.page_setup.orientation = "landscape"
    page.page_setup.paperSize = _A4
    page.page_setup.fitToHeight = 0
    page.sheet_properties.pageSetUpPr.fitToPage = True


def _packed(book: Workbook, title: str, at: datetime, issuer: str, subject: str) -> bytes:
    written = BytesIO()
    book.save(written)
    properties = book.properties
    properties.title, properties.creator, properties.subject = safe(title), safe(issuer), safe(subject)
    # Saving writes the moment of saving over what is set, so what the file says of itself is written once more.
    properties.created = properties.modified = at.astimezone(UTC).replace(tzinfo=None, microsecond=0)
    return with_fixed_times(written.getvalue(), {"docProps/core.xml": tostring(properties.to_tree())})
