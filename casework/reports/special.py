"""Drafts the special report (专报) on an incident for those above: what is known, what people say, what is done, what to expect.

Its first three parts are those of the reports on the incident, its last one a person writes (第四十三条).
"""

from __future__ import annotations

from casework.reports.drafting import Material, draft_paragraphs, matter
from records.papers import Content, PaperSection, Paragraph, Statement
from records.reports import Part

TO_WRITE = "〔待填写：走势和风险研判、需要上级知晓或协调的事项、下一步建议〕"
"""Stands where the desk knows nothing: a person's judgement."""


def special_report(material: Material) -> Content:
    """The draft; sentences that state a figure or a deed name what they rest on."""
    parts = draft_paragraphs(material)
    return Content(
        title=f"关于{matter(material.incident, material.record)}舆情的专报",
        sections=(
            PaperSection("事件基本情况", parts[Part.OFFLINE_EVENT]),
            PaperSection("网上舆情", parts[Part.ONLINE_SITUATION]),
            PaperSection("网民主要观点", parts[Part.PUBLIC_VIEWS]),
            PaperSection("处置情况", parts[Part.MEASURES_TAKEN]),
            PaperSection("研判和建议", (Paragraph((Statement(TO_WRITE),)),)),
        ),
    )
