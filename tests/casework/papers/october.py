"""A monthly paper of October: sentences that rest on its days, a table, a chart, and a part that people write."""

from __future__ import annotations

from datetime import date

from records.papers import (
    About,
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

OCTOBER = About(first=date(2026, 10, 1), last=date(2026, 10, 31))
DAYS = Basis(Ledger.DAYS, "2026年10月逐日统计", ("2026-10-01", "2026-10-31"))
COUNTED = Statement("10月共收到帖文120条，其中负面31条。", (DAYS,))
TABLE = Table("分类统计", ("类型", "条数"), (("态度", "3"), ("谣言", "1")), (DAYS,))
CHART = Chart("逐日走势", Shape.LINES, ("1日", "2日", "3日"), (Series("负面", (1.0, None, 4.0)),), "条", (DAYS,))


def october(*statements: Statement) -> Content:
    """The paper with these sentences in its first part."""
    return Content(
        "10月舆情工作情况",
        (
            PaperSection("总体情况", (Paragraph(statements or (COUNTED,)), TABLE, CHART)),
            PaperSection("下步打算", (Paragraph((Statement("〔待补充：下步打算〕"),)),)),
        ),
    )
