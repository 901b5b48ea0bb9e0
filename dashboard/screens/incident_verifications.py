"""核实记录: statements that wait to be verified, what people found out about others, and the forms that keep more."""

from __future__ import annotations

import streamlit as st

from dashboard import acting
from dashboard.backstage import backstage
from dashboard.wording import clause_name, moment, plain
from nlp.admission import without_personal_data
from pipeline import answering, claiming, verifying
from pipeline.answer_view import AnswersPage
from pipeline.claiming import Heard
from pipeline.meant import Meant
from pipeline.verifying import Finding
from records.answers import Verdict, Verification
from records.claims import Claim, Way

_COLOURS = {Verdict.TRUE: "green", Verdict.PARTLY: "orange", Verdict.UNTRUE: "red", Verdict.OPEN: "gray"}


def draw(incident_id: str, answers: AnswersPage) -> None:
    """Draw what waits, then the records, the newest first, those taken back crossed out."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown("**核实记录**", width="content")
        if answers.may_verify and st.button("登记核实情况…", key="verify_claim"):
            _verify(incident_id, len(answers.verifications), None)
        if answers.may_enter_claim and st.button("登记待核实的说法…", key="enter_claim"):
            _enter_claim(incident_id)
    st.caption(f"属实与否由人核实，系统不作判断。没有核实记录，回应里不能说“不实”“谣言”（{clause_name('H-42(1)')}）。")
    for claim in answers.claims:
        with st.container(border=True, gap="xsmall", key=f"claim_{claim.id}"):
            _claim(incident_id, answers, claim)
    for made in reversed([one for one in answers.verifications if one.of is None]):
        with st.container(border=True, gap="xsmall"):
            _record(incident_id, answers, made)


def _claim(incident_id: str, answers: AnswersPage, claim: Claim) -> None:
    st.markdown(f":orange-badge[待核实] {plain(claim.text)}")
    st.caption(
        f"{claim.way.label}得知　{plain(claim.unit or '')} {plain(claim.actor)} {moment(claim.at, backstage().now())} 登记"
    )
    with st.container(horizontal=True):
        if answers.may_verify and st.button("核实这个说法…", key=f"verify_{claim.id}", type="primary"):
            _verify(incident_id, len(answers.verifications), claim)
        if answers.may_set_aside and st.button("不必核实…", key=f"set_aside_{claim.id}", type="tertiary"):
            _set_aside(incident_id, claim)


@st.dialog("登记待核实的说法")
def _enter_claim(incident_id: str) -> None:
    with st.form("incident_claim", enter_to_submit=False, border=False):
        text = st.text_area("说法（有人说……，不要写是谁说的）", key="incident_claim_text", max_chars=1000, height=80)
        way = st.selectbox("怎样得知", list(Way), format_func=lambda one: one.label, key="incident_claim_way")
        done = st.form_submit_button("登记说法", type="primary", key="do_incident_claim")
    if done:
        heard = Heard(text or "", way or Way.OTHER_WAY, incident_id)
        _do(
            f"enter_claim|{incident_id}",
            "说法已登记，等核实",
            lambda doing: claiming.enter_claim(
                doing.parts.store,
                heard,
                acting.actor(doing.person),
                doing.at,
                acting.deps(doing.parts),
                without_personal_data,
                doing.request,
            ),
        )


@st.dialog("不必核实")
def _set_aside(incident_id: str, claim: Claim) -> None:
    number = claim.id or 0
    with st.form("set_aside_claim", enter_to_submit=False, border=False):
        reason = st.text_area("为什么不必核实（必填）", key=f"set_aside_reason_{number}", max_chars=1000, height=80)
        done = st.form_submit_button("不必核实", type="primary", key="do_set_aside")
    if done:
        _do(
            f"set_aside|{number}",
            "已写明不必核实",
            lambda doing: claiming.set_aside(
                doing.parts.store, _meant(doing, incident_id), number, reason or "", without_personal_data
            ),
        )


def _record(incident_id: str, answers: AnswersPage, made: Verification) -> None:
    back = next((one for one in answers.verifications if one.of == made.id), None)
    void = " :gray-badge[已作废]" if back is not None else ""
    st.markdown(f":{_COLOURS[made.verdict]}-badge[{made.verdict.label}]{void} {plain(made.claim)}")
    st.caption(
        f"依据：{plain(made.evidence)}  \n{plain(made.unit or '')} {plain(made.actor)} {moment(made.at, backstage().now())}"
    )
    if back is not None:
        st.caption(f"作废：{plain(back.evidence)}（{plain(back.actor)}）")
    elif answers.may_verify and st.button("作废…", key=f"verification_back_{made.id}", type="tertiary"):
        _take_back(incident_id, made)


@st.dialog("登记核实情况")
def _verify(incident_id: str, number: int, heard: Claim | None) -> None:
    with st.form("verify", enter_to_submit=False, border=False):
        claim = st.text_area(
            "网上怎么说（概括，不写人名账号）",
            "" if heard is None else heard.text,
            key=f"verify_claim_text_{'' if heard is None else heard.id}",
            max_chars=1000,
            height=80,
        )
        verdict = st.radio("核实结果", list(Verdict), index=None, format_func=lambda one: one.label, horizontal=True)
        evidence = st.text_area(
            "依据：查了什么、到了哪里、问了谁（写职务）", key="verify_evidence", max_chars=answering.LONGEST, height=120
        )
        done = st.form_submit_button("登记", type="primary", key="do_verify")
    st.caption("与您的姓名一并记录；个人信息保存前自动遮盖。")
    if done and verdict is None:
        st.error("请选择核实结果。")
    elif done and verdict is not None:
        finding = Finding(claim or "", verdict, evidence or "", None if heard is None else heard.id)
        _do(
            f"verify|{incident_id}|{number}",
            "已登记核实情况",
            lambda doing: verifying.verify(
                doing.parts.store, _meant(doing, incident_id), finding, doing.parts.desk.answering
            ),
        )


@st.dialog("作废核实记录")
def _take_back(incident_id: str, made: Verification) -> None:
    with st.form("verification_back", enter_to_submit=False, border=False):
        reason = st.text_area("作废的理由（必填）", key="verification_back_reason", max_chars=1000)
        done = st.form_submit_button("作废", type="primary", key="do_verification_back")
    if done:
        number = made.id or 0
        _do(
            f"verification_back|{number}",
            "已作废",
            lambda doing: verifying.take_back(
                doing.parts.store, _meant(doing, incident_id), number, reason, doing.parts.desk.answering
            ),
        )


def _meant(doing: acting.Doing, incident_id: str) -> Meant:
    return Meant(incident_id, acting.actor(doing.person), doing.at, doing.request)


def _do(key: str, said: str, work: acting.Work) -> None:
    if acting.do_in_dialog(key, said, work):
        st.rerun(scope="app")
