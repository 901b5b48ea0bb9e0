"""搜索: finds posts by words, time and filters, page by page, with incidents and records beside them; what is found can be exported."""

from __future__ import annotations

from datetime import date

import streamlit as st

from dashboard.backstage import backstage
from dashboard.navigation import Place
from dashboard.pieces import HAND_SOURCES, marked_pieces, post_block, source_name, source_names, units_named
from dashboard.screens import search_days, search_files, search_saved
from dashboard.screens.search_form import search_form
from dashboard.visit import Visit
from dashboard.wording import count, moment, plain, severity_badge, state_badge
from pipeline import search_view
from pipeline.search_export import EXPORT, MOST
from pipeline.search_view import Beside, Hits
from pipeline.views import may_everywhere
from records.searches import Search
from storage.search.text_index import SearchDown
from storage.search.words import needles

_PAGE = 20


def draw(visit: Visit) -> None:
    """Draw the form and what was found."""
    sources = {**source_names(), **HAND_SOURCES}
    search_saved.choose(visit.person, sources)
    search = search_form(sources)
    if search.asks_nothing:
        st.info(
            "输入一个或几个词，找出都含有这些词的帖文；加引号的词须连在一起，如 “停暖 补偿”。"
            "不填词也可以，只按渠道、来源、类别等条件查。"
        )
        return
    parts = backstage()
    now, down = parts.now(), ""
    found, by_day = Hits(), dict[date, int]()
    with parts.desk.search_indexes() as indexes, parts.store.reading() as t:
        others = search_view.beside(t, visit.person, indexes, search, now)
        try:
            found = search_view.hits(t, visit.person, indexes, search, now)
            by_day = search_view.days(visit.person, indexes, search, now)
        except SearchDown as fault:
            down = str(fault)
    posts, incidents, records = st.tabs(
        [
            "帖文" if down else f"帖文 {count(len(found.ids))}",
            f"事件 {count(others.incidents_in_all)}",
            f"公开事项 {count(others.records_in_all)}",
        ]
    )
    with posts:
        if down:
            st.warning(
                f"**搜索暂时不可用**：{plain(down)}。其他页面照常使用；帖文照常采集、研判和提醒，恢复后自动补进搜索。"
                "只按条件（不填词语）仍可以查。",
                icon=":material/search_off:",
            )
        else:
            search_days.draw(by_day, search)
            _posts(visit, search, found)
    with incidents:
        _incidents(visit, others)
    with records:
        _records(visit, others)


def _posts(visit: Visit, search: Search, found: Hits) -> None:
    parts = backstage()
    if found.back_to is not None:
        st.caption(
            f"符合词语和时间的帖文太多，只查了最新的 {count(search_view.LOOKED_AT)} 条，"
            f"到 {moment(found.back_to, parts.now())} 为止；更早的请在“更多条件”里填日期再查。"
        )
    if not found.ids:
        st.info("没有找到。可换个说法、放宽时间；刚采集的帖文要等几秒才能搜到。")
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        more = f"；导出最新的 {count(MOST)} 条" if len(found.ids) > MOST else ""
        st.caption(f"共 {count(len(found.ids))} 条，新的在前{more}")
        if may_everywhere(visit.person, EXPORT):
            search_files.draw(search, source_name)
        search_saved.keep(search)
    pages = -(-len(found.ids) // _PAGE)
    number = st.pagination(pages, key=f"search_page_{hash(search)}") if pages > 1 else 1
    with parts.store.reading() as t:
        rows = search_view.shown(t, visit.person, found.ids[(number - 1) * _PAGE : number * _PAGE])
    words = needles(search.words)
    for row in rows:
        post_block(row, parts.now(), with_record=True, looked_for=words)


def _incidents(visit: Visit, found: Beside) -> None:
    if not found.incidents:
        st.info("没有符合的事件。事件按题目、编号、责任单位里的词查找，不看渠道、来源和研判。")
        return
    now = backstage().now()
    if found.incidents_in_all > len(found.incidents):
        st.caption(
            f"共 {count(found.incidents_in_all)} 个，列出最新的 {len(found.incidents)} 个；缩小范围可看到其余的。"
        )
    for row in found.incidents:
        with st.container(border=True, gap="xsmall"):
            visit.link(Place.INCIDENT, row.title, row.id)
            st.markdown(
                f"{severity_badge(row.severity)} {state_badge(row.state)} :small[:gray[{row.id} · "
                f"{units_named(row.unit, row.co_units)} · {moment(row.detected_at, now)} 发现 · {count(row.posts)} 条帖文]]"
            )


def _records(visit: Visit, found: Beside) -> None:
    if not found.records:
        st.info("没有符合的公开事项。公开事项只按词语查找。")
        return
    now = backstage().now()
    if found.records_in_all > len(found.records):
        st.caption(
            f"共 {count(found.records_in_all)} 条，列出最相符的 {len(found.records)} 条；其余的请到“公开事项台账”查找。"
        )
    for row in found.records:
        with st.container(border=True, gap="xsmall"):
            visit.link(Place.RECORD, row.title, row.id)
            st.caption(f"{plain(row.unit)} · {moment(row.published_at, now)} 公开 · 反映 {count(row.posts)} 条")
            for name, pieces in row.hits:
                st.markdown(f":gray[{name}]　{marked_pieces(pieces)}")
