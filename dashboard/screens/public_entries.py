"""回应公开: the entries of the public site: written, approved by somebody else, made public, withdrawn."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import streamlit as st

from dashboard import acting
from dashboard.backstage import backstage
from dashboard.navigation import Place
from dashboard.visit import Visit, chosen_item
from dashboard.wording import clause_name, moment, plain, shortened, shown_text
from pipeline import public_entries
from pipeline.meant import Meant
from pipeline.public_entries import Faults, PublicEntry
from records.answers import AnswerNoted, AnswerState, Exchange, PublicWords

_COLOURS = {
    AnswerState.DRAFT: "gray",
    AnswerState.SUBMITTED: "orange",
    AnswerState.APPROVED: "green",
    AnswerState.PUBLISHED: "blue",
    AnswerState.WITHDRAWN: "red",
    AnswerState.DROPPED: "gray",
}
_AT_ONCE = {AnswerNoted.SUBMITTED: "送审", AnswerNoted.PUBLISHED: "公开"}
_ASKING = {
    AnswerNoted.APPROVED: "审定",
    AnswerNoted.RETURNED: "退回",
    AnswerNoted.WITHDRAWN: "撤下",
    AnswerNoted.DROPPED: "作废",
}
_PAGE = 10
_SPARE = 2
"""So many empty questions stand below those that there are."""


def draw(visit: Visit) -> None:
    """Draw the entries, those on the record in the address alone where it names one."""
    record = chosen_item()
    with backstage().store.reading() as t:
        found = public_entries.listed(t, visit.person, record)
        choices = public_entries.record_choices(t)
    st.caption(
        "把群众普遍关心的疑问概括成条目，连同答复和办理情况公开；不引用帖文，不涉及个人。草拟 → 审定（另一人） → 公开 → 撤下，"
        f"依据{clause_name('H-42(1)')}、{clause_name('H-44(1)')}。公开后由管理员运行 huiying publish 写出网站。"
    )
    if public_entries.may_write(visit.person) and st.button("起草条目…", type="primary", key="begin_public"):
        _begin(choices, record if record in choices else None, len(found))
    if not found:
        st.info("还没有条目。群众普遍关心的疑问要公开答复时，由办公室按“起草条目”。")
    number = st.pagination(-(-len(found) // _PAGE), key="public_page") if len(found) > _PAGE else 1
    with backstage().store.reading() as t:
        shown = public_entries.entries(t, visit.person, found[(number - 1) * _PAGE : number * _PAGE])
    faults = _faults(shown)
    for one in shown:
        with st.container(border=True, gap="xsmall", key=f"public_{one.answer.id}"):
            _entry(visit, one, faults.get(one.answer.id, Faults((), ())))


def _entry(visit: Visit, one: PublicEntry, found: Faults) -> None:
    now = backstage().now()
    st.markdown(
        f":{_COLOURS[one.now.state]}-badge[{one.now.state.label}] **{plain(one.words.title)}** "
        f":gray[{one.answer.id} · 第 {one.now.version} 稿 · {plain(one.answer.begun_by)} {moment(one.answer.begun_at, now)} 起草]"
    )
    if one.record_title is not None:
        visit.link(Place.RECORD, f"公开事项：{one.record_title}", one.answer.about)
    for exchange in one.words.exchanges:
        st.text(f"问：{shown_text(exchange.question)}\n答：{shown_text(exchange.answer)}")
    if one.words.done:
        st.text(f"办理情况：{shown_text(one.words.done)}")
    _remarks(found)
    _deeds(one, found)
    with st.expander("经过"):
        for entry in reversed(one.entries):
            reason = f"：{plain(entry.reason)}" if entry.reason else ""
            st.markdown(f"{entry.noted.label}{reason} :gray[{plain(entry.actor)} · {moment(entry.at, now)}]")


def _faults(shown: Sequence[PublicEntry]) -> dict[str, Faults]:
    """By entry; looked for only while it is on its way, and for those who work on it."""
    sought: dict[str, list[PublicEntry]] = defaultdict(list)
    for one in shown:
        if not one.now.state.ended and one.now.state is not AnswerState.PUBLISHED and one.acts:
            sought[one.answer.about].append(one)
    checking = backstage().desk.answering.checking
    found: dict[str, Faults] = {}
    with backstage().store.reading() as t:
        for record, of_it in sought.items():
            faults = public_entries.faults_of_each(t, record, [one.words for one in of_it], checking)
            found |= {one.answer.id: known for one, known in zip(of_it, faults, strict=True)}
    return found


def _remarks(found: Faults) -> None:
    for said in found.forbid:
        st.markdown(f":red-badge[不能公开] {plain(said)}")
    for flag in found.flags:
        st.markdown(
            f":orange-badge[审定要说明] **{plain(flag.found)}**　:gray[{plain(flag.place)} · {plain(flag.why)}]"
        )


def _deeds(one: PublicEntry, found: Faults) -> None:
    with st.container(horizontal=True):
        for noted, label in _AT_ONCE.items():
            if noted in one.acts and st.button(label, type="primary", key=f"{noted.value}_{one.answer.id}"):
                _note(one, noted, None)
        if AnswerNoted.WRITTEN in one.acts and st.button("修改…", key=f"written_{one.answer.id}"):
            _change(one)
        for noted, label in _ASKING.items():
            if noted in one.acts and st.button(f"{label}…", key=f"{noted.value}_{one.answer.id}"):
                _ask(one, noted, label, noted is not AnswerNoted.APPROVED or bool(found.flags))
    if (
        one.now.state is AnswerState.SUBMITTED
        and AnswerNoted.RETURNED in one.acts
        and AnswerNoted.APPROVED not in one.acts
    ):
        st.caption("起草、修改和送审的人不能自己审定：请由另一人审定。")


@st.dialog("办理")
def _ask(one: PublicEntry, noted: AnswerNoted, label: str, needed: bool) -> None:
    with st.form(f"public_{noted.value}", enter_to_submit=False, border=False):
        reason = st.text_area(
            "理由（必填）" if needed else "意见（可不填）", max_chars=1000, key=f"public_{noted.value}_reason"
        )
        done = st.form_submit_button(label, type="primary", key=f"do_public_{noted.value}")
    if done:
        _note(one, noted, reason)


@st.dialog("起草条目", width="large")
def _begin(choices: dict[str, str], record: str | None, number: int) -> None:
    chosen = st.selectbox(
        "公开事项（面向社会、没有撤回的）",
        list(choices),
        list(choices).index(record) if record is not None else None,
        format_func=lambda one: plain(shortened(choices[one], 60)),
        placeholder="请选择",
        key="public_record",
    )
    if chosen is None:
        return
    with backstage().store.reading() as t:
        said = public_entries.answered(t, chosen)
    if said:
        with st.expander(f"已发布的回应 {len(said)} 件，可供参考"):
            for text in said:
                st.text(shown_text(text))
    words = _form(PublicWords("", ()), f"new_{number}")
    if words is not None:

        def work(doing: acting.Doing) -> None:
            public_entries.begin(doing.parts.store, chosen, words, acting.actor(doing.person), doing.at, doing.request)

        _do(f"begin_public|{chosen}|{number}", "已保存", work)


@st.dialog("修改条目", width="large")
def _change(one: PublicEntry) -> None:
    words = _form(one.words, f"{one.answer.id}_{one.now.version}")
    if words is not None:

        def work(doing: acting.Doing) -> None:
            checking = doing.parts.desk.answering.checking
            public_entries.write(doing.parts.store, _meant(doing, one), words, one.now.version, checking)

        _do(f"write_public|{one.answer.id}|{one.now.version}", "已保存", work)


def _form(before: PublicWords, key: str) -> PublicWords | None:
    with st.form(f"public_form_{key}", enter_to_submit=False, border=False):
        title = st.text_input("题目", before.title, max_chars=100, key=f"public_title_{key}")
        exchanges = _exchanges(before.exchanges, key)
        done = st.text_area(
            "办理情况：线上线下做了什么", before.done, max_chars=public_entries.LONGEST, key=f"public_done_{key}"
        )
        saved = st.form_submit_button("保存", type="primary", key=f"do_public_write_{key}")
    st.caption("疑问由您概括，不抄帖文；不写人名、账号、电话。需要更多疑问时，保存后再加。")
    return PublicWords(title or "", exchanges, done or "") if saved else None


def _exchanges(before: Sequence[Exchange], key: str) -> tuple[Exchange, ...]:
    rows = []
    for number in range(min(len(before) + _SPARE, public_entries.MOST_EXCHANGES)):
        one = before[number] if number < len(before) else Exchange("", "")
        question = st.text_input(f"疑问 {number + 1}", one.question, max_chars=300, key=f"public_q_{number}_{key}")
        answer = st.text_area(
            f"答复 {number + 1}",
            one.answer,
            height=90,
            max_chars=public_entries.LONGEST,
            key=f"public_a_{number}_{key}",
        )
        rows.append(Exchange(question or "", answer or ""))
    return tuple(rows)


def _note(one: PublicEntry, noted: AnswerNoted, reason: str | None) -> None:
    def work(doing: acting.Doing) -> None:
        answering = doing.parts.desk.answering
        public_entries.note(doing.parts.store, _meant(doing, one), noted, one.now.version, reason, answering)

    _do(f"public|{noted.value}|{one.answer.id}|{len(one.entries)}", f"已{noted.label}", work)


def _meant(doing: acting.Doing, one: PublicEntry) -> Meant:
    return Meant(one.answer.id, acting.actor(doing.person), doing.at, doing.request)


def _do(key: str, said: str, work: acting.Work) -> None:
    acting.do(key, said, work)
    st.rerun(scope="app")
