"""起草回应: the form in which one version of an answer is written."""

from __future__ import annotations

import streamlit as st

from dashboard import acting
from dashboard.wording import plain, shortened
from pipeline import answering
from pipeline.answer_view import AnswerRow, AnswersPage
from pipeline.meant import Meant
from records.answers import Wording


@st.dialog("起草回应", width="large")
def begin(incident_id: str, answers: AnswersPage) -> None:
    """The form for a new answer."""
    written = _form(Wording(""), answers, f"new_{len(answers.rows)}")
    if written is not None:

        def work(doing: acting.Doing) -> None:
            actor, desk = acting.actor(doing.person), doing.parts.desk.answering
            answering.begin(doing.parts.store, incident_id, written, actor, doing.at, desk, doing.request)

        _do(f"begin_answer|{incident_id}", work)


@st.dialog("修改回应", width="large")
def change(row: AnswerRow, answers: AnswersPage) -> None:
    """The form for another version."""
    if row.now.approved is not None:
        st.warning("这一稿已经审定：改动后要重新送审，协办单位也要重新知悉。")
    written = _form(row.wording, answers, f"{row.answer.id}_{row.now.version}")
    if written is not None:

        def work(doing: acting.Doing) -> None:
            meant = Meant(row.answer.id, acting.actor(doing.person), doing.at, doing.request)
            answering.write(doing.parts.store, meant, written, row.now.version, doing.parts.desk.answering)

        _do(f"write_answer|{row.answer.id}|{row.now.version}", work)


def _form(before: Wording, answers: AnswersPage, key: str) -> Wording | None:
    records = {one.id: one for one in answers.valid if one.id is not None}
    points = {one.key: one for one in answers.points}
    if points:
        st.markdown("**网民关注的焦点**（网上原话摘录，未经核实）")
        st.markdown("\n".join(f"- {plain(one.said)} :gray[{one.posts} 条]" for one in points.values()))
    with st.form(f"answer_form_{key}", enter_to_submit=False, border=False):
        text = st.text_area(
            "回应的内容：先说结论，再说做了什么、什么时候做完",
            before.text,
            height=200,
            max_chars=answering.LONGEST,
            key=f"answer_text_{key}",
        )
        verifications = st.multiselect(
            "依据的核实记录",
            list(records),
            [one for one in before.verifications if one in records],
            format_func=lambda one: plain(f"{records[one].verdict.label}：{shortened(records[one].claim, 40)}"),
            placeholder="说“不实”“谣言”时必须引用",
            key=f"answer_verifications_{key}",
        )
        grounds = st.text_area(
            "其他依据：文件、数据、网址，一行一条", "\n".join(before.grounds), height=68, key=f"answer_grounds_{key}"
        )
        touched = st.multiselect(
            "这一稿已经回应的焦点（按用词看得出的不必选）",
            list(points),
            [one for one in before.touched if one in points],
            format_func=lambda one: plain(shortened(points[one].said, 40)),
            placeholder="可多选",
            key=f"answer_touched_{key}",
        )
        agreed = st.checkbox("作为统一口径：审定后发给协办单位，由其知悉", before.agreed, key=f"answer_agreed_{key}")
        done = st.form_submit_button("保存", type="primary", key=f"do_write_{key}")
    if not done:
        return None
    return Wording(text or "", agreed, tuple(verifications), tuple((grounds or "").splitlines()), tuple(touched))


def _do(key: str, work: acting.Work) -> None:
    acting.do(key, "已保存", work)
    st.rerun(scope="app")
