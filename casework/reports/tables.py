"""Prints tables that stay inside the text block: a full grid, the header repeated on every page, no row broken over two."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.shared import Mm
from docx.text.paragraph import Paragraph

from casework.paper import MM_TO_PT, child
from casework.reports.form import Pattern
from casework.reports.title_lines import characters
from records.papers import Chart, Table

_PADDING = 2 * 1.9 + 1
"""Millimetres that a cell keeps free beside its text, both sides together, and a little for rounding."""

_ABOVE, _BESIDE = 30, 108
"""What a cell keeps free above and below its text, and beside it, in twentieths of a point."""

_WIDEST = 24
"""A column asks for no more characters than this; what is longer stands on several lines."""

_NARROWEST = 2.0

_SHORT = 7
"""A column of so few characters keeps them on one line; the others share what is left."""


def printed_table(
    paper: Any, table: Table, head: Pattern, body: Pattern, width: float, left: Sequence[int] = ()
) -> Any:
    """The table as XML, `width` mm wide, to be put in its place. Columns of words stand left, and those named in `left`."""
    columns = list(zip(table.header, *table.rows, strict=True))
    shares = _shares([max(map(_longest, column)) for column in columns], body.size, width)
    printed = paper.add_table(1 + len(table.rows), len(columns))
    printed.alignment = WD_TABLE_ALIGNMENT.CENTER
    printed.autofit = False
    _draw_grid(printed)
    for column, share in zip(printed.columns, shares, strict=True):
        column.width = Mm(share)
    is_left = [number in left or _is_prose(column[1:]) for number, column in enumerate(columns)]
    for number, (row, texts) in enumerate(zip(printed.rows, (table.header, *table.rows), strict=True)):
        properties = row._tr.get_or_add_trPr()
        child(properties, "w:cantSplit")
        if number == 0:
            child(properties, "w:tblHeader")
        for cell, text, share, prose in zip(row.cells, texts, shares, is_left, strict=True):
            cell.width = Mm(share)
            _print_cell(cell, text, head if number == 0 else body, prose and number > 0)
    return printed._tbl


def figures_as_table(chart: Chart) -> Table:
    """The figures of a chart as a table: one row a label."""
    rows = tuple(
        (label, *(shown(one.figures[number], chart.unit) for one in chart.series))
        for number, label in enumerate(chart.labels)
    )
    return Table(chart.title, ("项目", *(one.name for one in chart.series)), rows, chart.rests_on)


def shown(figure: float | None, unit: str = "") -> str:
    """A figure as it is written, with its unit; a dash where there is none."""
    if figure is None:
        return "—"
    return f"{figure:,.2f}".rstrip("0").rstrip(".") + unit


def _print_cell(cell: Any, text: str, pattern: Pattern, prose: bool) -> None:
    cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
    blank = cell.paragraphs[0]._p
    for line in text.splitlines() or [""]:
        paragraph = pattern.with_text(line)
        blank.addprevious(paragraph)
        if prose:
            Paragraph(paragraph, cell).alignment = WD_ALIGN_PARAGRAPH.LEFT
    blank.getparent().remove(blank)


def _draw_grid(table: Any) -> None:
    borders = OxmlElement("w:tblBorders")
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        child(borders, f"w:{side}", val="single", sz="4", space="0", color="000000")
    table._tbl.tblPr.insert_element_before(borders, "w:shd", "w:tblLayout", "w:tblCellMar", "w:tblLook")
    margins = OxmlElement("w:tblCellMar")
    for side, width in (("top", _ABOVE), ("left", _BESIDE), ("bottom", _ABOVE), ("right", _BESIDE)):
        child(margins, f"w:{side}", w=str(width), type="dxa")
    table._tbl.tblPr.insert_element_before(margins, "w:tblLook")


def _shares(wanted: Sequence[float], size: float, width: float) -> list[float]:
    """How wide each column is in mm: what its longest text asks for, all of them together `width`."""
    character = size / MM_TO_PT
    asked = [_PADDING + character * min(max(one, _NARROWEST), _WIDEST) for one in wanted]
    short = sum(each for each, one in zip(asked, wanted, strict=True) if one <= _SHORT)
    others = sum(asked) - short
    if not others or short > width / 2:
        return [each * width / sum(asked) for each in asked]
    return [each if one <= _SHORT else each * (width - short) / others for each, one in zip(asked, wanted, strict=True)]


def _longest(text: str) -> float:
    """How many full characters the longest line takes; a Latin letter takes half of one."""
    lines = text.splitlines() or [""]
    return max(map(characters, lines))


def _is_prose(cells: Sequence[str]) -> bool:
    return any(_longest(one) > 10 for one in cells)
