"""回应: the answers on an incident: those published, those being written and approved, and the wording agreed for co-units."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from dashboard import acting
from dashboard.backstage import backstage
from dashboard.claims import coloured
from dashboard.screens import incident_answer_form, incident_verifications
from dashboard.screens.incident_acts import perform
from dashboard.visit import Visit
from dashboard.wording import clause_name, exact, moment, plain, safe_link, shown_text
from pipeline import answering
from pipeline.answer_view import AnswerRow, AnswersPage, answers_page
from pipeline.answering import Answering
from pipeline.incident_view import IncidentPage
from pipeline.meant import Meant
from records.actions import Act
from records.answers import AnswerNoted, AnswerState
from regulation.answers import Effect
from storage.store import Store

_COLOURS = {Effect.BLOCK: "red", Effect.REASON: "orange", Effect.HINT: "blue"}
_STATES = {
    AnswerState.DRAFT: "gray",
    AnswerState.SUBMITTED: "orange",
    AnswerState.APPROVED: "green",
    AnswerState.PUBLISHED: "blue",
    AnswerState.WITHDRAWN: "gray",
    AnswerState.DROPPED: "gray",
}
_RANK = list(Effect)


def draw(visit: Visit, page: IncidentPage) -> None:
    """Draw the published answers, the answers on their way, and the verification records they rest on."""
    with backstage().store.reading() as t:
        answers = answers_page(t, visit.person, page.incident, backstage().desk.answering.checking)
    _published(page)
    left, right = st.columns([1.5, 1], gap="medium")
    with left:
        _answers(page, answers)
    with right:
        incident_verifications.draw(page.incident.id, answers)


def _published(page: IncidentPage) -> None:
    if not page.responses:
        st.info("还没有公开回应。回应要说清网民关注的焦点，真实、有依据、讲白话（第四十四条）。")
    for response in reversed(page.responses):
        with st.container(border=True, gap="xsmall"):
            st.markdown(f":gray[{exact(response.published_at)} · {plain(response.published_by)} 登记]")
            st.text(shown_text(response.text))
            link = safe_link(response.url)
            if link is not None:
                st.link_button("查看原文", link, type="tertiary", icon=":material/open_in_new:")


def _answers(page: IncidentPage, answers: AnswersPage) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown("**回应稿和口径**", width="content")
        if answers.may_begin and st.button("起草回应…", type="primary", key="begin_answer"):
            incident_answer_form.begin(page.incident.id, answers)
    if not answers.rows:
        st.caption("还没有起草。责任单位起草，办公室另一人审定，审定后在官方渠道发布，再回来登记网址。")
    for row in answers.rows:
        with st.container(border=True, gap="xsmall", key=f"answer_{row.answer.id}"):
            _answer(page, answers, row)


def _answer(page: IncidentPage, answers: AnswersPage, row: AnswerRow) -> None:
    agreed = " :violet-badge[统一口径]" if row.wording.agreed else ""
    st.markdown(
        f":{_STATES[row.now.state]}-badge[{row.now.state.label}]{agreed} :gray[{row.answer.id} · 第 {row.now.version} 稿 · "
        f"{plain(row.answer.unit or '')} {plain(row.answer.begun_by)} {moment(row.answer.begun_at, backstage().now())} 起草]"
    )
    st.markdown(_marked(row))
    _grounds(answers, row)
    for remark in sorted(row.remarks, key=lambda one: _RANK.index(one.effect)):
        st.markdown(
            f":{_COLOURS[remark.effect]}-badge[{remark.effect.label}] **{plain(remark.rule.label)}**　{plain(remark.said)}  \n"
            f":small[:gray[{plain(remark.rule.hint)}（{clause_name(remark.rule.clause)}）]]"
        )
    _noted_by(row)
    _deeds(answers, row)
    if row.may_publish:
        _register(page, row)
    with st.expander("经过"):
        for entry in reversed(row.entries):
            reason = f"：{plain(entry.reason)}" if entry.reason else ""
            st.markdown(
                f"{entry.noted.label}{reason} :gray[{plain(entry.actor)} · {moment(entry.at, backstage().now())}]"
            )


def _marked(row: AnswerRow) -> str:
    """The text with every place of a remark on the ground of what follows from it; the gravest of several counts."""
    ground: dict[int, Effect] = {}
    for remark in sorted(row.remarks, key=lambda one: -_RANK.index(one.effect)):
        for place in remark.places:
            ground |= dict.fromkeys(range(place.start, place.end), remark.effect)
    spans: list[tuple[int, int, str]] = []
    for at in sorted(ground):
        colour = _COLOURS[ground[at]]
        if spans and spans[-1][1:] == (at, colour):
            spans[-1] = (spans[-1][0], at + 1, colour)
        else:
            spans.append((at, at + 1, colour))
    return coloured(row.wording.text, spans)


def _grounds(answers: AnswersPage, row: AnswerRow) -> None:
    known = {one.id: one for one in answers.verifications}
    rests = [
        f"核实记录：{plain(found.claim)}——{found.verdict.label}（{plain(found.actor)}）"
        for number in row.wording.verifications
        if (found := known.get(number)) is not None
    ]
    said = [*rests, *(plain(one) for one in row.wording.grounds)]
    if said:
        st.caption("依据：" + "；".join(said))


def _noted_by(row: AnswerRow) -> None:
    noted = [f"{plain(unit)} {plain(entry.actor)}" for unit, entry in row.now.acknowledged.items()]
    if noted:
        st.caption(f"已知悉：{'、'.join(noted)}")
    if row.unread:
        st.caption(f":orange[尚未知悉：{'、'.join(plain(unit) for unit in row.unread)}]")


def _deeds(answers: AnswersPage, row: AnswerRow) -> None:
    key = row.answer.id
    with st.container(horizontal=True):
        if row.may_submit and st.button("送审", type="primary", key=f"submit_{key}"):
            _do(f"submit|{key}|{row.now.version}", "已送审", lambda doing: answering.submit(*_with(doing, row)))
        if row.may_approve and st.button("审定…", type="primary", key=f"approve_{key}"):
            _approve(row)
        if row.may_acknowledge and st.button("知悉", type="primary", key=f"acknowledge_{key}"):
            _do(f"acknowledge|{key}", "已知悉", lambda doing: answering.acknowledge(*_with(doing, row)))
        if row.may_write and st.button("修改…", key=f"write_{key}"):
            incident_answer_form.change(row, answers)
        if row.may_return and st.button("退回…", key=f"return_{key}"):
            _send_back(row)
        if row.may_drop and st.button("作废…", key=f"drop_{key}"):
            _drop(row)
    if row.now.state is AnswerState.SUBMITTED and not row.may_approve:
        st.caption("由办公室审定；起草、修改和送审的人不能自己审定。")


@st.dialog("审定")
def _approve(row: AnswerRow) -> None:
    asking = [one.rule.label for one in row.remarks if one.effect is Effect.REASON]
    if asking:
        st.markdown(f":orange-badge[需要说明] {plain('、'.join(asking))}")
    with st.form("approve_answer", enter_to_submit=False, border=False):
        reason = st.text_area(
            "可以照此公开的理由（必填）" if asking else "意见（可不填）", key="approve_reason", max_chars=1000
        )
        done = st.form_submit_button("审定，可以公开", type="primary", key="do_approve")
    if done:
        version = row.now.version
        _do(
            f"approve|{row.answer.id}|{version}",
            "已审定",
            lambda doing: answering.approve(
                doing.parts.store, _meant(doing, row), version, reason, doing.parts.desk.answering
            ),
        )


@st.dialog("退回")
def _send_back(row: AnswerRow) -> None:
    _with_reason(row, AnswerNoted.RETURNED, "退回的理由：要改哪里（必填）", "退回", answering.send_back)


@st.dialog("作废")
def _drop(row: AnswerRow) -> None:
    _with_reason(row, AnswerNoted.DROPPED, "作废的理由（必填）", "作废", answering.drop)


def _with_reason(row: AnswerRow, noted: AnswerNoted, label: str, button: str, deed: Callable[..., None]) -> None:
    with st.form(f"answer_{noted.value}", enter_to_submit=False, border=False):
        reason = st.text_area(label, key=f"answer_{noted.value}_reason", max_chars=1000)
        done = st.form_submit_button(button, type="primary", key=f"do_answer_{noted.value}")
    if done:
        _do(
            f"{noted.value}|{row.answer.id}|{len(row.entries)}",
            f"已{noted.label}",
            lambda doing: deed(doing.parts.store, _meant(doing, row), reason, doing.parts.desk.answering),
        )


def _register(page: IncidentPage, row: AnswerRow) -> None:
    """The words are those that were approved; only where they were published is asked."""
    with st.form(f"publish_response_{row.answer.id}", enter_to_submit=False):
        st.caption("本系统不代发内容：请先按审定的文字在官方渠道发布，再登记网址。")
        url = st.text_input(
            "发布页面的网址（http:// 或 https:// 开头，没有可不填）", key=f"response_url_{row.answer.id}", max_chars=500
        )
        platforms = {one.id: one.name for one in backstage().desk.platforms.in_use if one.online}
        platform = st.selectbox(
            "发布平台（填了网址的，一并记入公开事项的发布记录）",
            [None, *platforms],
            format_func=lambda one: plain(platforms[one]) if one else "未写明",
            key=f"response_platform_{row.answer.id}",
        )
        done = st.form_submit_button("登记回应", type="primary", key="do_publish_response")
    if done:
        args = {"text": row.wording.text, "url": (url or "").strip() or None, "platform": platform}
        perform(page.incident, Act.PUBLISH_RESPONSE, "回应已登记", args)


def _with(doing: acting.Doing, row: AnswerRow) -> tuple[Store, Meant, Answering]:
    return doing.parts.store, _meant(doing, row), doing.parts.desk.answering


def _meant(doing: acting.Doing, row: AnswerRow) -> Meant:
    return Meant(row.answer.id, acting.actor(doing.person), doing.at, doing.request)


def _do(key: str, said: str, work: acting.Work) -> None:
    acting.do(key, said, work)
    st.rerun(scope="app")
