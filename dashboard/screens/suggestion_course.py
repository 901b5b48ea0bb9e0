"""One suggestion: its words, what was done with it by whom and when, what is awaited, and what may be done now."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Literal

import streamlit as st

from casework.suggestions.moves import Said
from casework.suggestions.standing import Course, Wait
from dashboard.backstage import backstage
from dashboard.navigation import Place
from dashboard.pieces import facts
from dashboard.suggesting import act, handling, standing_badge, way_label
from dashboard.visit import Visit, chosen_item
from dashboard.wording import clause_name, due, exact, moment, plain, remaining, shown_text
from pipeline import suggesting, suggestion_view
from pipeline.suggestion_view import SuggestionPage
from pipeline.units import known_units
from records.naming import office_name
from records.suggestions import Did, Standing, SuggestionEntry
from records.zone import CHINA
from regulation.suggestions import StepRule, SuggestionRules

_NEXT = {
    Standing.TO_ANSWER: Did.ADOPTED,
    Standing.TO_CARRY_OUT: Did.CARRIED_OUT,
    Standing.TO_FEED_BACK: Did.FED_BACK,
    Standing.TO_REPORT: Did.SUBMITTED,
    Standing.TO_FINISH: Did.FINISHED,
}
"""The step that is drawn first where it may be done."""


def draw(visit: Visit) -> None:
    """Draw the suggestion named in the address."""
    visit.link(Place.SUGGESTIONS, "← 意见建议台账")
    rules = backstage().desk.suggestion_rules
    with backstage().store.reading() as t:
        page = suggestion_view.page(t, visit.person, chosen_item() or "", rules)
        units = known_units(t, backstage().desk.upward.labels)
    if page is None:
        st.warning("没有这条意见建议，或它不由您的单位办理。请从台账打开。")
        return
    one, course, now = page.row.suggestion, page.row.course, backstage().now()
    important = " :red-badge[重要]" if course.important is not None else ""
    st.markdown(f"### 意见建议 {one.id} {standing_badge(course.standing)}{important}", anchors=False)
    left, right = st.columns([1, 1.25], gap="medium")
    with left:
        with st.container(border=True, key="suggestion_words"):
            st.text(shown_text(one.text))
        facts(
            [
                ("来源", f"{way_label(one.way)}，{moment(one.received_at, now)} 收到"),
                ("承办单位", plain(course.unit or f"未定，请{office_name()}转办")),
            ]
        )
        if one.record is not None:
            visit.link(Place.RECORD, f"涉及：{page.row.record_title or one.record}", one.record)
        for wait in course.waits:
            _wait(wait, now)
    with right:
        _buttons(page, rules, units)
        with st.container(key="suggestion_entries"):
            for entry in course.entries:
                st.markdown(_line(entry, course, rules))
    st.caption(f"每一步都记入台账（{clause_name('H-48')}），记下后不能修改，有误可注明理由作废。不登记提出人。")


def _wait(wait: Wait, now: datetime) -> None:
    if wait.due_at is None:
        st.markdown(f"**{wait.standing.label}**")
        return
    colour = "red" if wait.overdue(now) else "blue"
    st.markdown(f"**{wait.standing.label}**：最迟 {due(wait.due_at)}　:{colour}-badge[{remaining(wait.due_at, now)}]")
    if wait.since.counted:
        with st.expander("怎样计算"):
            st.text(wait.since.counted)


def _line(entry: SuggestionEntry, course: Course, rules: SuggestionRules) -> str:
    rule = rules.step(entry.did)
    by = f":gray[〔{entry.id}〕{exact(entry.at)} {plain(entry.actor)}]"
    said = f"{by} **{rule.label}** {_said(entry)} :small[:gray[{clause_name(rule.clause)}]]"
    return f":gray-badge[已作废] ~~{said}~~" if entry.id in course.gone else said


def _said(entry: SuggestionEntry) -> str:
    parts = [
        f"〔{entry.of}〕" if entry.of is not None else "",
        f"给 {plain(entry.unit)}" if entry.unit else "",
        plain(way_label(entry.way)) if entry.way else "",
        moment(entry.happened_at) if entry.happened_at is not None else "",
        f"最迟 {due(entry.due_at)} 落实" if entry.did is Did.ADOPTED and entry.due_at is not None else "",
        plain(entry.text) if entry.text else "",
    ]
    return " ".join(part for part in parts if part)


def _buttons(page: SuggestionPage, rules: SuggestionRules, units: Sequence[str]) -> None:
    first = _NEXT.get(page.row.course.standing)
    open_rules = sorted((row for row in rules.steps if row.step in page.steps), key=lambda row: row.step is not first)
    with st.container(horizontal=True, gap="small"):
        for rule in open_rules:
            kind: Literal["primary", "secondary"] = "primary" if rule.step is first else "secondary"
            if st.button(f"{rule.label}…", key=f"step_{rule.step.value}", type=kind):
                _ask(page.row.suggestion.id, page.row.course, rule, rules, units)
        if page.mistaken and st.button("作废…", key="step_void"):
            _ask_void(page.row.suggestion.id, page.mistaken, rules)
        if page.may_redact and st.button("遮盖…", key="step_redact"):
            _ask_redact(page.row.suggestion.id)


@st.dialog("登记一步", on_dismiss="rerun")
def _ask(suggestion: str, course: Course, rule: StepRule, rules: SuggestionRules, units: Sequence[str]) -> None:
    st.markdown(f"**{rule.label}** :gray[{suggestion} · {clause_name(rule.clause)}]")
    with st.form("suggestion_step", enter_to_submit=False, border=False):
        said = _fields(course, rule, rules, units)
        done = st.form_submit_button(rule.label, type="primary", key="do_step")
    if done:
        act(
            rule.step.value,
            f"“{rule.label}”已记入台账",
            suggestion,
            lambda one, meant: suggesting.note(one.parts.store, meant, rule.step, said, handling(one.parts)),
        )


def _fields(course: Course, rule: StepRule, rules: SuggestionRules, units: Sequence[str]) -> Said:
    """The fields that the row asks for."""
    now = backstage().now().astimezone(CHINA)
    unit, way, happened_at, due_on = None, None, None, None
    if "unit" in rule.needs:
        others = [one for one in units if one != course.unit]
        unit = st.selectbox(
            "转给哪个单位", others, index=None, format_func=plain, placeholder="请选择", key="step_unit"
        )
    if "way" in rule.needs:
        labels = {one.name: one.label for one in rules.feedback_ways}
        way = st.selectbox("方式", list(labels), format_func=lambda name: plain(labels[name]), key="step_way")
    if "happened_at" in rule.needs:
        happened_at = _moment(now)
    if "due_on" in rule.needs:
        chosen = st.date_input("何时完成", now.date() + timedelta(days=30), format="YYYY-MM-DD", key="step_due")
        due_on = chosen if isinstance(chosen, date) else None
    must = "必填" if "text" in rule.needs else "可不填"
    text = st.text_area(f"{rule.asks}（{must}）", key="step_text", max_chars=2000, height=110)
    return Said(text, unit, way, happened_at, due_on)


def _moment(now: datetime) -> datetime:
    at = now.replace(minute=now.minute - now.minute % 5, second=0, microsecond=0, tzinfo=None)
    chosen = st.datetime_input("时间", at, format="YYYY-MM-DD", step=timedelta(minutes=5), key="step_happened")
    return (chosen or at).replace(tzinfo=CHINA)


@st.dialog("作废", on_dismiss="rerun")
def _ask_void(suggestion: str, mistaken: Sequence[SuggestionEntry], rules: SuggestionRules) -> None:
    st.text("作废的一条留在台账上，只是不再算数。")
    named = {
        one.id or 0: f"〔{one.id}〕{exact(one.at)} {rules.step(one.did).label} {one.actor}"
        for one in reversed(mistaken)
    }
    with st.form("suggestion_void", enter_to_submit=False, border=False):
        chosen = st.selectbox("哪一条", list(named), format_func=lambda key: shown_text(named[key]), key="void_of")
        reason = st.text_area("作废的理由（必填）", key="void_reason", max_chars=300, height=80)
        done = st.form_submit_button("作废", type="primary", key="do_void")
    if done and chosen is not None:
        act(
            "void",
            "已作废",
            suggestion,
            lambda one, meant: suggesting.take_back(one.parts.store, meant, chosen, reason, handling(one.parts)),
        )


@st.dialog("遮盖文字", on_dismiss="rerun")
def _ask_redact(suggestion: str) -> None:
    st.text("自动遮盖漏掉了个人信息时使用：这条意见建议和各步登记的文字全部去掉，不能恢复，办理经过保留。")
    with st.form("suggestion_redact", enter_to_submit=False, border=False):
        reason = st.text_area("理由（必填，不要写出要遮盖的内容）", key="redact_reason", max_chars=300, height=80)
        done = st.form_submit_button("遮盖", type="primary", key="do_redact")
    if done:
        act(
            "redact",
            "文字已遮盖",
            suggestion,
            lambda one, meant: suggesting.redact(one.parts.store, meant, reason),
        )
