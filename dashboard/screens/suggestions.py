"""意见建议: the ledger of suggestions of party members and the public, what needs somebody first; taking in, writing up."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import streamlit as st

from casework.suggestions.standing import Wait
from dashboard.backstage import backstage
from dashboard.navigation import Place
from dashboard.pieces import downloads
from dashboard.screens import suggestion_entry, suggestion_report
from dashboard.suggesting import standing_badge, way_label
from dashboard.visit import Visit
from dashboard.wording import due, moment, plain, remaining, shortened, shown_text
from pipeline import suggestion_view, views
from pipeline.suggesting import REGISTER
from pipeline.suggestion_report import REPORT
from pipeline.suggestion_view import SuggestionRow
from records.spreadsheets import Cell
from records.suggestions import Standing, SuggestionEntry
from records.zone import CHINA

_OPEN = "未办结"
_ANY = "不限"
_PERIODS = {"最近90天": timedelta(days=90), "最近一年": timedelta(days=366), _ANY: None}
_PAGE = 25
_HEADING = (
    "编号",
    "收到时间",
    "来源",
    "意见建议",
    "涉及事项",
    "承办单位",
    "状态",
    "最迟",
    "是否超期",
    "转办时间",
    "催办次数",
    "采纳与否",
    "措施或解释",
    "答复时间",
    "落实情况",
    "落实时间",
    "反馈方式",
    "反馈时间",
    "反馈内容和证明",
    "列为重要的理由",
    "书面报告",
    "报告时间",
    "领导批示",
    "办结时间",
)


def draw(visit: Visit) -> None:
    """Draw the ledger, the forms by which suggestions are taken in, and the written report."""
    tabs = {"台账": _ledger}
    if views.may_somewhere(visit.person, REGISTER):
        tabs |= {"登记": suggestion_entry.draw_form, "导入": suggestion_entry.draw_import}
    if views.may_everywhere(visit.person, REPORT):
        tabs |= {"书面报告": suggestion_report.draw}
    for tab, drawn in zip(st.tabs(list(tabs)), tabs.values(), strict=True):
        with tab:
            drawn(visit)


def _ledger(visit: Visit) -> None:
    period, standing = st.columns([1, 1], vertical_alignment="bottom")
    length = _PERIODS[period.selectbox("收到时间", list(_PERIODS), index=1, key="suggestions_period") or _ANY]
    choices: list[Standing | str] = [_OPEN, *Standing, _ANY]
    wanted = standing.selectbox("状态", choices, format_func=_named, key="suggestions_state")
    now = backstage().now()
    with backstage().store.reading() as t:
        rows = suggestion_view.ledger(
            t,
            visit.person,
            now,
            since=None if length is None else now - length,
            standing=wanted if isinstance(wanted, Standing) else None,
            open_only=wanted == _OPEN,
        )
    if wanted == _OPEN:
        rows = [row for row in rows if row.course.standing is not Standing.VOID]
    if not rows:
        st.info("没有符合的意见建议。在“登记”里登记一条，从表格“导入”，或在帖文下按“记为意见建议”。")
        return
    _downloads(rows, now)
    number = 1
    if len(rows) > _PAGE:
        number = st.pagination(-(-len(rows) // _PAGE), key="suggestions_page")
    for row in rows[(number - 1) * _PAGE : number * _PAGE]:
        draw_row(visit, row, now)


def draw_row(visit: Visit, row: SuggestionRow, now: datetime) -> None:
    """Draw one suggestion on a line, with what is awaited."""
    with st.container(border=True, key=f"suggestion_{row.suggestion.id}"):
        words, matter, standing = st.columns([3.6, 2.2, 2.4], vertical_alignment="center", gap="small")
        with words:
            visit.link(Place.SUGGESTION, row.suggestion.text, row.suggestion.id, 44)
            came = f"{way_label(row.suggestion.way)} · {moment(row.suggestion.received_at, now)} 收到"
            st.markdown(f":small[:gray[{row.suggestion.id} · {came}]]")
        about = plain(shortened(row.record_title, 26)) if row.record_title else "未指明公开事项"
        matter.markdown(f"{about}  \n:small[:gray[{plain(row.course.unit or '未定承办单位')}]]")
        important = " :red-badge[重要]" if row.course.important is not None else ""
        waits = "  \n".join(_wait(wait, now) for wait in row.course.waits)
        standing.markdown(f"{standing_badge(row.course.standing)}{important}  \n{waits}")


def line(row: SuggestionRow, now: datetime) -> tuple[Cell, ...]:
    """One suggestion as the file of the ledger tells it."""
    one, course = row.suggestion, row.course
    answer, outcome = course.answer, course.outcome
    carried = outcome if outcome is not answer else None
    feedback, submitted, next_due = course.feedback, course.submitted, course.next_due()
    return (
        one.id,
        _full(one.received_at),
        way_label(one.way),
        shown_text(one.text),
        shown_text(row.outward_title or ""),
        course.unit or "",
        course.standing.label,
        _full(next_due),
        "超期" if course.overdue(now) else "",
        _when(course.transferred),
        course.urged,
        "" if answer is None else backstage().desk.suggestion_rules.step(answer.did).label,
        _words(answer),
        _when(answer),
        _words(carried),
        _when(carried),
        "" if feedback is None else way_label(feedback.way),
        "" if feedback is None else _full(feedback.happened_at),
        _words(feedback),
        _words(course.important),
        _words(submitted),
        "" if submitted is None else _full(submitted.happened_at),
        _words(course.instructed),
        _when(course.finished),
    )


def _wait(wait: Wait, now: datetime) -> str:
    if wait.due_at is None:
        return ""
    report = f"{wait.standing.label}：" if wait.standing is Standing.TO_REPORT else ""
    colour = "red" if wait.overdue(now) else "gray"
    return f":small[:{colour}[{report}最迟 {due(wait.due_at)}，{remaining(wait.due_at, now)}]]"


def _named(wanted: Standing | str) -> str:
    return wanted.label if isinstance(wanted, Standing) else wanted


def _downloads(rows: Sequence[SuggestionRow], now: datetime) -> None:
    day = f"{now:%Y%m%d}"
    late = sum(row.course.overdue(now) for row in rows)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"共 {len(rows)} 件" + (f"，:red[超期 {late} 件]" if late else ""))
        name, title = f"意见建议台账-{day}", f"意见建议台账{day}"
        downloads("suggestions", name, title, _HEADING, lambda: [line(row, now) for row in rows])


def _words(entry: SuggestionEntry | None) -> str:
    return "" if entry is None else shown_text(entry.text or "")


def _when(entry: SuggestionEntry | None) -> str:
    return "" if entry is None else _full(entry.at)


def _full(at: datetime | None) -> str:
    """A moment as a file that is kept tells it, with its year."""
    return "" if at is None else f"{at.astimezone(CHINA):%Y-%m-%d %H:%M}"
