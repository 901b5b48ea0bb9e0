"""Prints a report, or another paper, as .docx on the page of GB/T 9704; the same paper gives the same bytes."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import docx
import yaml
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt

from casework.paper import MM_TO_PT, Type, add_run, child, packed, printable, set_page, set_properties
from casework.reports.charts import NoFont, TooMany, drawn, in_words
from casework.reports.document import Document, Ground, Paper, Section, day, incident_paper, numeral
from casework.reports.tables import figures_as_table, leave_grid, print_table
from records.papers import Block, Chart, Paragraph, Table

EXTENSION = "docx"

APPENDIX = "附件"
GROUNDS = "数据依据"

_GROUND_COLUMNS = ("序号", "部分", "正文内容", "依据")
_STYLE_FILE = Path(__file__).with_name("docx.yaml")
_AFTER_BORDERS = ("w:shd", "w:tabs", "w:suppressAutoHyphens", "w:snapToGrid", "w:spacing", "w:ind", "w:jc", "w:rPr")
"""Children of a paragraph's properties stand in a fixed order: these come after its borders."""


@dataclass(frozen=True, slots=True)
class Look:
    """The page and its types, as docx.yaml gives them."""

    page: Mapping[str, float]
    line_pitch: int
    body: Type
    heading: Type
    note: Type
    table_head: Type
    table: Type
    title: Type
    letterhead: Type
    page_number: Type

    @property
    def width(self) -> float:
        """How wide the block of text is, in mm."""
        return self.page["width"] - self.page["left"] - self.page["right"]


def render(document: Document) -> bytes:
    """The report as the bytes of a .docx file."""
    return printed(incident_paper(document))


def printed(document: Paper) -> bytes:
    """Any paper of the office as the bytes of a .docx file."""
    look = _look()
    paper = docx.Document()
    set_page(paper, look.page, look.body, look.page_number)
    _set_grid(paper, look)
    set_properties(paper, document.title, document.letterhead.issuer, document.serial, document.signed_at)
    _print_head(paper, document, look)
    for number, section in enumerate(document.sections, start=1):
        _print_section(paper, section, numeral(number), look)
    _print_signature(paper, document, look)
    if document.grounds:
        _print_grounds(paper, document.grounds, look)
    return packed(paper)


def _print_head(paper: Any, document: Paper, look: Look) -> None:
    head = document.letterhead
    fitting = min(look.letterhead.size, look.width * MM_TO_PT / max(len(head.heading), 1))
    red = Type(look.letterhead.font, fitting, look.letterhead.color)
    _paragraph(paper, head.heading, red, WD_ALIGN_PARAGRAPH.CENTER, snap=False)
    _red_line(_paragraph(paper, document.serial, look.body, WD_ALIGN_PARAGRAPH.CENTER), look)
    _paragraph(paper, "", look.body)
    _paragraph(paper, " ".join(document.title.split()), look.title, WD_ALIGN_PARAGRAPH.CENTER)
    for line in (document.superseding, document.banner):
        if line is not None:
            _paragraph(paper, line, look.note, WD_ALIGN_PARAGRAPH.CENTER)
    _paragraph(paper, "", look.body)
    _paragraph(paper, f"{head.addressee}：", look.body)


def _print_section(paper: Any, section: Section, numeral: str, look: Look) -> None:
    heading = _paragraph(paper, f"{numeral}、{section.heading}", look.heading, indent=True)
    heading.paragraph_format.keep_with_next = True
    for line in section.lines:
        if line.strip():
            _paragraph(paper, line.strip(), look.body, indent=True)
    for block in section.blocks:
        _print_block(paper, block, look)
    if section.note is not None:
        _paragraph(paper, section.note, look.note, indent=True)


def _print_block(paper: Any, block: Block, look: Look) -> None:
    match block:
        case Paragraph():
            for line in block.text.splitlines():
                if line.strip():
                    _paragraph(paper, line.strip(), look.body, indent=True)
        case Table():
            _print_table(paper, block, look)
        case Chart():
            _print_chart(paper, block, look)


