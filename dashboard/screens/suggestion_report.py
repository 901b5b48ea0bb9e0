"""书面报告: the paper about suggestions for the leading group, with the figures of a period and the important ones."""

from __future__ import annotations

from datetime import date
from functools import partial

import streamlit as st

from dashboard.backstage import backstage
from dashboard.exporting import DOCX
from dashboard.visit import Visit
from dashboard.wording import clause_name, plain, shortened
from huiying.report_formats import report_formats
from pipeline import suggestion_report
from records.naming import office_name
from records.zone import CHINA

_MONTHS = 3


def draw(visit: Visit) -> None:
    """Draw the period, its figures, the choice of important suggestions and the download."""
    rules, now = backstage().desk.suggestion_rules, backstage().now()
    today = now.astimezone(CHINA).date()
    st.caption(
        f"重要的意见建议以书面形式报告{plain(rules.report.addressee)}（{clause_name(rules.report.clause)}）。"
        f"文件由{plain(office_name())}核定、编号、报送；报送后在各条意见建议里登记“书面报告领导小组”。"
    )
    left, right = st.columns(2)
    first = left.date_input("从", _quarter(today), format="YYYY-MM-DD", key="report_first")
    last = right.date_input("到", today, format="YYYY-MM-DD", key="report_last")
    if not isinstance(first, date) or not isinstance(last, date) or first > last:
        st.error("请选择起止日期，起始日期不晚于截止日期。")
        return
    with backstage().store.reading() as t:
        rows = suggestion_report.rows_of(t, visit.person, first, last, now)
    counted = suggestion_report.figures_of(rows, rules, now)
    st.markdown(
        f"收到 **{counted.received}** 件　采纳 **{counted.adopted}**　落实 **{counted.carried_out}**　"
        f"解释 **{counted.explained}**　反馈 **{counted.fed_back}**　办结 **{counted.finished}**　"
        f"超期 **{counted.overdue}**　重要 **{counted.important}**"
    )
    names = {row.suggestion.id: shortened(f"{row.suggestion.id} {row.suggestion.text}", 50) for row in rows}
    important = [row.suggestion.id for row in rows if row.course.important is not None]
    chosen = st.multiselect(
        "写进报告的意见建议（已列为重要的先选好）",
        sorted(names),
        default=sorted(important),
        format_func=lambda one: plain(names[one]),
        placeholder="请选择",
        key=f"report_chosen_{first}_{last}",
        max_selections=suggestion_report.MOST,
    )
    st.download_button(
        "生成书面报告 .docx",
        partial(_paper, visit, (first, last), tuple(chosen)),
        f"意见建议办理情况报告-{last:%Y%m%d}.docx",
        DOCX,
        on_click="ignore",
        type="primary",
        icon=":material/description:",
        key="suggestions_report",
    )


def _paper(visit: Visit, period: tuple[date, date], chosen: tuple[str, ...]) -> bytes:
    parts = backstage()
    issuer = parts.desk.organisation.office_name
    rules = parts.desk.suggestion_rules
    with parts.store.reading() as t:
        format_ = report_formats(parts.desk.settings)[0]
        return suggestion_report.written_report(t, visit.person, period, chosen, parts.now(), rules, issuer, format_)


def _quarter(today: date) -> date:
    """The first day of the quarter."""
    return today.replace(month=today.month - (today.month - 1) % _MONTHS, day=1)
