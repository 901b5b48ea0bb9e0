"""节假日历: which days are off and by which table; a new year's table with what it would move, before it is taken in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from dashboard import acting
from dashboard.backstage import backstage
from dashboard.navigation import Place
from dashboard.pieces import table
from dashboard.wording import due, plain
from pipeline.calendar_view import CalendarPage, preview
from pipeline.working_calendar import Imported, import_calendar
from records.naming import office_name
from regulation.calendar_notice import WORKED, Line, row_of
from regulation.working_days import YearTable, shown

_DRAFT = "calendar_draft"
_LONGEST = 5_000


def draw(page: CalendarPage) -> None:
    """Draw the year that is chosen, and the form for a new one."""
    if page.missing:
        missing = "、".join(f"{year} 年" for year in page.missing)
        st.warning(
            f"**{missing}的放假安排还没有导入**：按工作日计算的时限只按法定节假日推算，没有计入调休，可能变动。"
            "国务院办公厅的通知公布后请在下面导入。",
            icon=":material/event_busy:",
        )
    years = {one.year: one for one in page.tables}
    left, right = st.columns(2, gap="large")
    with left:
        chosen = st.selectbox("年份", list(years), format_func=lambda year: f"{year} 年", key="calendar_year")
        _year(years[chosen or page.tables[0].year])
    with right:
        _import(page)


def _year(year: YearTable) -> None:
    badge = ":green-badge[已确定]" if year.confirmed else ":orange-badge[推算，待确认]"
    st.markdown(f"**{year.year} 年** {badge} :gray[依据：{plain(year.origin)}]")
    table(
        [
            {"放假": plain(name), "自": shown(first), "至": shown(last), "天数": str((last - first).days + 1)}
            for name, first, last in year.holidays()
        ],
        Place.ADMINISTRATION,
    )
    worked = "、".join(shown(day) for day in sorted(year.worked))
    st.caption(f"调休上班：{worked or ('没有' if year.confirmed else '通知公布前不知道')}")


def _import(page: CalendarPage) -> None:
    st.markdown("**导入一年的放假安排**")
    year = st.selectbox("导入哪一年", list(page.drafts), format_func=lambda one: f"{one} 年", key="calendar_of")
    with st.form("calendar", enter_to_submit=False):
        text = st.text_area(
            f"照 {year} 年的通知改好，一个节日一行，也可以把通知的原文粘贴进来",
            value=page.drafts[year],
            height=240,
            max_chars=_LONGEST,
            key=f"calendar_text_{year}",
        )
        asked = st.form_submit_button("先看会改什么", key="preview_calendar")
    if asked:
        st.session_state[_DRAFT] = (year, text or "")
    of, draft = st.session_state.get(_DRAFT, (None, ""))
    if of == year:
        _preview(year, draft)


def _preview(year: int, draft: str) -> None:
    with backstage().store.reading() as t:
        found = preview(t, year, draft)
    with st.container(border=True, key="calendar_preview"):
        for line in found.lines:
            if line.fault is not None:
                st.error(f"第 {line.number} 行“{plain(line.text)}”：{plain(line.fault)}")
        table(_days(found.lines))
        if found.imported is None:
            st.error(plain(found.fault or ""))
            return
        _moves(found.imported)
        if st.button(f"导入 {year} 年", type="primary", key="do_import_calendar"):
            said = f"{year} 年的放假安排已导入"
            row = row_of(year, found.lines)
            if acting.do(f"import_calendar|{year}|{draft}", said, lambda one: _import_now(one, row)):
                del st.session_state[_DRAFT]
            st.rerun(scope="app")


def _days(lines: Sequence[Line]) -> list[dict[str, str]]:
    """What is off and what is worked, in the order of the year."""
    off = [
        (first, "放假", plain(line.name), f"{shown(first)} 至 {shown(last)}" if last > first else shown(first), last)
        for line in lines
        if line.off is not None
        for first, last in [line.off]
    ]
    worked = [(day, "上班", WORKED, shown(day), day) for line in lines for day in line.worked]
    return [
        {
            "": f":green-badge[{kind}]" if kind == "放假" else f":orange-badge[{kind}]",
            "事由": name,
            "日期": said,
            "天数": str((last - first).days + 1),
        }
        for first, kind, name, said, last in sorted(off + worked)
    ]


def _import_now(doing: acting.Doing, row: dict[str, Any]) -> None:
    import_calendar(doing.parts.store, row, acting.actor(doing.person), doing.at)


def _moves(imported: Imported) -> None:
    year = imported.table
    st.markdown(f"**{year.year} 年**：放假 {len(year.off)} 天，调休上班 {len(year.worked)} 天")
    if not imported.moves:
        st.caption("正在计的时限没有一个会变。")
        return
    st.markdown(f"{len(imported.moves)} 个正在计的时限会变；提前的会提醒责任单位和{plain(office_name())}：")
    table(
        [
            {
                "事件": plain(move.before.incident),
                "事项": plain(move.before.label or ""),
                "原定": due(move.before.due_at),
                "改为": due(move.after.due_at),
                "": ":orange-badge[提前]" if move.after.due_at < move.before.due_at else ":gray-badge[延后]",
            }
            for move in imported.moves
        ]
    )