def _print_table(paper: Any, table: Table, look: Look) -> None:
    caption = _paragraph(paper, table.title, look.table_head, WD_ALIGN_PARAGRAPH.CENTER)
    caption.paragraph_format.keep_with_next = True
    print_table(paper, table, look.table_head, look.table, look.width)


def _print_chart(paper: Any, chart: Chart, look: Look) -> None:
    """The picture with its title below; where none can be drawn, the figures as a table."""
    try:
        picture = drawn(chart)
    except (NoFont, TooMany) as reason:
        _print_table(paper, figures_as_table(chart), look)
        why = "本机没有中文字体" if isinstance(reason, NoFont) else "图上画不下"
        _paragraph(paper, f"（{why}，图以表格代替）", look.table, WD_ALIGN_PARAGRAPH.CENTER)
        return
    place = _paragraph(paper, "", look.body, WD_ALIGN_PARAGRAPH.CENTER, snap=False)
    place.paragraph_format.keep_with_next = True
    shape = place.add_run().add_picture(io.BytesIO(picture))
    shape._inline.docPr.set("descr", in_words(chart))
    shape._inline.docPr.set("title", printable(chart.title))
    _paragraph(paper, chart.title, look.table_head, WD_ALIGN_PARAGRAPH.CENTER)


def _print_grounds(paper: Any, grounds: Sequence[Ground], look: Look) -> None:
    mark = _paragraph(paper, APPENDIX, look.heading)
    mark.paragraph_format.page_break_before = True
    _paragraph(paper, GROUNDS, look.title, WD_ALIGN_PARAGRAPH.CENTER)
    _paragraph(paper, "", look.body)
    rows = tuple(
        (
            str(one.number),
            one.part,
            one.words,
            "\n".join(f"{basis.ledger.label}：{basis.words}" for basis in one.rests_on),
        )
        for one in grounds
    )
    print_table(paper, Table(GROUNDS, _GROUND_COLUMNS, rows), look.table_head, look.table, look.width, left=(2, 3))


def _print_signature(paper: Any, document: Paper, look: Look) -> None:
    _paragraph(paper, "", look.body)
    for line in (document.letterhead.issuer, day(document.signed_at)):
        signed = _paragraph(paper, line, look.body, WD_ALIGN_PARAGRAPH.RIGHT)
        signed.paragraph_format.right_indent = Pt(look.body.size * 2)
        signed.paragraph_format.keep_with_next = True
    _paragraph(paper, document.closing, look.body, indent=True)


def _paragraph(paper: Any, text: str, kind: Type, align: Any = None, indent: bool = False, snap: bool = True) -> Any:
    paragraph = paper.add_paragraph()
    if align is not None:
        paragraph.alignment = align
    if indent:
        paragraph.paragraph_format.first_line_indent = Pt(kind.size * 2)
        paragraph._p.pPr.ind.set(qn("w:firstLineChars"), "200")
    if not snap:
        leave_grid(paragraph)
    add_run(paragraph, text, kind)
    return paragraph


def _set_grid(paper: Any, look: Look) -> None:
    properties = paper.sections[0]._sectPr
    for grid in properties.findall(qn("w:docGrid")):
        properties.remove(grid)
    child(properties, "w:docGrid", type="lines", linePitch=str(look.line_pitch))


def _red_line(paragraph: Any, look: Look) -> None:
    borders = OxmlElement("w:pBdr")
    child(borders, "w:bottom", val="single", sz="12", space="4", color=look.letterhead.color or "000000")
    properties = paragraph._p.get_or_add_pPr()
    properties.insert_element_before(borders, *_AFTER_BORDERS)


@cache
def _look() -> Look:
    rows = yaml.safe_load(_STYLE_FILE.read_text("utf-8"))
    types = {
        name: Type(rows[name]["font"], rows[name]["size"], rows[name].get("color"))
        for name in ("body", "heading", "note", "table_head", "table", "title", "letterhead", "page_number")
    }
    return Look(page=rows["page"], line_pitch=rows["grid"]["line_pitch"], **types)
