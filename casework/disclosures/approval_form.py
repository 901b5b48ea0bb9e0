"""Prints the approval form (H 附件1) of a proposal as .docx; the same course gives the same bytes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import docx
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.shared import Mm, Pt

from casework.disclosures.annex import COLUMNS, Approval, Cell, Row, Sheet, look, sheet_of
from casework.paper import Type, add_run, child, packed, set_page, set_properties

EXTENSION = "docx"


def render(approval: Approval) -> bytes:
    """The form as the bytes of a .docx file. Raises ValueError where nothing has been filled in."""
    sheet = sheet_of(approval)
    paper = docx.Document()
    set_page(paper, look()["page"], _type("body"), _type("page_number"))
    set_properties(paper, sheet.title, approval.organisation, approval.number, approval.entries[-1].at)
    title = _paragraph(paper, sheet.title, _type("title"), WD_ALIGN_PARAGRAPH.CENTER)
    title.paragraph_format.space_after = Mm(4)
    _print_head(paper, sheet)
    _print_table(paper, sheet.rows)
    for note in sheet.notes:
        _paragraph(paper, note, _type("body")).paragraph_format.space_before = Pt(3)
    for heading, text in sheet.appended:
        _append(paper, heading, text)
    return packed(paper)


def _print_head(paper: Any, sheet: Sheet) -> None:
    """The unit at the left, the day at the right."""
    line = _paragraph(paper, f"{sheet.unit}\t{sheet.filled_on}", _type("body"))
    line.paragraph_format.tab_stops.add_tab_stop(Mm(_width()), WD_TAB_ALIGNMENT.RIGHT)
    line.paragraph_format.space_after = Mm(1)


def _print_table(paper: Any, rows: Sequence[Row]) -> None:
    table = paper.add_table(len(rows), COLUMNS + 1, style="Table Grid")
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    label = look()["label_width"]
    widths = [Mm(label), *[Mm((_width() - label) / COLUMNS)] * COLUMNS]
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
        for cell in column.cells:
            cell.width = width
    for printed, row in zip(table.rows, rows, strict=True):
        child(printed._tr.get_or_add_trPr(), "w:cantSplit")
        printed.height = Mm(11)
        _print_row(list(printed.cells), row)


def _print_row(cells: list[Any], row: Row) -> None:
    _print_cell(cells[0], (row.label,), _type("label"), WD_ALIGN_PARAGRAPH.CENTER)
    at = 1
    for cell in row.cells:
        printed = cells[at].merge(cells[at + cell.columns - 1])
        _print_cell(printed, cell.lines, _type("body"), _side(cell))
        at += cell.columns


def _side(cell: Cell) -> Any:
    """A lone box stands in the middle, whatever is read at the left."""
    is_box = len(cell.lines) == 1 and cell.lines[0][-1:] in ("☑", "☐")
    return WD_ALIGN_PARAGRAPH.CENTER if is_box else WD_ALIGN_PARAGRAPH.LEFT


def _print_cell(printed: Any, lines: Sequence[str], kind: Type, side: Any) -> None:
    printed.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
    for number, line in enumerate(lines or ("",)):
        paragraph = printed.paragraphs[0] if number == 0 else printed.add_paragraph()
        paragraph.alignment = side
        add_run(paragraph, line, kind)


def _append(paper: Any, heading: str, text: str) -> None:
    kind = _type("text")
    head = _paragraph(paper, f"附：{heading}", Type(_type("label").font, kind.size))
    head.paragraph_format.page_break_before = True
    for line in text.splitlines():
        if line.strip():
            _paragraph(paper, line.strip(), kind).paragraph_format.first_line_indent = Pt(kind.size * 2)


def _paragraph(paper: Any, text: str, kind: Type, side: Any = None) -> Any:
    paragraph = paper.add_paragraph()
    paragraph.alignment = side
    add_run(paragraph, text, kind)
    return paragraph


def _type(name: str) -> Type:
    return Type(look()[name]["font"], look()[name]["size"])


def _width() -> float:
    page = look()["page"]
    return float(page["width"] - page["left"] - page["right"])
