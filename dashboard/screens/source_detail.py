"""One source: how it is doing, its last patrols, its row in plain words, and what an administrator may do to it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import streamlit as st
import yaml

from crawlers.forms import Field, Shape, form_of, value_at
from crawlers.outcomes import Outcome
from crawlers.sources import kinds
from dashboard import acting
from dashboard.away import guarded
from dashboard.backstage import backstage
from dashboard.navigation import Place
from dashboard.pieces import facts, table
from dashboard.screens import source_form
from dashboard.screens.source_lines import kind_name, standing_badge, standing_note, standings, usual_day
from dashboard.signed_in import show_sign_in, signed_in
from dashboard.visit import Visit
from dashboard.wording import ago, exact, moment, plain, safe_link, shown_text
from pipeline.source_acts import Change, Managing, disable_source, enable_source, remove_source
from pipeline.sources import Listed, Origin
from records.posts import channel_from
from storage.sources import Patrol

NO_CHANGE = "您的身份只能查看采集源；添加、修改请联系管理员。"


def draw(visit: Visit, one: Listed, manages: bool) -> None:
    """Draw the page of one source."""
    visit.link(Place.SOURCES, "← 采集源")
    st.markdown(f"### {plain(one.name)}", anchors=False)
    if one.faults:
        told = "  \n".join(plain(_labelled(one, fault)) for fault in one.faults)
        st.error(f"这个采集源的设置有误，没有在采集，其他采集源不受影响：  \n{told}", icon=":material/warning:")
    left, right = st.columns([1.2, 1], gap="medium")
    with left:
        st.fragment(guarded(_doing), run_every=backstage().settings.desk.refresh_seconds)(one)
    with right:
        if manages:
            _acts(visit, one)
        else:
            st.caption(NO_CHANGE)
        _settings(one)
    st.fragment(guarded(_patrols), run_every=backstage().settings.desk.refresh_seconds)(one.id)


def _labelled(one: Listed, fault: str) -> str:
    kind = str(one.row.get("kind") or "")
    return source_form.labelled(form_of(kind), fault) if kind in kinds() else fault


def _doing(one: Listed) -> None:
    if signed_in() is None:
        show_sign_in()
        return
    now = backstage().now()
    with backstage().store.reading() as t:
        state = standings(t, [one]).get(one.id)
    rows = [("状态", standing_badge(one, state))]
    if state is not None:
        rows += [
            ("说明", standing_note(one, state, now)),
            ("最近成功", " · ".join((ago(state.last_answer_at, now), *_at(state.last_answer_at, now)))),
            ("最近有新帖", ago(state.last_post_at, now)),
            ("今日新帖", f"{state.today} 条"),
            ("平时每天", usual_day(state) or "日子还少，看不出"),
            ("连续失败", f"{state.failures} 次" if state.failures else ""),
            ("下次采集", "等对方推送" if state.pushed else moment(state.next_due_at, now)),
        ]
    facts(rows)


def _at(at: datetime | None, now: datetime) -> list[str]:
    return [] if at is None else [moment(at, now)]


def _acts(visit: Visit, one: Listed) -> None:
    enabled = one.row.get("enabled", True)
    with st.container(horizontal=True, key="source_acts"):
        if st.button("修改、试采", type="primary", icon=":material/edit:", key="edit_source"):
            source_form.ask()
        if enabled and st.button("停用", key="disable_source"):
            _do("disable", "已停用，不再采集；已入库的帖文保留", one, disable_source)
        if not enabled and st.button("启用", key="enable_source"):
            _do("enable", "已启用，几秒内开始采集", one, enable_source)
        if one.origin is Origin.CHANGED and st.button("恢复文件写法…", key="remove_source"):
            _ask_to_remove(visit, one, "改回采集源文件里的写法？在值班台改过的内容留在操作日志里。")
        if one.origin is Origin.STORE and st.button("移除…", key="remove_source"):
            _ask_to_remove(visit, one, "移除后不再采集；已入库的帖文保留，原来的写法留在操作日志里。")


@st.dialog("请确认")
def _ask_to_remove(visit: Visit, one: Listed, what: str) -> None:
    st.markdown(what)
    if st.button("确定", type="primary", key="do_remove_source"):
        said = "已恢复文件里的写法" if one.origin is Origin.CHANGED else "已移除"
        _do("remove", said, one, remove_source, visit)


def _do(
    key: str, said: str, one: Listed, change: Callable[[Managing, str, Change], None], visit: Visit | None = None
) -> None:
    def work(doing: acting.Doing) -> None:
        asked = Change(acting.actor(doing.person), doing.at, one.revision, doing.request)
        change(doing.parts.desk.managing(), one.id, asked)

    done = acting.do(f"{key}_source|{one.id}|{one.revision}", said, work)
    if done and visit is not None:
        visit.go(Place.SOURCES, one.id if one.origin is Origin.CHANGED else None)
    st.rerun(scope="app")


def _settings(one: Listed) -> None:
    link = safe_link(str(one.row.get("url") or ""))
    facts(
        [
            ("编号", plain(one.id)),
            ("类别", kind_name(one)),
            ("渠道", one.source.channel.label if one.source is not None else ""),
            ("写在", one.origin.label),
            ("最近改动", f"{moment(one.at, backstage().now())} {plain(one.by or '')}" if one.at else ""),
        ]
    )
    if link is not None:
        st.link_button("打开网址", link, type="tertiary", icon=":material/open_in_new:")
    with st.expander("设置", expanded=False):
        if one.source is not None:
            table(_readable(one))
        st.caption("同样的内容，按采集源文件的写法：")
        st.code(shown_text(yaml.safe_dump(dict(one.row), allow_unicode=True, sort_keys=False)), language=None)


def _readable(one: Listed) -> list[dict[str, str]]:
    """What the row says that is no default, in the form's words."""
    rows = []
    for field in form_of(str(one.row["kind"])).fields:
        value = value_at(one.row, field)
        if value != field.default and value is not False:
            rows.append({"项目": plain(field.label), "内容": plain(_said(field, value))})
    return rows


def _said(field: Field, value: Any) -> str:
    if field.path == ("channel",):
        return channel_from(value).label
    if field.shape in (Shape.SWITCH, Shape.PRESENT):
        return "是" if value else "否"
    return "、".join(str(part) for part in value) if isinstance(value, list) else str(value)


def _patrols(source: str) -> None:
    if signed_in() is None:
        return
    with backstage().store.reading() as t:
        patrols = t.sources.patrol_log(source, limit=20)
    st.markdown("**最近的采集记录**")
    if not patrols:
        st.caption("还没有采集过。")
        return
    table([_patrol(one) for one in patrols], Place.SOURCES)


def _patrol(one: Patrol) -> dict[str, str]:
    known = one.outcome in set(Outcome)
    answered = known and Outcome(one.outcome).answered
    label = Outcome(one.outcome).label if known else one.outcome
    return {
        "开始": exact(one.started_at),
        "结果": f":{'green' if answered else 'orange'}-badge[{plain(label)}]",
        "网页": str(one.pages),
        "新帖": str(one.new_posts),
        "更新": str(one.updates),
        "丢弃": str(one.dropped),
        "说明": plain(one.detail or ""),
    }
