"""Papers of the office for the tests: one with a table, a chart and an appendix, and a report of many pages."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from casework.reports.document import Document, Letterhead, Paper, office_paper
from records.papers import (
    Basis,
    Chart,
    Content,
    Ledger,
    PaperKind,
    PaperSection,
    Paragraph,
    Series,
    Shape,
    Statement,
    Table,
)
from records.reports import ConfirmedPart, Part
from records.words import ReportKind

AT = datetime(2026, 4, 10, 1, 20, tzinfo=UTC)
LETTERHEAD = Letterhead("中共惠川区委办公室舆情专报", "惠舆情报", "区委、区政府", "中共惠川区委办公室")
DAYS = Basis(Ledger.DAYS, "2026年3月1日至31日各责任单位逐日帖文数合计", ("2026-03-01", "2026-03-31"))
ALERTS = Basis(Ledger.ALERT, "3月发出的预警23条，其中特别重大0条、重大2条", ("a1", "a2"))
SENTENCE = "本月共收集与本区有关的公开信息一千二百四十六条，比上月增加三成，其中反映供热和道路施工的最多。"
UNITS = ("区住房和城乡建设局", "区教育体育局", "区交通运输局", "区卫生健康局", "区市场监督管理局", "区城市管理局")

TABLE = Table(
    "各责任单位办理情况",
    ("责任单位", "事件", "按时报送", "平均用时", "说明"),
    tuple(
        (unit, str(3 + number), f"{90 - number}%", f"{95 + number}分钟", "首次报送均在时限以内")
        for number, unit in enumerate(UNITS)
    ),
    (DAYS,),
)
CHART = Chart(
    "本月每周帖文数",
    Shape.BARS,
    ("第一周", "第二周", "第三周", "第四周"),
    (Series("供热", (120, 310, 95, 40)), Series("道路施工", (60, 75, None, 90)), Series("入学", (12, 9, 14, 20))),
    "条",
    (DAYS, ALERTS),
)
LINES = replace(CHART, title="本月每周预警数", shape=Shape.LINES)


def content(sections: int = 3) -> Content:
    """A paper of so many parts; the first holds the table, the second the chart."""
    prose = Paragraph((Statement(SENTENCE, (DAYS,)), Statement("以下分单位说明。"), Statement(SENTENCE, (ALERTS,))))
    found = [PaperSection(f"第{number}部分的情况", (prose, prose)) for number in range(1, sections + 1)]
    found[0] = replace(found[0], blocks=(prose, TABLE, prose))
    if sections > 1:
        found[1] = replace(found[1], blocks=(CHART, prose, LINES, prose))
    return Content("2026年3月舆情回应工作月报", tuple(found))


def office(sections: int = 3) -> Paper:
    """The paper of these parts under the letterhead, in the place of an earlier one."""
    return office_paper(
        content(sections),
        LETTERHEAD,
        "惠舆情报〔2026〕13号",
        AT,
        "（签发人：李静）",
        superseding="（本件替代惠舆情报〔2026〕12号，原件作废。理由：第二部分的数字有误。）",
        kind=PaperKind.MONTHLY,
    )


def report(paragraphs: int = 1) -> Document:
    """An incident report with so many paragraphs in each of its four parts."""
    text = "\n".join([SENTENCE * 4] * paragraphs)
    return Document(
        letterhead=LETTERHEAD,
        serial="惠舆情报〔2026〕12号",
        title="关于《供热管网改造公告》负面舆情情况的报告（首报）",
        kind=ReportKind.INITIAL,
        filed_at=AT,
        filed_by="李静",
        parts=tuple(ConfirmedPart(part, text, "王芳", AT) for part in Part),
    )
