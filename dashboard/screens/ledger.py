"""公开事项台账: every published record with the reaction to it, its incidents and the last answer."""

from __future__ import annotations

import streamlit as st

from dashboard.backstage import backstage
from dashboard.navigation import Place
from dashboard.visit import Visit
from dashboard.wording import count, moment, plain
from pipeline import ledger_view
from pipeline.ledger_view import RecordRow
from records.words import Scope

_PAGE = 25


def draw(visit: Visit) -> None:
    """Draw the ledger."""
    with st.form("ledger_search", enter_to_submit=False, border=False):
        field, button = st.columns([5, 1], vertical_alignment="bottom")
        words = field.text_input("查找（编号、题目、文号、单位）", key="ledger_words", max_chars=100)
        button.form_submit_button("查找", icon=":material/search:")
    with backstage().store.reading() as t:
        total = ledger_view.ledger_size(t, visit.person, words or "")
        number = 1
        if total > _PAGE:
            number = st.pagination(-(-total // _PAGE), key="ledger_page")
        rows = ledger_view.ledger(t, visit.person, words or "", _PAGE, (number - 1) * _PAGE)
    if not rows:
        empty = (
            "没有符合的公开事项，请换个词再查。"
            if words
            else "台账还是空的：用 huiying import 导入公开事项（JSONL 或表格）。"
        )
        st.info(empty)
        return
    st.caption(f"共 {total} 条")
    for row in rows:
        _row(visit, row)


def _row(visit: Visit, row: RecordRow) -> None:
    now = backstage().now()
    with st.container(border=True, key=f"record_{row.id}"):
        title, reaction, incidents, answer = st.columns([4.4, 1.5, 1.3, 1.8], vertical_alignment="center", gap="small")
        with title:
            visit.link(Place.RECORD, row.title, row.id)
            scope = " · 党内" if row.scope is Scope.PARTY else ""
            number = f"{plain(row.doc_number)} · " if row.doc_number else ""
            st.caption(f"{number}{plain(row.unit)} · {moment(row.published_at, now)} 公开{scope}")
        reaction.markdown(f"反映 {count(row.posts)} 条  \n:gray[负面 {count(row.negative)} 条]")
        open_now = f":orange-badge[进行中 {row.ongoing}]" if row.ongoing else ":gray[无进行中]"
        incidents.markdown(f"{open_now}  \n:gray[事件共 {row.incidents}]")
        answer.markdown(f"最近回应 {moment(row.answered_at)}" if row.answered_at else ":gray[尚无回应]")
