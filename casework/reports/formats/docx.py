"""Prints a report, or another paper, as .docx on the page of GB/T 9704; the same paper gives the same bytes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import docx
import yaml
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt

from casework.paper import MM_TO_PT, Type, add_run, child, packed, set_page, set_properties
from casework.reports.document import Document, Paper, Section
from records.reports import ConfirmedPart
from records.zone import CHINA

EXTENSION = "docx"

_STYLE_FILE = Path(__file__).with_name("docx.yaml")
_NUMERALS = "一二三四五六七八九"
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
    title: Type
    letterhead: Type
    page_number: Type


def render(document: Document) -> bytes:
    """The report as the bytes of a .docx file."""
    return printed(
        Paper(
            letterhead=document.letterhead,
            serial=document.serial,
            title=document.title,
            sections=tuple(_section(part, document.replay) for part in document.parts),
            signed_at=document.filed_at,
            closing=f"（报送人：{document.filed_by}，报送时间：{_moment(document.filed_at)}）",
            banner="（回放演练，非正式报送）" if document.replay else None,
        )
    )


def printed(document: Paper) -> bytes:
    """Any paper of the office as the bytes of a .docx file."""
    look = _look()
    paper = docx.Document()
    set_page(paper, look.page, look.body, look.page_number)
    _set_grid(paper, look)
    set_properties(paper, document.title, document.letterhead.issuer, document.serial, document.signed_at)
    _print_head(paper, document, look)
    for number, section in enumerate(document.sections):
        _print_section(paper, section, _NUMERALS[number], look)
    _print_signature(paper, document, look)
    return packed(paper)


def _section(part: ConfirmedPart, replay: bool) -> Section:
    deed = "在回放中提交，未经核对" if replay else "确认"
    note = f"（本部分由{part.confirmed_by}于{_moment(part.confirmed_at)}{deed}）"
    return Section(part.part.label, tuple(part.text.splitlines()), note)


def _print_head(paper: Any, document: Paper, look: Look) -> None:
    head = document.letterhead
    width = (look.page["width"] - look.page["left"] - look.page["right"]) * MM_TO_PT
    fitting = min(look.letterhead.size, width / max(len(head.heading), 1))
    red = Type(look.letterhead.font, fitting, look.letterhead.color)
    _paragraph(paper, head.heading, red, WD_ALIGN_PARAGRAPH.CENTER, snap=False)
    _red_line(_paragraph(paper, document.serial, look.body, WD_ALIGN_PARAGRAPH.CENTER), look)
    _paragraph(paper, "", look.body)
    _paragraph(paper, " ".join(document.title.split()), look.title, WD_ALIGN_PARAGRAPH.CENTER)
    if document.banner is not None:
        _paragraph(paper, document.banner, look.note, WD_ALIGN_PARAGRAPH.CENTER)
    _paragraph(paper, "", look.body)
    _paragraph(paper, f"{head.addressee}：", look.body)


def _print_section(paper: Any, section: Section, numeral: str, look: Look) -> None:
    heading = _paragraph(paper, f"{numeral}、{section.heading}", look.heading, indent=True)
    heading.paragraph_format.keep_with_next = True
    for line in section.lines:
        if line.strip():
            _paragraph(paper, line.strip(), look.body, indent=True)
    if section.note is not None:
        _paragraph(paper, section.note, look.note, indent=True)


def _print_signature(paper: Any, document: Paper, look: Look) -> None:
    _paragraph(paper, "", look.body)
    for line in (document.letterhead.issuer, _day(document.signed_at)):
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
        free = OxmlElement("w:snapToGrid")
        free.set(qn("w:val"), "0")
        paragraph._p.get_or_add_pPr().insert_element_before(free, *_AFTER_BORDERS[4:])
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
        for name in ("body", "heading", "note", "title", "letterhead", "page_number")
    }
    return Look(page=rows["page"], line_pitch=rows["grid"]["line_pitch"], **types)


def _day(at: datetime) -> str:
    local = at.astimezone(CHINA)
    return f"{local.year}年{local.month}月{local.day}日"


def _moment(at: datetime) -> str:
    local = at.astimezone(CHINA)
    return f"{_day(at)}{local.hour:02d}时{local.minute:02d}分"
