"""Decides whether a .docx may be a template of the office's own: safe to open, every needed field there, no other, and it prints."""

from __future__ import annotations

import re
import zipfile
from collections import Counter
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import docx as python_docx
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml.ns import qn

from casework.reports.document import Document, Letterhead, office_paper
from casework.reports.fields import FIELD, fields, paragraphs, stories, words
from casework.reports.formats import docx
from casework.reports.package_check import BadTemplate, checked_package
from casework.reports.shipped_templates import INCIDENT, fields_kind
from records.papers import Basis, Chart, Content, Ledger, PaperSection, Paragraph, Series, Shape, Statement, Table
from records.reports import ConfirmedPart, Part
from records.words import ReportKind

_EXPRESSION = re.compile(r"\{%.*?%\}|\{#.*?#\}", re.DOTALL)
_LOOSE = re.compile(r"\{\{|\}\}|\{%|%\}|\{#|#\}")
_AT = datetime(2026, 1, 1, 4, tzinfo=UTC)


def check_template(kind: str, content: bytes) -> None:
    """Raises BadTemplate, with the name of the field or the text that is wrong."""
    checked_package(content)
    try:
        opened: Any = python_docx.Document(BytesIO(content))
        found = [words(paragraph) for story in stories(opened) for paragraph in paragraphs(story)]
    except (PackageNotFoundError, KeyError, ValueError, AttributeError, zipfile.BadZipFile):
        raise BadTemplate("模板打不开；请用 Word 或 WPS 另存为 .docx 再试") from None
    _check_fields(kind, found)
    _check_places(kind, opened)
    _try(kind, content)


def _check_fields(kind: str, lines: list[str]) -> None:
    known = {one.name: one for one in fields(fields_kind(kind))}
    names = Counter(found[1] for line in lines for found in FIELD.finditer(line))
    for line in lines:
        if (hostile := _EXPRESSION.search(line)) is not None:
            raise BadTemplate(f"模板里有“{_short(hostile[0])}”：这里只填写字段，不执行任何语句；请删去后再试")
    unknown = [name for name in names if name not in known]
    if unknown:
        raise BadTemplate(f"模板里有不认得的字段{_listed(unknown)}；能用的字段见 docs/templates.md")
    for line in lines:
        if (loose := _LOOSE.search(FIELD.sub("", line))) is not None:
            raise BadTemplate(f"“{_short(line)}”里的 {loose[0]} 没有成对；字段要写成 {{{{文号}}}}，中间不要换行")
    missing = [one.name for one in known.values() if one.required and not names[one.name]]
    if missing:
        raise BadTemplate(f"模板缺少必需的字段{_listed(missing)}；请补上后再试，写法如 {{{{{missing[0]}}}}}")


def _check_places(kind: str, opened: Any) -> None:
    """What takes the place of a whole paragraph stands once, alone, in the text itself."""
    body = [one for one in opened.element.body if one.tag == qn("w:p")]
    alone = Counter(found[1] for one in body if (found := FIELD.fullmatch(words(one).strip())))
    everywhere = Counter(
        found[1] for story in stories(opened) for one in paragraphs(story) for found in FIELD.finditer(words(one))
    )
    for one in fields(fields_kind(kind)):
        if one.stands_alone and (alone[one.name], everywhere[one.name]) != (1, 1):
            raise BadTemplate(f"字段“{one.name}”要单独成一段、只写一次，并且不放在表格、文本框或页眉页脚里；请改好再试")


def _try(kind: str, content: bytes) -> None:
    """Print a trial paper and see that everything it says is there."""
    try:
        if fields_kind(kind) == INCIDENT:
            printed, said = docx.render(_REPORT, content), [*(f"{part.label}的正文" for part in Part), "试印的依据"]
        else:
            printed, said = docx.printed(_PAPER, content), ["试印的一句话。", "试印的依据", "一、试印的部分"]
        opened: Any = python_docx.Document(BytesIO(printed))
    except (KeyError, ValueError, AttributeError, IndexError, TypeError):
        raise BadTemplate(
            "用这个模板试印没有成功；请从 huiying reports template KIND --export 导出的模板改起"
        ) from None
    text = "\n".join(words(paragraph) for story in stories(opened) for paragraph in paragraphs(story))
    lost = [one for one in (*said, "试印〔2026〕1号", "2026年1月1日") if one not in text]
    if lost:
        raise BadTemplate(f"用这个模板试印，丢了“{lost[0]}”；请检查有关字段")


def _listed(names: list[str]) -> str:
    return "、".join(f"“{_short(name)}”" for name in names)


def _short(text: str) -> str:
    whole = " ".join(text.split())
    return whole if len(whole) <= 60 else f"{whole[:60]}…"


_LETTERHEAD = Letterhead("试印抬头", "试印", "试印主送", "试印落款")
_BASIS = Basis(Ledger.RECORD, "试印的依据")
_REPORT = Document(
    letterhead=_LETTERHEAD,
    serial="试印〔2026〕1号",
    title="试印的题目",
    kind=ReportKind.INITIAL,
    filed_at=_AT,
    filed_by="试印",
    parts=tuple(
        ConfirmedPart(
            part, f"{part.label}的正文", "试印", _AT, (Paragraph((Statement(f"{part.label}的正文", (_BASIS,)),)),)
        )
        for part in Part
    ),
    replay=True,
)
_PAPER = office_paper(
    Content(
        "试印的题目",
        (
            PaperSection(
                "试印的部分",
                (
                    Paragraph((Statement("试印的一句话。", (_BASIS,)),)),
                    Table("试印的表", ("甲", "乙"), (("一", "二"),)),
                    Chart("试印的图", Shape.BARS, ("甲",), (Series("一", (1,)),), "件"),
                ),
            ),
        ),
    ),
    _LETTERHEAD,
    "试印〔2026〕1号",
    _AT,
    "（试印）",
)
