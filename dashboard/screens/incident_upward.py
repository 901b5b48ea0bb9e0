"""上报: who above must be told of an incident, what was decided, sent and received, with the proof of each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Literal

import streamlit as st

from casework.upward.standing import BodyStanding, Dispatch, Standing
from dashboard import acting
from dashboard.backstage import backstage
from dashboard.visit import Visit
from dashboard.wording import clause_name, exact, moment, plain, shortened, shown_text
from pipeline import upward, upward_view
from pipeline.incident_view import IncidentPage
from pipeline.notify import stored_contacts
from pipeline.upward import Content, Meant
from pipeline.upward_view import UpwardPage
from records.naming import office_name
from records.reports import Report
from records.upward import BY_CHANNEL, Need, Noted, UpwardEntry
from records.zone import CHINA
from regulation.upward import UpwardRules

COLOURS = {
    Standing.TO_SEND: "red",
    Standing.FAILED: "red",
    Standing.TO_DECIDE: "orange",
    Standing.SENDING: "gray",
    Standing.SENT: "blue",
    Standing.RECEIVED: "green",
    Standing.NOT_REPORTED: "gray",
    Standing.NOT_ASKED: "gray",
}
_DAYS = 8
_ACTS = (upward.DECIDE, upward.REPORT, upward.RECEIVE, upward.TAKE_BACK)


def read(visit: Visit, page: IncidentPage) -> UpwardPage | None:
    """What the tab shows; None for whoever may not see the ledger."""
    with backstage().store.reading() as t:
        return upward_view.upward_page(t, visit.person, page.incident, backstage().desk.upward, _ACTS)


def draw(page: IncidentPage, found: UpwardPage) -> None:
    """Draw every body with what may be done."""
    st.caption(
        f"{plain(office_name())}根据舆情情况向上报告（第四十三条）。每一步都记入台账，记下后不能修改，有误可注明理由作废。"
    )
    if upward.DECIDE not in found.acts:
        st.caption(f"决定是否上报、上报和作废由{plain(office_name())}办理。")
    for body in found.bodies:
        with st.container(border=True, key=f"upward_{body.body}", gap="xsmall"):
            _body(page, found, body)


def standing_badge(standing: Standing) -> str:
    """The standing as a markdown badge."""
    return f":{COLOURS[standing]}-badge[{standing.label}]"


def way_label(way: str | None) -> str:
    """How something was handed over, as people read it."""
    if way == BY_CHANNEL:
        return "经本系统渠道"
    known = backstage().desk.upward.way(way or "")
    return known.label if known is not None else way or ""


def _body(page: IncidentPage, found: UpwardPage, body: BodyStanding) -> None:
    st.markdown(f"**{plain(body.label)}** {standing_badge(body.standing)} {_asked(body)}")
    gone = {one.of for one in body.entries if one.noted is Noted.VOID}
    dispatches = {one.entry.id: one for one in body.dispatches}
    for entry in body.entries:
        if entry.noted is not Noted.NEED:
            st.markdown(_line(entry, dispatches.get(entry.id), entry.id in gone))
    _buttons(page, found, body)


def _asked(body: BodyStanding) -> str:
    if body.need is None or body.need.need in (None, Need.NONE):
        return ":gray[按规定不要求，需要时也可上报]"
    clause = clause_name(body.need.clause or "")
    return f":gray[{body.need.need.label} · {clause} · {moment(body.need.at)} 起]"


def _line(entry: UpwardEntry, dispatch: Dispatch | None, gone: bool) -> str:
    line = f":gray[〔{entry.id}〕{exact(entry.at)} {plain(entry.actor)}] {said(entry, dispatch)}"
    return f":gray-badge[已作废] ~~{line}~~" if gone else line


def said(entry: UpwardEntry, dispatch: Dispatch | None) -> str:
    """What an entry notes, as markdown; `dispatch` is what became of something sent over a channel."""
    if entry.noted is Noted.DECISION:
        return f"决定{'上报' if entry.send else '不上报'}：{plain(entry.reason or '')}"
    if entry.noted is Noted.RECEIPT:
        return f"回执：{plain(entry.who or '')} 确认收到{_more(entry.note)}"
    if entry.noted is Noted.VOID:
        return f"作废〔{entry.of}〕：{plain(entry.reason or '')}"
    what = plain(entry.serial) if entry.serial else f"“{plain(shortened(entry.text or '', 40))}”"
    return f"{plain(way_label(entry.way))}报送 {what} · {_went_out(entry, dispatch)}{_more(entry.note)}"


def _more(note: str | None) -> str:
    return f"（{plain(note)}）" if note else ""


def _went_out(entry: UpwardEntry, dispatch: Dispatch | None) -> str:
    if dispatch is None:
        return moment(entry.happened_at)
    if dispatch.failed:
        return ":red[渠道都没有送达]"
    return f"{exact(dispatch.went_out_at)} 送出" if dispatch.went_out_at is not None else "正在发送"


def _buttons(page: IncidentPage, found: UpwardPage, body: BodyStanding) -> None:
    with st.container(horizontal=True, gap="small"):
        kind: Literal["primary", "secondary"] = "primary" if body.standing is Standing.TO_DECIDE else "secondary"
        open_to_decide = upward.DECIDE in found.acts and (body.need is None or body.need.need is not Need.MUST)
        if open_to_decide and st.button("视情决定…", key=f"decide|{body.body}", type=kind):
            _ask_decision(page, body)
        if upward.REPORT in found.acts and body.standing not in (Standing.TO_DECIDE, Standing.NOT_REPORTED):
            primary = body.standing in (Standing.TO_SEND, Standing.FAILED)
            if st.button("上报…", key=f"report|{body.body}", type="primary" if primary else "secondary"):
                _ask_report(page, body, body.body in found.without_contact)
        open_ones = [one for one in body.dispatches if one.receipt is None]
        if upward.RECEIVE in found.acts and open_ones and st.button("登记回执…", key=f"receipt|{body.body}"):
            _ask_receipt(page, body, open_ones)
        mistaken = _can_be_taken_back(body)
        if upward.TAKE_BACK in found.acts and mistaken and st.button("作废…", key=f"void|{body.body}"):
            _ask_void(page, body, mistaken)


def _can_be_taken_back(body: BodyStanding) -> list[UpwardEntry]:
    gone = {one.of for one in body.entries if one.noted is Noted.VOID}
    fixed = (Noted.NEED, Noted.VOID)
    return [one for one in body.entries if one.id not in gone and one.noted not in fixed and one.way != BY_CHANNEL]


@st.dialog("视情决定是否上报", on_dismiss="rerun")
def _ask_decision(page: IncidentPage, body: BodyStanding) -> None:
    st.markdown(f"**{plain(body.label)}**")
    with st.form("decide_upward", enter_to_submit=False, border=False):
        chosen = st.radio("视情决定", ["上报", "不上报"], index=None, horizontal=True, key="upward_decision")
        reason = st.text_area("理由（必填）", key="upward_reason", max_chars=500, height=80)
        done = st.form_submit_button("记下决定", type="primary", key="do_decide_upward")
    if done and chosen is None:
        st.error("请选择上报或不上报。")
    elif done:
        _do(
            page,
            body,
            "decide",
            "决定已记入台账",
            lambda one, meant: upward.decide(one.parts.store, meant, chosen == "上报", reason, _rules()),
        )


@st.dialog("上报", on_dismiss="rerun", width="large")
def _ask_report(page: IncidentPage, body: BodyStanding, unreachable: bool) -> None:
    st.markdown(f"**{plain(body.label)}**")
    ways = {BY_CHANNEL: "经本系统渠道发出", **{one.name: one.label for one in _rules().ways}}
    names = [name for name in ways if name != BY_CHANNEL or not unreachable]
    way = st.radio("方式", names, format_func=lambda name: plain(ways[name]), horizontal=True, key="upward_way")
    if unreachable:
        st.caption("这个单位没有登记联系方式（管理—联系人），只能登记以其他方式报送的情况。")
    with st.form("report_upward", enter_to_submit=False, border=False):
        content = _content(page.reports)
        at, note = None, None
        if way != BY_CHANNEL:
            at = _moment_field()
            note = st.text_input("编号，或由谁接收（必填）", key="upward_note", max_chars=300)
        elif page.record_hidden or (page.record is not None and page.record.scope.value == "party"):
            st.caption("本事件涉及党内公开事项：经渠道只发通知，题目和内容不外发，请另以机要等方式报送。")
        done = st.form_submit_button("发出" if way == BY_CHANNEL else "登记", type="primary", key="do_report_upward")
    if not done:
        return
    if way == BY_CHANNEL:
        _do(page, body, "send", "已交给发送进程，送出时间稍后显示", lambda one, meant: _send(one, meant, content))
    elif at is None:
        st.error("时刻请写成 09:30 这样的形式。")
    else:
        _do(
            page,
            body,
            "note",
            "报送已记入台账",
            lambda one, meant: upward.note_sent(one.parts.store, meant, content, way, at, note, _rules()),
        )


def _content(reports: Sequence[Report]) -> Content:
    filed = {(one.kind, one.number): f"{one.kind.label} {one.serial}" for one in reversed(reports)}
    chosen = st.selectbox(
        "报告", [*filed, None], format_func=lambda key: filed[key] if key else "不附报告，只报文字", key="upward_report"
    )
    text = st.text_area("说明，或要报的内容（附报告时可不填）", key="upward_text", max_chars=2000, height=100)
    return Content(chosen, text)


def _moment_field() -> datetime | None:
    today = backstage().now().astimezone(CHINA).date()
    left, right = st.columns(2)
    days = [today - timedelta(days=back) for back in range(_DAYS)]
    day: date = left.selectbox("报送日期", days, format_func=lambda one: f"{one.month}月{one.day}日", key="upward_day")
    written = right.text_input("报送时刻，如 09:30", key="upward_time", max_chars=5)
    try:
        hour, minute = (int(part) for part in (written or "").replace("：", ":").split(":"))
        return datetime.combine(day, time(hour, minute), CHINA)
    except ValueError:
        return None


@st.dialog("登记回执", on_dismiss="rerun")
def _ask_receipt(page: IncidentPage, body: BodyStanding, open_ones: Sequence[Dispatch]) -> None:
    st.markdown(f"**{plain(body.label)}**")
    sent = {one.entry.id: _sent_name(one.entry) for one in reversed(open_ones)}
    with st.form("note_receipt", enter_to_submit=False, border=False):
        chosen = st.selectbox("哪一次报送", list(sent), format_func=lambda key: sent[key], key="receipt_of")
        who = st.text_input("谁确认收到（必填）", key="receipt_who", max_chars=100)
        note = st.text_input("如何确认的，或回执编号", key="receipt_note", max_chars=300)
        done = st.form_submit_button("登记回执", type="primary", key="do_note_receipt")
    if done and chosen is not None:
        _do(
            page,
            body,
            "receipt",
            "回执已记入台账",
            lambda one, meant: upward.note_receipt(one.parts.store, meant, chosen, who, note, _rules()),
        )


@st.dialog("作废", on_dismiss="rerun")
def _ask_void(page: IncidentPage, body: BodyStanding, mistaken: Sequence[UpwardEntry]) -> None:
    st.text("作废的一条留在台账上，只是不再算数。")
    named = {one.id: f"〔{one.id}〕{exact(one.at)} {one.noted.label} {one.actor}" for one in reversed(mistaken)}
    with st.form("take_back_upward", enter_to_submit=False, border=False):
        chosen = st.selectbox("哪一条", list(named), format_func=lambda key: shown_text(named[key]), key="void_of")
        reason = st.text_area("作废的理由（必填）", key="void_reason", max_chars=300, height=80)
        done = st.form_submit_button("作废", type="primary", key="do_take_back")
    if done and chosen is not None:
        _do(
            page,
            body,
            "void",
            "已作废",
            lambda one, meant: upward.take_back(one.parts.store, meant, chosen, reason, _rules()),
        )


def _sent_name(entry: UpwardEntry) -> str:
    return shown_text(f"{moment(entry.happened_at)} {entry.serial or shortened(entry.text or '', 20)}")


def _send(doing: acting.Doing, meant: Meant, content: Content) -> None:
    organisation = doing.parts.desk.organisation
    issuer = f"{organisation.name}（{organisation.office_name}）"
    upward.send(doing.parts.store, meant, content, _rules(), stored_contacts, issuer)


def _rules() -> UpwardRules:
    return backstage().desk.upward


def _do(
    page: IncidentPage, body: BodyStanding, key: str, said: str, work: Callable[[acting.Doing, Meant], None]
) -> None:
    def carried(doing: acting.Doing) -> None:
        work(doing, Meant(page.incident.id, body.body, acting.actor(doing.person), doing.at, doing.request))

    acting.do(f"upward|{key}|{page.incident.id}|{body.body}", said, carried)
    st.rerun(scope="app")
