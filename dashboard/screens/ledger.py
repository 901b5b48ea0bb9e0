"""公开事项台账: every published record with the reaction to it, its incidents and the last answer."""

from __future__ import annotations

import streamlit as st

from dashboard.backstage import backstage
from dashboard.navigation import Place
from dashboard.visit import Visit
from dashboard.wording import count, moment, plain, with_plain_quotes
from pipeline import ledger_view, publishing
from pipeline.indexing import catch_up_records
from pipeline.ledger_view import EVERYTHING, Filters, RecordRow, Wanted
from records.words import Scope

_PAGE = 25
_ANY = "不限"
_MOST_UNPUBLISHED = 50


def draw(visit: Visit) -> None:
    """Draw the ledger."""
    parts = backstage()
    _unpublished(visit)
    with parts.store.reading() as t:
        wanted = _form(ledger_view.ledger_filters(t, visit.person))
    index = parts.desk.record_index()
    try:
        catch_up_records(parts.store, index)
        with parts.store.reading() as t:
            ids = ledger_view.matching(t, visit.person, wanted, index)
            number = st.pagination(-(-len(ids) // _PAGE), key="ledger_page") if len(ids) > _PAGE else 1
            rows = ledger_view.ledger_rows(t, ids[(number - 1) * _PAGE : number * _PAGE], wanted)
    finally:
        index.close()
    if not rows:
        st.info(
            "台账还是空的：用 huiying import 导入公开事项（JSONL 或表格）。"
            if wanted == EVERYTHING
            else "没有符合的公开事项，请换个词、放宽条件再查。"
        )
        return
    st.caption(f"共 {count(len(ids))} 条{'，最相符的在前' if wanted.words else ''}")
    for row in rows:
        _row(visit, row)


def _unpublished(visit: Visit) -> None:
    parts = backstage()
    with parts.store.reading() as t:
        found = publishing.unpublished(t, visit.person, parts.now(), parts.desk.platforms)
    if not found:
        return
    with st.expander(f"未发布到位 {len(found)} 项", icon=":material/campaign:"):
        for one in found[:_MOST_UNPUBLISHED]:
            visit.link(Place.RECORD, one.record.title, one.record.id)
            st.caption(f"{plain(one.record.unit)} · 目录要求、尚未登记发布：{'、'.join(one.ways)}")
        if len(found) > _MOST_UNPUBLISHED:
            st.caption(f"另有 {len(found) - _MOST_UNPUBLISHED} 项，登记后依次列出。")


def _form(there: Filters) -> Wanted:
    with st.form("ledger_search", enter_to_submit=False, border=False):
        field, button = st.columns([6, 1], vertical_alignment="bottom")
        words = field.text_input(
            "查找（题目、文号、单位、正文、编号；加引号的词须连在一起）", key="ledger_words", max_chars=100
        )
        button.form_submit_button("查找", icon=":material/search:")
        unit, year, scope, item = st.columns([2, 1.2, 1.2, 2.6])
        of_unit = unit.selectbox("单位", [_ANY, *there.units], key="ledger_unit")
        of_year = year.selectbox("年份", [_ANY, *map(str, there.years)], key="ledger_year")
        of_scope = scope.selectbox("公开范围", [_ANY, *(one.label for one in Scope)], key="ledger_scope")
        of_item = item.selectbox("目录项", [_ANY, *there.items], key="ledger_item")
    return Wanted(
        words=with_plain_quotes((words or "").strip()),
        unit=_chosen(of_unit),
        year=None if _chosen(of_year) is None else int(of_year or 0),
        scope=next((one for one in Scope if one.label == of_scope), None),
        item=_chosen(of_item),
    )


def _chosen(choice: str | None) -> str | None:
    return None if choice == _ANY else choice


def _row(visit: Visit, row: RecordRow) -> None:
    now = backstage().now()
    with st.container(border=True, key=f"record_{row.id}"):
        title, reaction, incidents, answer = st.columns([4.4, 1.5, 1.3, 1.8], vertical_alignment="center", gap="small")
        with title:
            visit.link(Place.RECORD, row.title, row.id)
            scope = " · 党内" if row.scope is Scope.PARTY else ""
            number = f"{plain(row.doc_number)} · " if row.doc_number else ""
            st.caption(f"{number}{plain(row.unit)} · {moment(row.published_at, now)} 公开{scope}")
            for name, pieces in row.hits:
                text = "".join(
                    f":orange-background[{plain(one.text)}]" if one.hit else plain(one.text) for one in pieces
                )
                st.markdown(f":gray[{name}]　{text}")
        reaction.markdown(f"反映 {count(row.posts)} 条  \n:gray[负面 {count(row.negative)} 条]")
        open_now = f":orange-badge[进行中 {row.ongoing}]" if row.ongoing else ":gray[无进行中]"
        incidents.markdown(f"{open_now}  \n:gray[事件共 {row.incidents}]")
        answer.markdown(f"最近回应 {moment(row.answered_at)}" if row.answered_at else ":gray[尚无回应]")
