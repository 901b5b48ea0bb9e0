"""Makes the shipped templates out of formats/docx.yaml: `python -m casework.reports.template_making` after a change in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import docx
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt

from casework.paper import Type, add_run, child, packed, set_page, set_properties
from casework.reports.document import numeral
from casework.reports.shipped_templates import INCIDENT, OFFICE
from records.reports import Part
from records.shipped_files import content_of

CENTER, RIGHT, BOTH = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT, WD_ALIGN_PARAGRAPH.JUSTIFY

_STYLE_FILE = Path(__file__).with_name("formats") / "docx.yaml"
_SHIPPED = Path(__file__).with_name("shipped")
_MADE = datetime(2026, 1, 1, tzinfo=UTC)
_TITLE_SPACING = 1.5
_AFTER_BORDERS = ("w:shd", "w:tabs", "w:suppressAutoHyphens", "w:snapToGrid", "w:spacing", "w:ind", "w:jc", "w:rPr")
"""Children of a paragraph's properties stand in a fixed order: these come after its borders."""


@dataclass(frozen=True, slots=True)
class Look:
    """The page and its types, as docx.yaml gives them."""

    page: Mapping[str, float]
    line_pitch: int
    types: Mapping[str, Type]

    def __getitem__(self, name: str) -> Type:
        """The type of that name."""
        return self.types[name]


def made(kind: str) -> bytes:
    """The template of a kind: incident or office."""
    look = _look()
    paper = docx.Document()
    set_page(paper, look.page, look["body"], look["page_number"])
    _set_grid(paper, look)
    set_properties(paper, "报告模板", "huiying", kind, _MADE)
    _MAKERS[kind](paper, look)
    return packed(paper)


def main() -> None:
    """Write both shipped templates."""
    for kind in _MAKERS:
        (_SHIPPED / f"{kind}.docx").write_bytes(made(kind))


def _make_incident(paper: Any, look: Look) -> None:
    _make_head(paper, look, "替代", "标注")
    for number, part in enumerate(Part, start=1):
        _make_heading(paper, f"{numeral(number)}、{part.label}", look)
        _paragraph(paper, f"{{{{{part.label}}}}}", look["body"], BOTH, indent=True)
        checked = _paragraph(paper, f"{{{{{part.label}·核对}}}}", look["note"], indent=True)
        checked.paragraph_format.keep_with_next = number == len(Part)
    _make_attached(paper, look)
    _make_signature(paper, look)
    _make_appendix(paper, look)
    _make_table_patterns(paper, look)


def _make_office(paper: Any, look: Look) -> None:
    _make_head(paper, look, "替代", "标注")
    _make_heading(paper, "{{部分标题}}", look)
    _paragraph(paper, "{{段落}}", look["body"], BOTH, indent=True)
    _paragraph(paper, "{{注}}", look["note"], indent=True)
    _paragraph(paper, "{{图表题}}", look["table_head"], CENTER)
    _make_table_patterns(paper, look)
    _paragraph(paper, "{{图}}", look["body"], CENTER, snap=False)
    _make_attached(paper, look)
    _make_signature(paper, look)
    _make_appendix(paper, look)


def _make_table_patterns(paper: Any, look: Look) -> None:
    _paragraph(paper, "{{表头}}", look["table_head"], CENTER, snap=False)
    _paragraph(paper, "{{表格}}", look["table"], CENTER, snap=False)


def _make_attached(paper: Any, look: Look) -> None:
    attached = _paragraph(paper, "{{附件说明}}", look["body"], indent=True)
    attached.paragraph_format.space_before = Pt(look.line_pitch / 20)
    attached.paragraph_format.keep_with_next = True


def _make_appendix(paper: Any, look: Look) -> None:
    _paragraph(paper, "{{附件}}", look["heading"]).paragraph_format.page_break_before = True
    appendix = _make_title(paper, "{{附件题目}}", look)
    appendix.paragraph_format.space_before = appendix.paragraph_format.space_after = Pt(look.line_pitch / 20)
    _paragraph(paper, "{{附件表}}", look["table"])


def _make_head(paper: Any, look: Look, *below_title: str) -> None:
    _paragraph(paper, "{{抬头}}", look["letterhead"], CENTER, snap=False)
    serial = _paragraph(paper, "{{文号}}", look["body"], CENTER)
    serial.paragraph_format.space_before = Pt(look.line_pitch / 20)
    _red_line(serial, look)
    _paragraph(paper, "", look["body"])
    _make_title(paper, "{{题目}}", look)
    for name in below_title:
        _paragraph(paper, f"{{{{{name}}}}}", look["note"], CENTER)
    _paragraph(paper, "", look["body"])
    _paragraph(paper, "{{主送}}：", look["body"])


def _make_title(paper: Any, text: str, look: Look) -> Any:
    """Of a fixed height: with a stand-in for its type a line would take two of the page."""
    title = _paragraph(paper, text, look["title"], CENTER, snap=False)
    title.paragraph_format.line_spacing = Pt(look["title"].size * _TITLE_SPACING)
    return title


def _make_heading(paper: Any, text: str, look: Look) -> None:
    _paragraph(paper, text, look["heading"], indent=True).paragraph_format.keep_with_next = True


def _make_signature(paper: Any, look: Look) -> None:
    _paragraph(paper, "", look["body"]).paragraph_format.keep_with_next = True
    for name in ("落款", "日期"):
        signed = _paragraph(paper, f"{{{{{name}}}}}", look["body"], RIGHT)
        signed.paragraph_format.right_indent = Pt(look["body"].size * 2)
        signed.paragraph_format.keep_with_next = True
    _paragraph(paper, "{{结语}}", look["body"], indent=True)


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
    child(borders, "w:bottom", val="single", sz="12", space="4", color=look["letterhead"].color or "000000")
    paragraph._p.get_or_add_pPr().insert_element_before(borders, *_AFTER_BORDERS)


def _look() -> Look:
    rows = content_of(_STYLE_FILE)
    types = {
        name: Type(row["font"], row["size"], row.get("color"))
        for name, row in rows.items()
        if name not in {"page", "grid"}
    }
    return Look(rows["page"], rows["grid"]["line_pitch"], types)


_MAKERS: Mapping[str, Callable[[Any, Look], None]] = {INCIDENT: _make_incident, OFFICE: _make_office}


if __name__ == "__main__":
    main()
