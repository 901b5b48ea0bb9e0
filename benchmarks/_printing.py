"""How many papers are printed in how many seconds: reports on incidents and papers with a table, charts and an appendix."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from time import perf_counter, process_time
from typing import Any

from casework.reports.document import Document, Letterhead, Paper, office_paper
from casework.reports.formats import docx
from casework.reports.office_program import converted, program
from pipeline.later_formats import BATCH
from records.papers import (
    Basis,
    Chart,
    Content,
    Ledger,
    PaperSection,
    Paragraph,
    Series,
    Shape,
    Statement,
    Table,
)
from records.reports import ConfirmedPart, Part
from records.words import ReportKind

DOCX, QUICK_DOCX, DOCX_S = 200, 8, 20.0
PDF, QUICK_PDF, PDF_S = 40, 2, 60.0
"""What is promised on two cores: so many papers in so many seconds."""

AT = datetime(2026, 4, 10, 1, 20, tzinfo=UTC)
LETTERHEAD = Letterhead("舆情专报", "惠舆情报", "区委、区政府", "区委办公室")
UNITS = ("区住建局", "区教体局", "区交通局", "区卫健局", "区市场监管局", "区城管局", "区民政局", "区人社局")
SENTENCE = "共收集有关的公开信息{number}条，比上一时段增加三成，其中反映供热和道路施工的最多，要求说明何时修好。"


def measured(quick: bool) -> dict[str, Any]:
    """Seconds of the clock for both promises, and what part of the promised time they are; no .pdf where LibreOffice is missing.

    Beside other programs only `processor_s` says how long a paper takes: the .docx are printed by one process.
    """
    count, pdfs = (QUICK_DOCX, QUICK_PDF) if quick else (DOCX, PDF)
    began, worked = perf_counter(), process_time()
    papers = [docx.render(one) if isinstance(one, Document) else docx.printed(one) for one in _papers(count)]
    took = {"docx": (count, perf_counter() - began, DOCX_S * count / DOCX)}
    worked = process_time() - worked
    if program() is not None:
        began = perf_counter()
        for begin in range(0, pdfs, BATCH):
            converted(papers[begin : min(begin + BATCH, pdfs)])
        took["pdf"] = (pdfs, perf_counter() - began, PDF_S * pdfs / PDF)
    found: dict[str, Any] = {
        name: {"papers": number, "s": round(seconds, 2), "promised_s": promised, "ratio": round(seconds / promised, 2)}
        for name, (number, seconds, promised) in took.items()
    }
    found["docx"]["processor_s"] = round(worked, 2)
    return found


def _papers(count: int) -> Iterator[Document | Paper]:
    """Half of each kind, every one with figures of its own."""
    for number in range(count):
        yield _report(number) if number % 2 else _monthly(number)


def _report(number: int) -> Document:
    paragraph = Paragraph(
        tuple(
            Statement(SENTENCE.format(number=number + one), (Basis(Ledger.POST, f"归集的帖文{number + one}条"),))
            for one in range(4)
        )
    )
    parts = tuple(ConfirmedPart(part, paragraph.text, "王芳", AT, (paragraph,)) for part in Part)
    return Document(
        LETTERHEAD,
        f"惠舆情报〔2026〕{number}号",
        "关于供热管网改造舆情情况的报告（首报）",
        ReportKind.INITIAL,
        AT,
        "李静",
        parts,
    )


def _monthly(number: int) -> Paper:
    basis = Basis(Ledger.DAYS, f"第{number}期逐日统计合计")
    prose = Paragraph((Statement(SENTENCE.format(number=number), (basis,)), Statement("分单位情况如下。")))
    rows = tuple((unit, str(number + place), f"{90 - place}%", "均在时限以内") for place, unit in enumerate(UNITS))
    figures = tuple(float((number * 7 + place * 13) % 90) for place in range(len(UNITS)))
    bars = Chart(
        "各单位事件数", Shape.BARS, UNITS, (Series("本月", figures), Series("上月", figures[::-1])), "件", (basis,)
    )
    lines = replace(bars, title="各单位帖文数", shape=Shape.LINES, unit="条")
    blocks = (
        prose,
        Table("各单位办理情况", ("责任单位", "事件", "按时", "说明"), rows, (basis,)),
        prose,
        bars,
        lines,
        prose,
    )
    sections = tuple(PaperSection(f"第{part}部分", blocks if part == 1 else (prose, prose)) for part in range(1, 6))
    return office_paper(
        Content("舆情工作月报", sections), LETTERHEAD, f"惠舆情报〔2026〕{number}号", AT, "（签发人：李静）"
    )
