"""录入: what came by telephone, in a chat group or from a leader: a post, or an incident at once."""

from __future__ import annotations

import streamlit as st

from dashboard import acting
from dashboard.backstage import backstage
from dashboard.navigation import Place
from dashboard.pieces import HAND_SOURCES
from dashboard.visit import Visit
from dashboard.wording import plain, shortened
from nlp.admission import admit, without_personal_data
from pipeline import ledger_view, views
from pipeline.entering import enter_incident, enter_post
from records.actions import Act, Action
from records.posts import RawPost
from records.words import Channel

_NO_RECORD = ""


def draw(visit: Visit) -> None:
    """Draw the two forms."""
    left, right = st.columns(2, gap="large")
    with left:
        _post()
    with right:
        _incident(visit)


def _post() -> None:
    st.markdown("### 登记一条反映", anchors=False)
    st.caption("写完按 Ctrl+Enter 就登记。入库前自动遮盖姓名、电话、证件号，再由系统研判与哪个公开事项有关。")
    with st.form("enter_post", enter_to_submit=True, clear_on_submit=False):
        with st.container(key="first_field"):
            text = st.text_area(
                "内容（尽量用对方原话，不要写对方姓名和电话）", key="post_text", height=150, max_chars=4000
            )
        left, right = st.columns(2)
        source = left.selectbox(
            "从哪里得知", list(HAND_SOURCES), format_func=lambda one: HAND_SOURCES[one], key="post_source"
        )
        channel = right.selectbox(
            "渠道",
            list(Channel),
            index=list(Channel).index(Channel.HOTLINE),
            format_func=lambda one: one.label,
            key="post_channel",
        )
        done = st.form_submit_button("登记反映", type="primary", key="do_enter_post")
    if done:
        _enter(source or "other_way", channel or Channel.OTHER, text or "")


def _enter(source: str, channel: Channel, text: str) -> None:
    def work(doing: acting.Doing) -> None:
        raw = RawPost(
            id=f"hand-{doing.request}",
            source=source,
            channel=channel,
            url=None,
            title=None,
            text=text,
            published_at=doing.at,
            seen_at=doing.at,
        )
        keep = doing.parts.desk.retention
        enter_post(doing.parts.store, raw, acting.actor(doing.person), doing.at, keep, admit)

    if acting.do("enter_post", "已登记，个人信息已遮盖，正在研判", work):
        del st.session_state["post_text"]
    st.rerun(scope="app")


def _incident(visit: Visit) -> None:
    st.markdown("### 登记一个事件", anchors=False)
    st.caption("已经确知的事件可直接立案；立案后可在事件页启动预案。")
    with backstage().store.reading() as t:
        titles = dict(ledger_view.record_choices(t, visit.person))
    own_unit = None if views.may_everywhere(visit.person, "open_incident") else visit.person.unit
    with st.form("enter_incident", enter_to_submit=False):
        title = st.text_input("事件名称（不涉及公开事项时必填）", key="incident_title", max_chars=80)
        reason = st.text_area("怎样得知、什么情况（必填）", key="incident_reason", height=80, max_chars=500)
        record = st.selectbox(
            "涉及的公开事项",
            [_NO_RECORD, *titles],
            format_func=lambda one: plain(shortened(titles[one], 40)) if one else "不涉及已公开的事项",
            key="incident_record",
        )
        unit = st.text_input(
            "责任单位（不涉及公开事项时填写）", key="incident_unit", value=own_unit or "", max_chars=80
        )
        plan = st.checkbox("同时启动预案，开始两小时计时", key="incident_plan")
        done = st.form_submit_button("登记事件", type="primary", key="do_enter_incident")
    if done:
        _open(visit, record or None, (title or "").strip(), (unit or "").strip(), (reason or "").strip(), bool(plan))


def _open(visit: Visit, record: str | None, title: str, unit: str, reason: str, plan: bool) -> None:
    if not reason or not (record or title):
        missing = "“怎样得知、什么情况”" if not reason else "“事件名称”，或选择涉及的公开事项"
        st.error(f"请填写{missing}。")
        return
    named = {"disclosure": record} if record else {"title": title, "unit": unit or None}
    opened: list[str] = []

    def work(doing: acting.Doing) -> None:
        what = Act.START_PLAN if plan else Act.CONFIRM
        action = Action(doing.at, doing.person.name, what, {**named, "reason": reason, "request_id": doing.request})
        store, deps = doing.parts.store, acting.deps(doing.parts)
        opened.append(enter_incident(store, action, acting.actor(doing.person), deps, without_personal_data))

    if acting.do("enter_incident", "事件已登记" + ("，首报计时开始" if plan else ""), work):
        visit.go(Place.INCIDENT, opened[0])
    st.rerun(scope="app")
