"""Cuts a laid-out catalogue into pages as the annexes are: headings on each, and a joined cell that goes on says its text again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from math import ceil

from casework.catalogue.look import Look
from casework.catalogue.sheet import Cell, Sheet
from casework.paper import MM_TO_PT


def pages(sheet: Sheet, style: Look) -> list[Sheet]:
    """The pages, each a sheet of its own with as many rows as fit."""
    page, paging = style.page, style.paging
    room = (page["height"] - page["top"] - page["bottom"]) * paging["full"]
    found: list[Sheet] = []
    first = sheet.head_rows
    while first < sheet.rows:
        left = room - (0 if found else paging["heading"])
        last = first + 1
        while last < sheet.rows and _height(_page(sheet, first, last + 1), style) <= left:
            last += 1
        found.append(_page(sheet, first, last))
        first = last
    return found


def lines_in(cell: Cell, column: str, style: Look) -> list[str]:
    """What stands in the cell, line by line as far as it is told where a line begins."""
    text = str(cell.text)
    return text.split() or [""] if column in style.stacked else [text]


def _page(sheet: Sheet, first: int, last: int) -> Sheet:
    """The rows from `first` up to `last`, below the headings."""
    body = tuple(_clipped(sheet.body, first, last, sheet.head_rows))
    return replace(sheet, body=body, rows=sheet.head_rows + last - first)


def _clipped(body: Sequence[Cell], first: int, last: int, head_rows: int) -> Iterator[Cell]:
    for cell in body:
        begin, end = max(cell.row, first), min(cell.row + cell.rows, last)
        if begin < end:
            yield replace(cell, row=begin - first + head_rows, rows=end - begin)


def _height(sheet: Sheet, style: Look) -> float:
    """How high the table becomes, in mm: each row as high as its highest cell, the last of a joined cell's as it needs."""
    heights = [0.0] * sheet.rows
    for cell in sorted(sheet.cells, key=lambda cell: cell.row + cell.rows):
        last = cell.row + cell.rows - 1
        needed = _cell_height(cell, sheet, style)
        heights[last] = max(heights[last], needed - sum(heights[cell.row : last]))
    return sum(heights)


def _cell_height(cell: Cell, sheet: Sheet, style: Look) -> float:
    widths = style.shares(sheet.columns)[cell.column : cell.column + cell.columns]
    in_a_line = max(1, int((sum(widths) - style.paging["side"]) / (style.body.size / MM_TO_PT)))
    lines = sum(max(1, ceil(_width(line) / in_a_line)) for line in lines_in(cell, sheet.columns[cell.column], style))
    return lines * style.paging["line"] + style.paging["row"]


def _width(text: str) -> float:
    """In characters; those of ASCII are half as wide."""
    return sum(0.5 if char.isascii() else 1 for char in text)
