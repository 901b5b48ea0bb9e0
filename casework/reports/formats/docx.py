"""Prints a report, or another paper, as .docx into a template; the same paper gives the same bytes.

The shipped templates keep the page of GB/T 9704; an office may use its own, see docs/templates.md.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any

from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Length, Mm, Pt
from docx.text.paragraph import Paragraph as Printed

from casework.paper import MM_TO_PT, packed, printable, set_properties
from casework.reports.charts import NoFont, TooMany, drawn, in_words
from casework.reports.document import Document, Ground, Paper, Section, day, incident_paper, numeral
from casework.reports.fields import FIELD, put, words
from casework.reports.form import Form, Pattern
from casework.reports.shipped_templates import INCIDENT, OFFICE, shipped
from casework.reports.tables import figures_as_table, printed_table
from casework.reports.title_lines import characters, title_lines
from records.papers import Block, Chart, Paragraph, Table

EXTENSION = "docx"
TAKES_TEMPLATE = True
"""Whether `render` and `printed` print into a template of the office's own."""

APPENDIX = "附件"
GROUNDS = "数据依据"

_GROUND_COLUMNS = ("序号", "部分", "正文内容", "依据")
_PATTERNS = ("部分标题", "段落", "注", "图表题", "表头", "表格", "图")
_NO_ROOM = (
    f"<w:pPr {nsdecls('w')}><w:snapToGrid w:val='0'/><w:spacing w:before='0' w:after='0' w:line='20' w:lineRule='exact'/>"
    "<w:rPr><w:vanish/><w:sz w:val='2'/></w:rPr></w:pPr>"
)
_SPARE = 0.5
"""So many characters are left free beside a line of the title: digits may be wider than half a character."""

_SIGNED_IN = 2
"""A signature stands so many characters in from the right, and its date begins so many after it (GB/T 9704 7.3.5)."""


def render(document: Document, template: bytes | None = None) -> bytes:
    """The report as the bytes of a .docx file."""
    paper = incident_paper(document)
    form = Form(shipped(INCIDENT) if template is None else template)
    _look_after(form, paper)
    for section in paper.sections:
        form.repeat(section.heading, [line.strip() for line in section.lines if line.strip()])
    _print_grounds(form, paper.grounds)
    form.drop("表头", "表格")
    _fill(form, paper, {f"{section.heading}·核对": section.note for section in paper.sections})
    return _packed(form, paper)


def printed(document: Paper, template: bytes | None = None) -> bytes:
    """Any paper of the office as the bytes of a .docx file."""
    form = Form(shipped(OFFICE) if template is None else template)
    _look_after(form, document)
    _print_grounds(form, document.grounds)
    _print_sections(form, document.sections)
    _fill(form, document)
    return _packed(form, document)


def _values(paper: Paper) -> dict[str, str | None]:
    """What stands in the fields of a line."""
    head, has_grounds = paper.letterhead, bool(paper.grounds)
    return {
        "抬头": head.heading,
        "文号": paper.serial,
        "题目": " ".join(paper.title.split()),
        "替代": paper.superseding,
        "标注": paper.banner,
        "主送": head.addressee,
        "落款": head.issuer,
        "日期": day(paper.signed_at),
        "结语": paper.closing,
        "附件说明": f"{APPENDIX}：{GROUNDS}" if has_grounds else None,
        "附件": APPENDIX if has_grounds else None,
        "附件题目": GROUNDS if has_grounds else None,
    }


def _look_after(form: Form, paper: Paper) -> None:
    """Fit what depends on how long it is: the letterhead, the signature over its date."""
    heading = form.paragraph_of("抬头")
    if heading is not None:
        form.fit(heading, paper.letterhead.heading)
    _sign(form, paper)


def _fill(form: Form, paper: Paper, notes: Mapping[str, str | None] | None = None) -> None:
    """Fill the fields of a line; a title that stands alone in its paragraph is printed in lines that end between words."""
    title = form.paragraph_of("题目")
    alone = title is not None and FIELD.fullmatch(title.text.strip()) is not None
    form.fill({**(notes or {}), **_values(paper)})
    sizes = [run.font.size.pt for run in title.runs if run.font.size is not None] if title is not None else []
    if title is None or not alone or not sizes:
        return
    lines = title_lines(title.text.strip(), form.width * MM_TO_PT / max(sizes) - _SPARE)
    first, *others = title.runs
    first.text = "\n".join(lines)
    for run in others:
        run.text = ""


