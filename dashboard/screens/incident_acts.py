"""The acts on an incident as buttons, each for those whose role may do it, each carried out once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import streamlit as st

from dashboard import acting
from dashboard.backstage import backstage
from dashboard.screens import incident_dismissed, incident_regrouping
from dashboard.screens.leading import lead_to
from dashboard.visit import Visit
from dashboard.wording import owed, plain
from pipeline import plan
from pipeline.incident_view import IncidentPage
from pipeline.regrouping import MERGE, RELINK, SPLIT
from pipeline.units import known_units
from records.actions import Act
from records.alerts import Deadline, DeadlineState, Ending
from records.incidents import Incident, IncidentState
from records.measures import missing
from records.naming import named, office_name
from records.spans import span
from records.words import Category, Severity
from records.zone import CHINA
from regulation.dismissals import dismissals

_WHERE = {
    Ending.PUBLISH_RESPONSE: "回应",
    Ending.INITIAL_REPORT: "报告",
    Ending.FINAL_REPORT: "报告",
    Ending.EVALUATION: "评估",
}
"""On which tab the act stands that ends a further clock by itself."""


@dataclass(frozen=True)
class Offer:
    """One button: what it says, what it tells after the act, and what it must ask first (None: nothing)."""

    act: str
    label: str
    said: str
    ask: Callable[[Visit, Incident], None] | None = None
    primary: bool = False


def bar(visit: Visit, page: IncidentPage) -> None:
    """Draw the buttons for what this person may do to the incident as it stands."""
    offers = [offer for offer in _offers(page) if offer.act in page.acts]
    if not offers and page.incident.merged_into is None:
        st.caption("您对这个事件只有查看权限。")
    if not offers:
        return
    with st.container(horizontal=True, gap="small", key="acts"):
        for offer in offers:
            clicked = st.button(offer.label, key=f"act_{offer.act}", type="primary" if offer.primary else "secondary")
            if clicked and offer.ask is not None:
                offer.ask(visit, page.incident)
            elif clicked:
                perform(page.incident, Act(offer.act), offer.said, {})


def perform(incident: Incident, act: Act, said: str, args: Mapping[str, Any], *, seen: bool = False) -> None:
    """Carry out the act and draw the page anew. `seen` makes a change by somebody else since then a refusal."""
    named = {"incident": incident.id, **({"revision": incident.revision} if seen else {}), **args}

    def work(doing: acting.Doing) -> None:
        acting.act(doing, act, named)

    acting.do(f"{act.value}|{incident.id}", said, work)
    st.rerun(scope="app")


def _offers(page: IncidentPage) -> list[Offer]:
    incident = page.incident
    if incident.merged_into is not None:
        return []
    running = page.deadline is not None and page.deadline.state is DeadlineState.OPEN
    further = [_owed_offer(page)] if any(one.state is DeadlineState.OPEN for one in page.further) else []
    if not incident.state.ongoing:
        ended = [Offer(Act.REOPEN, "重新打开…", "事件已重新打开", _ask_reopen), *further]
        return [*ended, *([Offer(Act.CANCEL_PLAN, "撤销预案…", "预案启动已撤销", _ask_cancel)] if running else [])]
    offers = []
    if (page.own_co_unit or incident).acknowledged_at is None:
        offers.append(Offer(Act.ACKNOWLEDGE, "签收", "已签收", primary=True))
    if incident.state is IncidentState.OPEN:
        offers.append(Offer(Act.CONFIRM, "核实属实", "已核实：事件成立"))
    if page.deadline is None:
        offers.append(Offer(Act.START_PLAN, "启动预案…", "预案已启动，首报计时开始", _ask_start, primary=True))
    if running:
        offers.append(Offer(Act.CANCEL_PLAN, "撤销预案…", "预案启动已撤销", _ask_cancel))
    return [
        *offers,
        *further,
        Offer(Act.SET_SEVERITY, "改等级…", "等级已调整", _ask_severity),
        Offer(Act.SET_CATEGORY, "改类别…", "类别已调整", _ask_category),
        Offer(Act.HAND_OVER, "转办…", "事件已转办", _ask_hand_over),
        Offer(Act.NAME_CO_UNIT, "协办…", "协办单位已确定", lambda visit, incident: _ask_co_units(page)),
        Offer(MERGE, "合并…", "", incident_regrouping.ask_merge),
        Offer(SPLIT, "拆分…", "", lambda visit, incident: incident_regrouping.ask_split(visit, page)),
        Offer(RELINK, "改关联…", "", incident_regrouping.ask_relink),
        Offer(Act.DISMISS, "排除…", "事件已排除", _ask_dismiss),
        Offer(Act.CLOSE, "办结…", "事件已办结", _ask_close),
    ]


def _owed_offer(page: IncidentPage) -> Offer:
    def ask(visit: Visit, incident: Incident) -> None:
        _ask_owed(page)

    return Offer(Act.OWED_DONE, "时限办理…", "已登记", ask)


@st.dialog("时限办理", on_dismiss="rerun")
def _ask_owed(page: IncidentPage) -> None:
    running = {one.kind: one for one in page.further if one.state is DeadlineState.OPEN}
    duty = st.selectbox("事项", list(running), format_func=lambda kind: owed(running[kind]), key="owed_which")
    if duty is None:
        return
    ends = running[duty].ends or Ending.NOTED
    if ends in _WHERE:
        _lead_to_the_act(running[duty], ends)
        if Act.OWED_VOID in page.acts:
            _note_owed(page, duty, "不需办理的理由（必填）", noted=False)
    else:
        _note_owed(page, duty, "办理情况（何时、何地、如何办的），或不需办理的理由（必填）", noted=True)


def _lead_to_the_act(clock: Deadline, ends: Ending) -> None:
    """What ends this clock by itself is done elsewhere on the page."""
    st.markdown(f"{ends.label}后，“{owed(clock)}”的时限自动了结，不必在这里登记。")
    if st.button(f"去{ends.label}", type="primary", key="go_and_end"):
        lead_to(_WHERE[ends])
        st.rerun(scope="app")


def _note_owed(page: IncidentPage, duty: str, label: str, *, noted: bool) -> None:
    with st.form("owed", enter_to_submit=False, border=False):
        note = st.text_area(label, key="owed_note", max_chars=500, height=100)
        with st.container(horizontal=True):
            done = noted and st.form_submit_button("已办理", type="primary", key="do_owed_done")
            void = Act.OWED_VOID in page.acts and st.form_submit_button("不需办理", key="do_owed_void")
    if (done or void) and _given(note):
        act = Act.OWED_DONE if done else Act.OWED_VOID
        perform(page.incident, act, "已登记", {"duty": duty, "reason": note}, seen=True)


@st.dialog("启动预案", on_dismiss="rerun")
def _ask_start(visit: Visit, incident: Incident) -> None:
    with backstage().store.reading() as t:
        within = span(plan.length(t))
    st.text(named(f"启动后{within}内须向{{report_to}}报送首报（第四十二条（三）），到时自动提醒和督办。"))
    earlier = st.checkbox("实际启动时间更早，现在补记", key="start_earlier")
    with st.form("start_plan", enter_to_submit=False, border=False):
        args = _earlier_start() if earlier else {}
        if not st.form_submit_button("启动预案，开始计时", type="primary", key="do_start_plan"):
            return
    if earlier and args["started_at"] is None:
        st.error("时刻请写成 09:30 这样的形式。")
        return
    if not earlier or _given(args["reason"]):
        perform(incident, Act.START_PLAN, "预案已启动，首报计时开始", args)


def _earlier_start() -> dict[str, Any]:
    today = backstage().now().astimezone(CHINA).date()
    days = [today - timedelta(days=back) for back in range(8)]
    left, right = st.columns(2)
    day = left.selectbox("实际启动日期", days, format_func=_day, key="start_day")
    written = right.text_input("实际启动时刻，如 09:30", key="start_time", max_chars=5)
    reason = st.text_area("补记的理由（必填）", key="start_reason", max_chars=300, height=80)
    at = _moment(day, written)
    return {"started_at": at and at.isoformat(), "reason": reason}


@st.dialog("撤销预案", on_dismiss="rerun")
def _ask_cancel(visit: Visit, incident: Incident) -> None:
    _with_reason(
        incident,
        Act.CANCEL_PLAN,
        "预案启动已撤销",
        "撤销后停止计时和提醒，只用于误启动。",
        "撤销的理由（必填）",
        "撤销预案",
    )


@st.dialog("排除事件", on_dismiss="rerun")
def _ask_dismiss(visit: Visit, incident: Incident) -> None:
    st.text("排除表示这不是需要回应的舆情。前两种是研判有误，排除后可一次更正本事件的帖文；“不需处置”不改研判。")
    known = dismissals()
    with st.form("dismiss", enter_to_submit=False, border=False):
        why = st.radio(
            "排除的原因",
            known,
            index=None,
            format_func=lambda one: incident_dismissed.named(one),
            captions=[plain(one.hint) for one in known],
        )
        note = st.text_area("补充说明（可不填）", key="dismiss_reason", max_chars=500, height=80)
        done = st.form_submit_button("排除事件", type="primary", key="do_dismiss")
    if done and why is None:
        st.error("请选择排除的原因。")
    elif done and why is not None:
        incident_dismissed.lead_to_posts(why)
        perform(incident, Act.DISMISS, "事件已排除", {"why": why.name, "reason": note}, seen=True)


@st.dialog("办结事件", on_dismiss="rerun")
def _ask_close(visit: Visit, incident: Incident) -> None:
    with backstage().store.reading() as t:
        sides = "、".join(side.label for side in missing(t.measures.of_incident(incident.id)))
    hint = "办结前请确认：线上已公开回应，线下问题已解决或有明确答复（第四十二条（四））。"
    noted = f"“措施”里没有登记{sides}措施，请写明理由。" if sides else "线上、线下措施都已登记，说明可不填。"
    _with_reason(
        incident,
        Act.CLOSE,
        "事件已办结",
        f"{hint}{noted}",
        "办结说明" + ("（必填）" if sides else ""),
        "办结事件",
        bool(sides),
    )


@st.dialog("重新打开", on_dismiss="rerun")
def _ask_reopen(visit: Visit, incident: Incident) -> None:
    hint = "重新打开后，新的负面帖文继续归入本事件。"
    _with_reason(incident, Act.REOPEN, "事件已重新打开", hint, "重新打开的理由（必填）", "重新打开")


@st.dialog("转办", on_dismiss="rerun")
def _ask_hand_over(visit: Visit, incident: Incident) -> None:
    st.text(
        f"责任单位现为“{incident.unit or '未定'}”。转办后由新的单位签收、办理和报送，原单位会收到通知。"
        "正在计时的首报时限不重新计算，也不延后。"
    )
    with backstage().store.reading() as t:
        units = [unit for unit in known_units(t, backstage().desk.upward.labels) if unit != incident.unit]
    with st.form("hand_over", enter_to_submit=False, border=False):
        unit = st.selectbox(
            "转给哪个单位", units, index=None, format_func=plain, placeholder="请选择", key="hand_over_unit"
        )
        reason = st.text_area("转办的理由（必填）", key="hand_over_reason", max_chars=300, height=80)
        done = st.form_submit_button("转办", type="primary", key="do_hand_over")
    _with_unit(incident, Act.HAND_OVER, "事件已转办", done, unit, reason)


@st.dialog("协办单位", on_dismiss="rerun")
def _ask_co_units(page: IncidentPage) -> None:
    incident, helping = page.incident, [one.unit for one in page.co_units]
    st.text(
        f"牵头单位“{incident.unit or '未定'}”负责报送；协办单位按职责配合（第四十条（三））。"
        "确定后立即通知，由协办单位各自签收。"
    )
    _name_co_unit(incident, helping)
    if helping:
        _remove_co_unit(incident, helping)
    for one in page.co_units:
        if one.acknowledged_at is None and st.button(
            f"{plain(one.unit)}已电话确认，代为签收", key=f"acknowledge_for_{one.unit}"
        ):
            perform(incident, Act.ACKNOWLEDGE, f"已代{one.unit}签收", {"unit": one.unit})


def _name_co_unit(incident: Incident, helping: Sequence[str]) -> None:
    with backstage().store.reading() as t:
        units = [
            unit for unit in known_units(t, backstage().desk.upward.labels) if unit not in (incident.unit, *helping)
        ]
    with st.form("name_co_unit", enter_to_submit=False):
        unit = st.selectbox(
            "增加协办单位", units, index=None, format_func=plain, placeholder="请选择", key="name_co_unit_unit"
        )
        reason = st.text_input("请它协办的理由（必填）", key="name_co_unit_reason", max_chars=300)
        done = st.form_submit_button("增加", type="primary", key="do_name_co_unit")
    _with_unit(incident, Act.NAME_CO_UNIT, "协办单位已确定", done, unit, reason)


def _remove_co_unit(incident: Incident, helping: Sequence[str]) -> None:
    with st.form("remove_co_unit", enter_to_submit=False):
        unit = st.selectbox(
            "撤下协办单位", helping, index=None, format_func=plain, placeholder="请选择", key="remove_co_unit_unit"
        )
        reason = st.text_input("不再协办的理由（必填）", key="remove_co_unit_reason", max_chars=300)
        done = st.form_submit_button("撤下", key="do_remove_co_unit")
    _with_unit(incident, Act.REMOVE_CO_UNIT, "协办单位已撤下", done, unit, reason)


def _with_unit(incident: Incident, act: Act, said: str, done: bool, unit: str | None, reason: str | None) -> None:
    if done and unit is None:
        st.error("请选择单位。")
    elif done and _given(reason):
        perform(incident, act, said, {"unit": unit, "reason": reason}, seen=True)


@st.dialog("改等级", on_dismiss="rerun")
def _ask_severity(visit: Visit, incident: Incident) -> None:
    st.text(f"现为“{incident.severity.label}”。调高时会通知责任单位和{office_name()}。")
    words = list(Severity)
    with st.form("set_severity", enter_to_submit=False, border=False):
        chosen = st.radio("等级", words, index=words.index(incident.severity), format_func=_label, horizontal=True)
        reason = st.text_area("调整的理由（必填）", key="severity_reason", max_chars=300, height=80)
        done = st.form_submit_button("改等级", type="primary", key="do_set_severity")
    if done and _given(reason):
        said = "等级已调整" if chosen is not incident.severity else "等级没有变化"
        perform(incident, Act.SET_SEVERITY, said, {"severity": chosen.value, "reason": reason}, seen=True)


@st.dialog("改类别", on_dismiss="rerun")
def _ask_category(visit: Visit, incident: Incident) -> None:
    st.text("人工认定后，类别不再随帖文自动变化（第三十八条的六种情形）。")
    words = list(Category)
    index = words.index(incident.category) if incident.category else 0
    with st.form("set_category", enter_to_submit=False, border=False):
        chosen = st.radio("类别", words, index=index, format_func=_label)
        reason = st.text_area("认定的理由（必填）", key="category_reason", max_chars=300, height=80)
        done = st.form_submit_button("改类别", type="primary", key="do_set_category")
    if done and _given(reason):
        perform(incident, Act.SET_CATEGORY, "类别已调整", {"category": chosen.value, "reason": reason}, seen=True)


def _with_reason(
    incident: Incident, act: Act, said: str, hint: str, label: str, button: str, needed: bool = True
) -> None:
    st.text(hint)
    with st.form(act.value, enter_to_submit=False, border=False):
        reason = st.text_area(label, key=f"{act.value}_reason", max_chars=500, height=100)
        done = st.form_submit_button(button, type="primary", key=f"do_{act.value}")
    if done and (not needed or _given(reason)):
        perform(incident, act, said, {"reason": reason}, seen=True)


def _given(reason: str | None) -> bool:
    """Whether a reason was written; says so where not, and the dialog stays."""
    if reason and reason.strip():
        return True
    st.error("请填写理由。")
    return False


def _label(word: Severity | Category) -> str:
    return plain(word.label)


def _day(day: date) -> str:
    return f"{day.month}月{day.day}日"


def _moment(day: date, written: str | None) -> datetime | None:
    try:
        hour, minute = (int(part) for part in (written or "").replace("：", ":").split(":"))
        return datetime.combine(day, time(hour, minute), CHINA)
    except ValueError:
        return None
