"""Prints a sheet that shows the letterhead as reports carry it, and where each name of the office appears."""

from __future__ import annotations

from datetime import datetime

from casework.reports.document import Letterhead, Paper, Section
from casework.reports.numbering import serial
from pipeline.printing import FORMATS, Format
from records.zone import CHINA

TITLE = "抬头样张"
WHERE = {
    "name": "审批表、归档包、回应公开网站",
    "office_name": "页面、提醒、报告落款、回应公开网站、导出的表格",
    "letterhead": "报告（首报、续报、终报）最上面的红字",
    "serial_prefix": "报告文号",
    "report_to": "报告的主送机关；提醒和处置步骤里说到向谁报告",
}
"""On what each setting of the organisation appears."""


def sample(letterhead: Letterhead, organisation: str, at: datetime, format_: Format = FORMATS[0]) -> bytes:
    """The sheet as the bytes of a .docx file, printed as every paper is."""
    lines = (
        f"单位名称：{organisation}（{WHERE['name']}）",
        f"办公室名称：{letterhead.issuer}（{WHERE['office_name']}）",
    )
    paper = Paper(
        letterhead=letterhead,
        serial=serial(letterhead.serial_prefix, at.astimezone(CHINA).year, 1),
        title=TITLE,
        sections=(Section("名称用在哪里", lines),),
        signed_at=at,
        closing="（样张，不编号、不归档）",
        banner="（样张，非正式报送）",
    )
    return format_.printed(paper)