def _sign(form: Form, paper: Paper) -> None:
    """The date begins two characters after the signature; the longer of the two stands two characters in from the right."""
    issuer, date = form.paragraph_of("落款"), form.paragraph_of("日期")
    if issuer is None or date is None or not _is_right(issuer) or not _is_right(date):
        return
    longer = characters(paper.letterhead.issuer) - characters(day(paper.signed_at)) - _SIGNED_IN
    for paragraph, more in ((issuer, max(-longer, 0)), (date, max(longer, 0))):
        sizes = [run.font.size.pt for run in paragraph.runs if run.font.size is not None]
        paragraph.paragraph_format.right_indent = Pt(int((_SIGNED_IN + more) * max(sizes, default=16)))


def _is_right(paragraph: Printed) -> bool:
    return paragraph.alignment is not None and paragraph.alignment.name == "RIGHT"


def _print_sections(form: Form, sections: Sequence[Section]) -> None:
    """Print the parts where the pattern of their heading stands."""
    patterns = {name: form.place(name) for name in _PATTERNS}
    place = patterns["部分标题"]
    found = {name: Pattern(one) for name, one in patterns.items()}
    for number, section in enumerate(sections, start=1):
        place.addprevious(found["部分标题"].with_text(f"{numeral(number)}、{section.heading}"))
        for line in section.lines:
            _print_line(place, found, line)
        for block in section.blocks:
            _print_block(form, place, found, block)
        if section.note is not None:
            place.addprevious(found["注"].with_text(section.note))
    if sections:
        # A signature never stands on a page without a word of the text.
        last = place.getprevious()
        for paragraph in [last] if last.tag == qn("w:p") else last[-1].iter(qn("w:p")):
            _kept_with_next(paragraph)
    form.drop(*_PATTERNS)


def _print_line(place: Any, patterns: dict[str, Pattern], text: str) -> None:
    if text.strip():
        place.addprevious(patterns["段落"].with_text(text.strip()))


def _print_block(form: Form, place: Any, patterns: dict[str, Pattern], block: Block) -> None:
    match block:
        case Paragraph():
            for line in block.text.splitlines():
                _print_line(place, patterns, line)
        case Table():
            place.addprevious(_kept_with_next(patterns["图表题"].with_text(block.title)))
            place.addprevious(printed_table(form.document, block, patterns["表头"], patterns["表格"], form.width))
        case Chart():
            _print_chart(form, place, patterns, block)


def _print_chart(form: Form, place: Any, patterns: dict[str, Pattern], chart: Chart) -> None:
    """The picture with its title below; where none can be drawn, the figures as a table."""
    try:
        picture = drawn(chart)
    except (NoFont, TooMany) as reason:
        _print_block(form, place, patterns, figures_as_table(chart))
        why = "本机没有中文字体" if isinstance(reason, NoFont) else "图上画不下"
        place.addprevious(patterns["图表题"].with_text(f"（{why}，图以表格代替）"))
        return
    stands = patterns["图"].with_text("")
    place.addprevious(_kept_with_next(stands))
    shape = Printed(stands, form.document._body).add_run().add_picture(io.BytesIO(picture))
    if shape.width > Mm(form.width):
        scale = Mm(form.width) / shape.width
        shape.width, shape.height = Length(shape.width * scale), Length(shape.height * scale)
    shape._inline.docPr.set("descr", in_words(chart))
    shape._inline.docPr.set("title", printable(chart.title))
    place.addprevious(patterns["图表题"].with_text(chart.title))


def _print_grounds(form: Form, grounds: Sequence[Ground]) -> None:
    """The table of the appendix, in the look of the others; where nothing rests on anything, none."""
    place = form.place("附件表")
    if grounds:
        rows = tuple(
            (str(one.number), one.part, one.words, "\n".join(f"{it.ledger.label}：{it.words}" for it in one.rests_on))
            for one in grounds
        )
        head, body = Pattern(form.place("表头")), Pattern(form.place("表格"))
        table = Table(GROUNDS, _GROUND_COLUMNS, rows)
        place.addprevious(printed_table(form.document, table, head, body, form.width, left=(2, 3)))
        # The paragraph stays: a paper may not end with a table.
        put(place, 0, len(words(place)), "")
        _all_but_gone(place)
    else:
        form.drop("附件表")


def _kept_with_next(paragraph: Any) -> Any:
    Printed(paragraph, None).paragraph_format.keep_with_next = True  # type: ignore[arg-type]
    return paragraph


def _all_but_gone(paragraph: Any) -> None:
    """Let an empty paragraph take no room, so that none begins a page of its own where a table fills the last one."""
    properties = paragraph.get_or_add_pPr()
    for one in list(properties):
        if one.tag != qn("w:sectPr"):
            properties.remove(one)
    for one in reversed(parse_xml(_NO_ROOM)):
        properties.insert(0, one)


def _packed(form: Form, paper: Paper) -> bytes:
    set_properties(form.document, paper.title, paper.letterhead.issuer, paper.serial, paper.signed_at)
    return packed(form.document)
