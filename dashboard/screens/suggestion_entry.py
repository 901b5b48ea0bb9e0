"""登记、导入: a suggestion that came in by hand, or a spreadsheet of them; who made it is not asked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time

import streamlit as st

from casework.suggestions.importing import read_suggestions, template
from dashboard import acting, exporting
from dashboard.backstage import backstage
from dashboard.navigation import Place
from dashboard.pieces import table
from dashboard.suggesting import handling
from dashboard.visit import Visit
from dashboard.wording import clause_name, plain, shortened
from pipeline import ledger_view, suggesting, views
from pipeline.refusals import Refused
from pipeline.suggesting import LONGEST, REGISTER, Incoming
from pipeline.suggestion_import import Imported, import_suggestions
from pipeline.units import known_units
from records.spreadsheets import BadRow, Unreadable, table_of
from records.zone import CHINA
from regulation.suggestions import OTHER_WAY

_LEFT_OUT = "suggestions_left_out"
_MOST_MB = 10


def draw_form(visit: Visit) -> None:
    """Draw the form by which one suggestion is taken in."""
    rules = backstage().desk.suggestion_rules
    ways = {one.name: one.label for one in rules.ways}
    with backstage().store.reading() as t:
        titles = dict(ledger_view.record_choices(t, visit.person))
        units = known_units(t, backstage().desk.upward.labels)
    if not views.may_everywhere(visit.person, REGISTER):
        units = [visit.person.unit] if visit.person.unit is not None else []
    today = backstage().now().astimezone(CHINA).date()
    st.caption(f"依据{clause_name('H-46')}、{clause_name('H-48')}。不要写提出人的姓名和电话；写了的，入库前自动遮盖。")
    with st.form("register_suggestion", enter_to_submit=False):
        text = st.text_area("意见建议（必填，尽量用原话）", key="suggestion_text", height=130, max_chars=LONGEST)
        left, right = st.columns(2)
        way = left.selectbox("来源", list(ways), format_func=lambda name: plain(ways[name]), key="suggestion_way")
        day = right.date_input("收到日期", today, max_value=today, format="YYYY-MM-DD", key="suggestion_day")
        record = left.selectbox(
            "涉及的公开事项",
            [None, *titles],
            format_func=lambda one: plain(shortened(titles[one], 40)) if one else "未指明",
            key="suggestion_record",
        )
        unit = right.selectbox(
            "承办单位",
            [None, *units],
            format_func=lambda one: plain(one) if one else "按公开事项的责任单位",
            key="suggestion_unit",
        )
        done = st.form_submit_button("登记意见建议", type="primary", key="do_register_suggestion")
    if done:
        _register(visit, text or "", way or OTHER_WAY, day, record, unit)


def _register(visit: Visit, text: str, way: str, day: object, record: str | None, unit: str | None) -> None:
    taken: list[str] = []

    def work(doing: acting.Doing) -> None:
        incoming = Incoming(text, way, _received(day, doing.at), record, unit)
        parts, actor = doing.parts, acting.actor(doing.person)
        taken.append(suggesting.register(parts.store, incoming, actor, doing.at, handling(parts), doing.request))

    if acting.do("register_suggestion", "已登记，个人信息已遮盖", work):
        visit.go(Place.SUGGESTION, taken[0])
    st.rerun(scope="app")


def _received(day: object, now: datetime) -> datetime:
    """The beginning of an earlier day, or now."""
    if not isinstance(day, date) or day >= now.astimezone(CHINA).date():
        return now
    return datetime.combine(day, time(), CHINA)


def draw_import(visit: Visit) -> None:
    """Draw the form by which a spreadsheet is taken in, and what was left out of the last one."""
    _left_out()
    headings, rows = template()
    with st.container(horizontal=True):
        _download("模板 .xlsx", exporting.xlsx(headings, rows, "意见建议"), "意见建议模板.xlsx", exporting.XLSX)
        _download("模板 .csv", exporting.comma_separated(headings, rows), "意见建议模板.csv", exporting.CSV)
    st.caption(
        "姓名、电话等列不会读取；文字入库前自动遮盖。有错的行会逐行列出，其余照常导入；同一行再导入一次不重复登记。"
    )
    with st.form("import_suggestions", enter_to_submit=False, clear_on_submit=True):
        file = st.file_uploader(
            "意见建议表格（.xlsx 或 .csv）", ["xlsx", "csv"], key="suggestions_file", max_upload_size=_MOST_MB
        )
        done = st.form_submit_button("导入意见建议", type="primary", key="do_import_suggestions")
    if done and file is None:
        st.error("请先选择文件。")
    elif done and file is not None:
        _import(file.name, file.getvalue())


def _import(name: str, content: bytes) -> None:
    outcome = Imported()

    def work(doing: acting.Doing) -> None:
        parts, rules = doing.parts, doing.parts.desk.suggestion_rules
        try:
            rows = list(read_suggestions(table_of(name, content), rules))
        except Unreadable as fault:
            raise Refused(str(fault)) from None
        found = import_suggestions(parts.store, rows, acting.actor(doing.person), doing.at, handling(parts))
        outcome.new, outcome.known, outcome.bad = found.new, found.known, found.bad

    if acting.do("import_suggestions", "已导入，结果见页面", work):
        st.session_state[_LEFT_OUT] = (outcome.new, outcome.known, outcome.bad)
    st.rerun(scope="app")


def _left_out() -> None:
    """What became of the last file, for as long as the page is open."""
    kept: tuple[int, int, Sequence[BadRow]] | None = st.session_state.get(_LEFT_OUT)
    if kept is None:
        return
    new, known, bad = kept
    with st.container(key="suggestions_imported"):
        st.info(f"上次导入：新登记 {new} 件，已登记过 {known} 件，未导入 {len(bad)} 行。")
        if bad:
            table([{"行": str(row.number), "原因": plain(row.reason)} for row in bad])


def _download(label: str, content: bytes, name: str, kind: str) -> None:
    key = f"suggestions_{name}"
    st.download_button(label, content, name, kind, on_click="ignore", icon=":material/download:", key=key)
