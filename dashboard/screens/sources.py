"""采集源: every source with how it is doing; from here to one source, and to the form that adds or changes one."""

from __future__ import annotations

import streamlit as st

from dashboard.backstage import backstage
from dashboard.navigation import Place
from dashboard.screens import source_detail, source_form
from dashboard.screens.source_lines import kind_name, standing_badge, standing_note, standings, usual_day
from dashboard.visit import Visit, chosen_item
from dashboard.wording import ago, plain
from pipeline import views
from pipeline.source_health import SourceHealth, Standing
from pipeline.sources import Listed, SourceList

_ALL, _TROUBLED, _OFF = "全部", "需要查看", "停用"
_SHOWN = 40
_MORE = "sources_shown"


def draw(visit: Visit) -> None:
    """Draw the list, one source, or the form."""
    found = backstage().desk.sources.current()
    manages = views.may_everywhere(visit.person, "manage_sources")
    chosen = chosen_item()
    standing = found.find(chosen) if chosen is not None else None
    if chosen is not None and standing is None:
        visit.link(Place.SOURCES, "← 采集源")
        st.warning("没有这个采集源，或它已被移除。")
    elif source_form.asked() and manages:
        source_form.draw(visit, found, standing)
    elif standing is None:
        _list(visit, found, manages)
    else:
        source_detail.draw(visit, standing, manages)


def _list(visit: Visit, found: SourceList, manages: bool) -> None:
    _file_faults(found)
    with backstage().store.reading() as t:
        states = standings(t, found.listed)
    off = sum(one.source is not None and not one.source.enabled for one in found.listed)
    broken = sum(one.source is None for one in found.listed)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        words = st.text_input("查找", placeholder="名称、编号或网址", key="source_words", max_chars=80)
        which = st.selectbox("状态", [_ALL, _TROUBLED, _OFF], key="source_which")
        if manages and st.button("添加采集源", type="primary", icon=":material/add:", key="add_source"):
            source_form.ask()
    st.caption(
        f"共 {len(found.listed)} 个：启用 {len(found.sources)}，停用 {off}" + (f"，有误 {broken}" if broken else "")
    )
    if not found.listed:
        st.info("还没有采集源。" + ("按“添加采集源”开始。" if manages else source_detail.NO_CHANGE))
    rows = [one for one in found.listed if _wanted(one, states.get(one.id), (words or "").strip(), which or _ALL)]
    if found.listed and not rows:
        st.info("没有符合条件的采集源。")
    rows.sort(key=lambda one: not _troubled(one, states.get(one.id)))
    shown = st.session_state.get(_MORE, _SHOWN)
    for one in rows[:shown]:
        _row(visit, one, states.get(one.id))
    if len(rows) > shown and st.button(f"另有 {len(rows) - shown} 个，再显示一些", key="more_sources"):
        st.session_state[_MORE] = shown + _SHOWN
        st.rerun(scope="app")


def _file_faults(found: SourceList) -> None:
    if found.faults:
        told = "  \n".join(plain(fault) for fault in found.faults[:10])
        st.error(
            f"采集源文件有误，改好之前仍按上次读成的写法采集，改好后自动生效：  \n{told}", icon=":material/warning:"
        )


def _wanted(one: Listed, state: SourceHealth | None, words: str, which: str) -> bool:
    address = one.source.url if one.source is not None else ""
    if words.casefold() not in f"{one.name} {one.id} {address}".casefold():
        return False
    if which == _TROUBLED:
        return _troubled(one, state)
    return which != _OFF or (one.source is not None and not one.source.enabled)


def _troubled(one: Listed, state: SourceHealth | None) -> bool:
    return one.source is None or (state is not None and state.standing not in (Standing.GOOD, Standing.NEW))


def _row(visit: Visit, one: Listed, state: SourceHealth | None) -> None:
    now = backstage().now()
    channel = one.source.channel.label if one.source is not None else "—"
    with st.container(border=True, key=f"source_{one.id}"):
        name, figures, note = st.columns([3, 3, 3.4], vertical_alignment="center", gap="small")
        with name, st.container(gap=None):
            visit.link(Place.SOURCES, one.name, one.id, length=24)
            st.caption(f"{plain(one.id)} · {kind_name(one)} · {channel}")
        answered = f" :gray[最近成功] {ago(state.last_answer_at, now)}  \n{_posts(state)}" if state is not None else ""
        figures.markdown(f"{standing_badge(one, state)}{answered}")
        said = standing_note(one, state, now, 44)
        if said:
            note.markdown(said)


def _posts(state: SourceHealth) -> str:
    usual = "" if state.usual is None else f" :gray[平时 {usual_day(state)}]"
    return f":gray[今日] {state.today} 条{usual}"
