"""Sets up paper for documents that are printed as .docx: page, types, page numbers; the same content gives the same bytes."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

MM_TO_PT = 72 / 25.4

_ZIP_TIME = (1980, 1, 1, 0, 0, 0)
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)


@dataclass(frozen=True, slots=True)
class Type:
    """One kind of type: font name, size in points, colour as RRGGBB or None."""

    font: str
    size: float
    color: str | None = None


def set_page(paper: Any, page: Mapping[str, float], body: Type, page_number: Type) -> None:
    """Size and margins in mm, the type of what is printed, and — 1 — at the outer edge of each page."""
    section = paper.sections[0]
    section.page_width, section.page_height = Mm(page["width"]), Mm(page["height"])
    section.top_margin, section.bottom_margin = Mm(page["top"]), Mm(page["bottom"])
    section.left_margin, section.right_margin = Mm(page["left"]), Mm(page["right"])
    section.footer_distance = Mm(page["bottom"] - 7 - page_number.size / MM_TO_PT)
    normal = paper.styles["Normal"]
    normal.font.size = Pt(body.size)
    normal.paragraph_format.space_before = normal.paragraph_format.space_after = Pt(0)
    normal.paragraph_format.line_spacing = 1
    set_fonts(normal.element.get_or_add_rPr(), body.font)
    _leave_theme_fonts(paper)
    paper.settings.odd_and_even_pages_header_footer = True
    _number_pages(section.footer, WD_ALIGN_PARAGRAPH.RIGHT, page_number)
    _number_pages(section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT, page_number)


def set_properties(paper: Any, title: str, author: str, subject: str, at: datetime) -> None:
    """What the file says of itself."""
    properties = paper.core_properties
    properties.title = printable(title)[:255]
    properties.author = properties.last_modified_by = printable(author)[:255]
    properties.subject = printable(subject)[:255]
    properties.comments = properties.keywords = ""
    properties.language = "zh-CN"
    properties.created = properties.modified = at.astimezone(UTC)
    properties.revision = 1


def packed(paper: Any) -> bytes:
    """The document as the bytes of a .docx file."""
    written = io.BytesIO()
    paper.save(written)
    return with_fixed_times(written.getvalue())


def add_run(paragraph: Any, text: str, kind: Type) -> Any:
    """Text at the end of a paragraph, in that type."""
    run = paragraph.add_run(printable(text))
    run.font.size = Pt(int(kind.size * 2) / 2)
    set_fonts(run._r.get_or_add_rPr(), kind.font)
    if kind.color:
        run.font.color.rgb = RGBColor.from_string(kind.color)
    return run


def set_fonts(properties: Any, font: str) -> None:
    """One font for every script."""
    fonts = properties.get_or_add_rFonts()
    for attribute in list(fonts.attrib):
        del fonts.attrib[attribute]
    for slot in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{slot}"), font)


def child(parent: Any, tag: str, **attributes: str) -> Any:
    """A new element at the end of another, with attributes of WordprocessingML."""
    element = OxmlElement(tag)
    for name, value in attributes.items():
        element.set(qn(f"w:{name}"), value)
    parent.append(element)
    return element


def with_fixed_times(packed: bytes, parts: Mapping[str, bytes] | None = None) -> bytes:
    """The same package with one time in every entry: a zip otherwise holds the moment it was written. `parts` stand in
    place of the entries of these names."""
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(packed)) as source, zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            entry = zipfile.ZipInfo(name, _ZIP_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            target.writestr(entry, (parts or {}).get(name) or source.read(name))
    return written.getvalue()


def printable(text: str) -> str:
    """The text without what XML cannot hold, and without marks that turn the reading direction."""
    return _UNPRINTABLE.sub("", text)


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


def _number_pages(footer: Any, side: Any, kind: Type) -> None:
    """— 1 —, one character in from the outer edge."""
    footer.is_linked_to_previous = False
    paragraph = footer.paragraphs[0]
    paragraph.alignment = side
    edge = Pt(kind.size)
    paragraph.paragraph_format.left_indent = paragraph.paragraph_format.right_indent = edge
    add_run(paragraph, "— ", kind)
    field = add_run(paragraph, "", kind)
    for mark in ("begin", None, "end"):
        if mark:
            child(field._r, "w:fldChar", fldCharType=mark)
        else:
            child(field._r, "w:instrText").text = "PAGE"
    add_run(paragraph, " —", kind)
