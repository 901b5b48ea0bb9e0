"""录入: what came by telephone, in a chat group or from a leader: a post, a statement to verify, or an incident at once."""

from __future__ import annotations

import streamlit as st

from dashboard import acting
from dashboard.backstage import backstage
from dashboard.navigation import Place
from dashboard.pieces import HAND_SOURCES
from dashboard.visit import Visit
from dashboard.wording import plain, shortened
from nlp.admission import admit, without_personal_data
from pipeline import claiming, ledger_view, views
from pipeline import plan as plans
from pipeline.claiming import Heard
from pipeline.entering import enter_incident, enter_post
from records.actions import Act, Action
from records.claims import Way
from records.posts import RawPost
from records.spans import span
from records.words import Channel

_NO_RECORD = _NO_INCIDENT = ""
_ENTERED = "posts_entered"


def draw(visit: Visit) -> None:
    """Draw the three forms."""
    left, middle, right = st.columns(3, gap="medium")
    with left:
        _post()
    with middle:
        _claim(visit)
    with right:
        _incident(visit)


def _post() -> None:
    st.markdown("### 登记一条反映", anchors=False)
    st.caption("写完按 Ctrl+Enter 就登记。入库前自动遮盖姓名、电话、证件号，再由系统研判与哪个公开事项有关。")
    # The browser keeps what stands in a field of the same name: after an entry the field is another one, and empty.
    number = st.session_state.setdefault(_ENTERED, 0)
    with st.form("enter_post", enter_to_submit=True, clear_on_submit=False):
        with st.container(key="first_field"):
            text = st.text_area(
                "内容（尽量用对方原话，不要写对方姓名和电话）", key=f"post_text_{number}", height=150, max_chars=4000
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
        st.session_state[_ENTERED] += 1
    st.rerun(scope="app")


def _claim(visit: Visit) -> None:
    st.markdown("### 登记一个说法", anchors=False)
    st.caption("听到的、还没有核实的话。系统不判断真假：登记后列入“要办的事”，有人核实或写明不必核实为止。")
    with backstage().store.reading() as t:
        ongoing = {row.id: row.title for row in views.open_incidents(t, visit.person)}
    own_unit = None if views.may_everywhere(visit.person, "open_incident") else visit.person.unit
    with st.form("enter_claim", enter_to_submit=True):
        text = st.text_area(
            "说法（有人说……，不要写是谁说的）", key="claim_text", height=100, max_chars=claiming.LONGEST
        )
        way = st.selectbox("怎样得知", list(Way), format_func=lambda one: one.label, key="claim_way")
        incident = st.selectbox(
            "归到哪个事件",
            [_NO_INCIDENT, *ongoing],
            format_func=lambda one: plain(f"{one} {shortened(ongoing[one], 30)}") if one else "另立新事件",
            key="claim_incident",
        )
        unit = st.text_input("责任单位（另立新事件时可填）", key="claim_unit", value=own_unit or "", max_chars=80)
        done = st.form_submit_button("登记说法", type="primary", key="do_enter_claim")
    if done:
        _hear(visit, Heard(text or "", way or Way.OTHER_WAY, incident or None, unit=unit or None))


def _hear(visit: Visit, heard: Heard) -> None:
    entered: list[str] = []

    def work(doing: acting.Doing) -> None:
        store, deps, actor = doing.parts.store, acting.deps(doing.parts), acting.actor(doing.person)
        entered.append(claiming.enter_claim(store, heard, actor, doing.at, deps, without_personal_data, doing.request))

    if acting.do("enter_claim", "说法已登记，等核实；个人信息已遮盖", work):
        visit.go(Place.INCIDENT, entered[0])
    st.rerun(scope="app")


def _incident(visit: Visit) -> None:
    st.markdown("### 登记一个事件", anchors=False)
    st.caption("已经确知的事件可直接立案；立案后可在事件页启动预案。")
    with backstage().store.reading() as t:
        titles = dict(ledger_view.record_choices(t, visit.person))
        within = span(plans.length(t))
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
        plan = st.checkbox(f"同时启动预案，开始{within}计时", key="incident_plan")
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
