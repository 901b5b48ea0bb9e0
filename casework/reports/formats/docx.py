"""Prints a report as .docx on the page of GB/T 9704; the same report gives the same bytes."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import docx
import yaml
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from casework.reports.document import Document
from records.reports import ConfirmedPart

EXTENSION = "docx"

_STYLE_FILE = Path(__file__).with_name("docx.yaml")
_OFFICE_ZONE = ZoneInfo("Asia/Shanghai")
_NUMERALS = "一二三四五六七八九"
_ZIP_TIME = (1980, 1, 1, 0, 0, 0)
_MM_TO_PT = 72 / 25.4
_AFTER_BORDERS = ("w:shd", "w:tabs", "w:suppressAutoHyphens", "w:snapToGrid", "w:spacing", "w:ind", "w:jc", "w:rPr")
"""Children of a paragraph's properties stand in a fixed order: these come after its borders."""
# What XML cannot hold, and marks that turn the reading direction: none of it may reach the page.
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)


@dataclass(frozen=True, slots=True)
class Type:
    """One kind of type: font name, size in points, colour as RRGGBB or None."""

    font: str
    size: float
    color: str | None = None


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
    look = _look()
    paper = docx.Document()
    _set_page(paper, look)
    _set_properties(paper, document)
    _print_head(paper, document, look)
    for number, part in enumerate(document.parts):
        _print_part(paper, part, _NUMERALS[number], document.replay, look)
    _print_signature(paper, document, look)
    written = io.BytesIO()
    paper.save(written)
    return _with_fixed_times(written.getvalue())


def _print_head(paper: Any, document: Document, look: Look) -> None:
    head = document.letterhead
    width = (look.page["width"] - look.page["left"] - look.page["right"]) * _MM_TO_PT
    fitting = min(look.letterhead.size, width / max(len(head.heading), 1))
    red = Type(look.letterhead.font, fitting, look.letterhead.color)
    _paragraph(paper, head.heading, red, WD_ALIGN_PARAGRAPH.CENTER, snap=False)
    _red_line(_paragraph(paper, document.serial, look.body, WD_ALIGN_PARAGRAPH.CENTER), look)
    _paragraph(paper, "", look.body)
    _paragraph(paper, " ".join(document.title.split()), look.title, WD_ALIGN_PARAGRAPH.CENTER)
    if document.replay:
        _paragraph(paper, "（回放演练，非正式报送）", look.note, WD_ALIGN_PARAGRAPH.CENTER)
    _paragraph(paper, "", look.body)
    _paragraph(paper, f"{head.addressee}：", look.body)


def _print_part(paper: Any, part: ConfirmedPart, numeral: str, replay: bool, look: Look) -> None:
    heading = _paragraph(paper, f"{numeral}、{part.part.label}", look.heading, indent=True)
    heading.paragraph_format.keep_with_next = True
    for line in part.text.splitlines():
        if line.strip():
            _paragraph(paper, line.strip(), look.body, indent=True)
    deed = "在回放中提交，未经核对" if replay else "确认"
    _paragraph(paper, f"（本部分由{part.confirmed_by}于{_moment(part.confirmed_at)}{deed}）", look.note, indent=True)


def _print_signature(paper: Any, document: Document, look: Look) -> None:
    _paragraph(paper, "", look.body)
    for line in (document.letterhead.issuer, _day(document.filed_at)):
        signed = _paragraph(paper, line, look.body, WD_ALIGN_PARAGRAPH.RIGHT)
        signed.paragraph_format.right_indent = Pt(look.body.size * 2)
        signed.paragraph_format.keep_with_next = True
    _paragraph(
        paper, f"（报送人：{document.filed_by}，报送时间：{_moment(document.filed_at)}）", look.body, indent=True
    )


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
    _run(paragraph, text, kind)
    return paragraph


def _run(paragraph: Any, text: str, kind: Type) -> Any:
    run = paragraph.add_run(_printable(text))
    run.font.size = Pt(int(kind.size * 2) / 2)
    _set_fonts(run._r.get_or_add_rPr(), kind.font)
    if kind.color:
        run.font.color.rgb = RGBColor.from_string(kind.color)
    return run


def _set_fonts(properties: Any, font: str) -> None:
    fonts = properties.get_or_add_rFonts()
    for attribute in list(fonts.attrib):
        del fonts.attrib[attribute]
    for slot in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{slot}"), font)


