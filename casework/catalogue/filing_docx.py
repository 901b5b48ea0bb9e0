"""Prints a catalogue as .docx in its annex's own form, to be filed; the same version gives the same bytes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import docx
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.shared import Mm, Pt

from casework.catalogue.look import Look, look
from casework.catalogue.pages import lines_in, pages
from casework.catalogue.sheet import Cell, Sheet, laid_out
from casework.paper import Type, add_run, child, packed, set_page, set_properties
from regulation.catalogue import Catalogue


def render(catalogue: Catalogue, at: datetime, issuer: str, subject: str) -> bytes:
    """The catalogue as the bytes of a .docx file; `subject` says which version it is."""
    sheet, style = laid_out(catalogue), look()
    paper = docx.Document()
    set_page(paper, style.page, style.body, style.page_number)
    set_properties(paper, sheet.title, issuer, subject, at)
    title = paper.add_paragraph()
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    title.paragraph_format.space_after = Mm(4)
    add_run(title, sheet.title, style.title)
    for number, page in enumerate(pages(sheet, style)):
        if number:
            _turn_page(paper)
        _print_table(paper, page, style)
    return packed(paper)


def _turn_page(paper: Any) -> None:
    """A line too small to be seen, at the head of the next page: two tables that touch would become one."""
    line = paper.add_paragraph()
    line.paragraph_format.page_break_before = True
    line.paragraph_format.line_spacing = Pt(1)


def _print_table(paper: Any, sheet: Sheet, style: Look) -> None:
    table = paper.add_table(sheet.rows, len(sheet.columns), style="Table Grid")
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    widths = [Mm(width) for width in style.shares(sheet.columns)]
    rows = list(table.rows)
    grid = [list(row.cells) for row in rows]
    for number, row in enumerate(rows):
        properties = row._tr.get_or_add_trPr()
        child(properties, "w:cantSplit")
        if number < sheet.head_rows:
            child(properties, "w:tblHeader")
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    for row_cells in grid:
        for one, width in zip(row_cells, widths, strict=True):
            one.width = width
    for cell in sheet.cells:
        first, last = grid[cell.row][cell.column], grid[cell.row + cell.rows - 1][cell.column + cell.columns - 1]
        _print_cell(first.merge(last) if first is not last else first, cell, sheet, style)


def _print_cell(printed: Any, cell: Cell, sheet: Sheet, style: Look) -> None:
    is_heading = cell.row < sheet.head_rows
    kind: Type = style.heading if is_heading else style.body
    printed.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
    paragraph = printed.paragraphs[0]
    is_left = not is_heading and sheet.columns[cell.column] in style.left
    paragraph.alignment = WD_ALIGN_PARAGRAPH.LEFT if is_left else WD_ALIGN_PARAGRAPH.CENTER
    for number, line in enumerate(lines_in(cell, sheet.columns[cell.column], style)):
        run = add_run(paragraph, line, kind)
        if number:
            run._r.insert_element_before(OxmlElement("w:br"), "w:t")
