"""Draws how a post was read and why, and lets a person correct it."""

from __future__ import annotations

from datetime import datetime

import streamlit as st

from dashboard import acting
from dashboard.record_choice import offered_records
from dashboard.signed_in import signed_in
from dashboard.wording import moment, plain, shortened
from pipeline.correcting import Asked, correct
from pipeline.views import PostRow
from records.assessments import Assessment, Ground
from records.corrections import Verdict
from records.words import Category, Sentiment

_ABOUT = {"sentiment": "情感", "disclosure": "关联", "category": "类别"}


def why(row: PostRow, now: datetime) -> None:
    """Why the post was read so: what decided sentiment, record and category, its original, and who corrected it."""
    found = row.assessment
    if found is None:
        return
    lines = [_corrected(row, now)] if row.correction is not None else []
    lines += [_line(about, _verdict(about, row), _said(found, about)) for about in _ABOUT]
    if found.duplicate_of is not None:
        lines.append(_line_of("重复", f"与更早的帖文（编号 {plain(found.duplicate_of)}）近似，不另算一个声音"))
    st.markdown("  \n".join(line for line in lines if line))
    st.caption(f"模型 {plain(found.model or '未知')}")


def _corrected(row: PostRow, now: datetime) -> str:
    made = row.correction
    if made is None:
        return ""
    before = made.before.sentiment.label + (f"·{made.before.category.label}" if made.before.category else "")
    if made.before.disclosure != made.after.disclosure:
        before += f"，原关联 {plain(made.before.disclosure or '无')}"
    reason = f"；理由：{plain(made.reason)}" if made.reason else ""
    if made.follows is None:
        said = f"{plain(made.actor)} {moment(made.at, now)} 更正"
    else:
        said = f"{moment(made.at, now)} 随近似的帖文（编号 {plain(made.follows)}，{plain(made.actor)} 更正）更正"
    return _line_of("更正", f"{said}；原判 {before}{reason}")


def _line(about: str, verdict: str, said: str) -> str:
    return _line_of(_ABOUT[about], f"**{verdict}**{f'　{said}' if said else ''}") if verdict else ""


def _line_of(name: str, text: str) -> str:
    return f":gray[{name}]　{text}"


def _verdict(about: str, row: PostRow) -> str:
    found = row.assessment
    if found is None:
        return ""
    if about == "sentiment":
        chance = "" if found.corrected else f"（负面概率 {found.negative:.0%}）"
        return f"{found.sentiment.label}{chance}"
    if about == "disclosure":
        chance = "" if found.corrected or found.disclosure is None else f"（把握 {found.link:.0%}）"
        named = plain(shortened(row.record_title or found.disclosure or "没有关联的公开事项", 40))
        return f"{named}{chance}"
    return "" if found.category is None else found.category.label


def _said(found: Assessment, about: str) -> str:
    """The grounds of the machine; without any, its terms."""
    if found.corrected:
        return ":gray[人工认定]"
    grounds = [ground for ground in found.grounds if ground.about == about]
    if not grounds and about == "sentiment" and found.why:
        grounds = [Ground(about, "依据", tuple(term for term, _ in found.why))]
    return "；".join(_ground(ground) for ground in grounds)


def _ground(ground: Ground) -> str:
    terms = "、".join(plain(term) for term in ground.terms)
    return f":gray[{ground.rule}]{f' {terms}' if terms else ''}"


def correct_button(row: PostRow) -> None:
    """The button that opens the form, for a post that was read."""
    if not row.correctable or row.assessment is None:
        return
    if st.button("更正…", key=f"correct_{row.post.id}", type="tertiary", icon=":material/edit:"):
        _ask(row, Verdict.of(row.assessment))


@st.dialog("更正研判", width="large", on_dismiss="rerun")
def _ask(row: PostRow, seen: Verdict) -> None:
    person = signed_in()
    if person is None:
        return
    st.text(shortened(row.post.text, 160))
    st.caption(
        "保存即表示下面三项都已核对。更正立即生效：近似的转帖随之更正，事件按更正后的研判重新归集；脱敏后的原文留作训练之用。"
    )
    records = offered_records(person, seen.disclosure, f"correct_{row.post.id}")
    with st.form(f"correct_{row.post.id}_form", enter_to_submit=False, border=False):
        record = st.radio(
            "涉及的公开事项",
            [*records],
            index=[*records].index(seen.disclosure),
            format_func=lambda one: records[one][0],
            captions=[caption for _, caption in records.values()],
        )
        sentiment = st.radio(
            "情感", list(Sentiment), index=list(Sentiment).index(seen.sentiment), format_func=_label, horizontal=True
        )
        category = st.radio(
            "类别（负面才有）", list(Category), index=_category(seen), format_func=_label, horizontal=True
        )
        reason = st.text_input("理由（可不填）", max_chars=200)
        done = st.form_submit_button("保存更正", type="primary")
    if done and sentiment is not None:
        verdict = Verdict(sentiment, record, category if sentiment is Sentiment.NEGATIVE else None)
        _save(Asked(row.post.id, row.post.version, seen, verdict, (reason or "").strip() or None))


def _save(asked: Asked) -> None:
    def work(doing: acting.Doing) -> None:
        correct(doing.parts.store, asked, acting.actor(doing.person), doing.at, doing.request)

    acting.do(f"correct|{asked.post_id}", "已更正；事件稍后按此重新归集", work)
    st.rerun(scope="app")


def _category(seen: Verdict) -> int | None:
    return list(Category).index(seen.category) if seen.category is not None else None


def _label(word: Sentiment | Category) -> str:
    return plain(word.label)