def _set_page(paper: Any, look: Look) -> None:
    section = paper.sections[0]
    section.page_width, section.page_height = Mm(look.page["width"]), Mm(look.page["height"])
    section.top_margin, section.bottom_margin = Mm(look.page["top"]), Mm(look.page["bottom"])
    section.left_margin, section.right_margin = Mm(look.page["left"]), Mm(look.page["right"])
    section.footer_distance = Mm(look.page["bottom"] - 7 - look.page_number.size / _MM_TO_PT)
    for grid in section._sectPr.findall(qn("w:docGrid")):
        section._sectPr.remove(grid)
    _child(section._sectPr, "w:docGrid", type="lines", linePitch=str(look.line_pitch))
    normal = paper.styles["Normal"]
    normal.font.size = Pt(look.body.size)
    normal.paragraph_format.space_before = normal.paragraph_format.space_after = Pt(0)
    normal.paragraph_format.line_spacing = 1
    _set_fonts(normal.element.get_or_add_rPr(), look.body.font)
    _leave_theme_fonts(paper)
    paper.settings.odd_and_even_pages_header_footer = True
    _number_pages(section.footer, WD_ALIGN_PARAGRAPH.RIGHT, look)
    _number_pages(section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT, look)


def _leave_theme_fonts(paper: Any) -> None:
    """Drop what the blank template brings along: its theme's Latin fonts, its language and its picture."""
    for defaults in paper.styles.element.iter(qn("w:rPrDefault")):
        for fonts in list(defaults.iter(qn("w:rFonts"))):
            fonts.getparent().remove(fonts)
        for language in defaults.iter(qn("w:lang")):
            language.set(qn("w:eastAsia"), "zh-CN")
    package = paper.part.package
    for key in [key for key, relation in package.rels.items() if relation.reltype.endswith("/thumbnail")]:
        del package.rels[key]


def _number_pages(footer: Any, side: Any, look: Look) -> None:
    """— 1 —, one character in from the outer edge."""
    footer.is_linked_to_previous = False
    paragraph = footer.paragraphs[0]
    paragraph.alignment = side
    edge = Pt(look.page_number.size)
    paragraph.paragraph_format.left_indent = paragraph.paragraph_format.right_indent = edge
    _run(paragraph, "— ", look.page_number)
    field = _run(paragraph, "", look.page_number)
    for kind in ("begin", None, "end"):
        if kind:
            _child(field._r, "w:fldChar", fldCharType=kind)
        else:
            _child(field._r, "w:instrText").text = "PAGE"
    _run(paragraph, " —", look.page_number)


def _red_line(paragraph: Any, look: Look) -> None:
    borders = OxmlElement("w:pBdr")
    _child(borders, "w:bottom", val="single", sz="12", space="4", color=look.letterhead.color or "000000")
    properties = paragraph._p.get_or_add_pPr()
    properties.insert_element_before(borders, *_AFTER_BORDERS)


def _child(parent: Any, tag: str, **attributes: str) -> Any:
    element = OxmlElement(tag)
    for name, value in attributes.items():
        element.set(qn(f"w:{name}"), value)
    parent.append(element)
    return element


def _set_properties(paper: Any, document: Document) -> None:
    at = document.filed_at.astimezone(UTC)
    properties = paper.core_properties
    properties.title = _printable(document.title)[:255]
    properties.author = properties.last_modified_by = _printable(document.letterhead.issuer)[:255]
    properties.subject = _printable(document.serial)[:255]
    properties.comments = properties.keywords = ""
    properties.language = "zh-CN"
    properties.created = properties.modified = at
    properties.revision = 1


def _with_fixed_times(packed: bytes) -> bytes:
    """The same package with one time in every entry: a zip otherwise holds the moment it was written."""
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(packed)) as source, zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            entry = zipfile.ZipInfo(name, _ZIP_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            target.writestr(entry, source.read(name))
    return written.getvalue()


def _printable(text: str) -> str:
    return _UNPRINTABLE.sub("", text)


@cache
def _look() -> Look:
    rows = yaml.safe_load(_STYLE_FILE.read_text("utf-8"))
    types = {
        name: Type(rows[name]["font"], rows[name]["size"], rows[name].get("color"))
        for name in ("body", "heading", "note", "title", "letterhead", "page_number")
    }
    return Look(page=rows["page"], line_pitch=rows["grid"]["line_pitch"], **types)


def _day(at: datetime) -> str:
    local = at.astimezone(_OFFICE_ZONE)
    return f"{local.year}年{local.month}月{local.day}日"


def _moment(at: datetime) -> str:
    local = at.astimezone(_OFFICE_ZONE)
    return f"{_day(at)}{local.hour:02d}时{local.minute:02d}分"
