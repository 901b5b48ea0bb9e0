"""The form of a proposal (附件1), filled in or changed in a dialog."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TypeVar

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard import acting
from dashboard.backstage import backstage
from dashboard.navigation import Place
from dashboard.screens import proposal_interpretation
from dashboard.visit import Visit
from dashboard.wording import clause_name, plain
from pipeline import proposing
from pipeline.meant import Meant
from pipeline.proposing import Proposal
from pipeline.units import known_units
from records.disclosures import Disclosure
from records.proposals import Form
from records.words import Attribute, Audience, Manner, Period, Purpose, Risk, Scope, TimeKind, Word
from records.zone import CHINA
from regulation.procedures import Need, Procedure, Sign

W = TypeVar("W", bound=Word)
_LONGEST_BODY = 50_000


def today() -> date:
    """The day at the desk."""
    return backstage().now().astimezone(CHINA).date()


def another_version(record: Disclosure, purpose: Purpose) -> Form:
    """The form that a correction or withdrawal of a published record begins with."""
    return Form(
        unit=record.unit,
        title=record.title,
        body=record.body,
        purpose=purpose,
        record=record.id,
        doc_number=record.doc_number,
        attribute=Attribute.OPEN,
        audience=Audience.SOCIETY if record.scope is Scope.PUBLIC else Audience.PARTY,
        catalogue_item=record.catalogue_item,
        time_kind=TimeKind.PROMPT,
        decided_on=today(),
        risk=record.risk,
        interpreted=purpose is Purpose.CORRECTION and record.interpretation is not None,
        interpretation=record.interpretation,
        watch_terms=record.watch_terms,
    )


@st.dialog("提出公开事项", width="large")
def begin(visit: Visit, form: Form) -> None:
    """Ask for the form of a new proposal, begin it and go there."""
    filled = _ask(form, backstage().desk.proposing.procedure, "new")
    if filled is None:
        return
    made: list[str] = []

    def work(doing: acting.Doing) -> None:
        parts = doing.parts
        made.append(
            proposing.begin(
                parts.store, filled, acting.actor(doing.person), doing.at, parts.desk.proposing, doing.request
            )
        )

    if acting.do_in_dialog("begin_proposal", "已保存，请继续审签", work):
        visit.go(Place.PROPOSAL, made[0])


@st.dialog("修改审批表", width="large")
def change(proposal: Proposal, form: Form) -> None:
    """Ask for the form of a proposal anew."""
    filled = _ask(form, proposal.procedure, proposal.kept.id)
    if filled is None:
        return

    def work(doing: acting.Doing) -> None:
        meant = Meant(proposal.kept.id, acting.actor(doing.person), doing.at, doing.request, proposal.forms)
        proposing.fill(doing.parts.store, meant, filled, doing.parts.desk.proposing)

    if acting.do_in_dialog(f"fill|{proposal.kept.id}", "审批表已更新，请重新签署", work):
        st.rerun(scope="app")


def _ask(form: Form, procedure: Procedure, key: str) -> Form | None:
    """The form as it was filled in, once it is handed in."""
    if form.purpose is not Purpose.NEW:
        st.info(f"{form.purpose.label}“{plain(form.title)}”（{plain(form.record or '')}）", icon=":material/edit_note:")
    with st.form(f"proposal_form_{key}", enter_to_submit=False, border=False):
        filled = _about(form, procedure, key)
        filled = _openness(filled, key)
        filled = _time(filled, key)
        filled = _further(filled, procedure, key)
        filled = proposal_interpretation.ask(filled, procedure, key)
        done = st.form_submit_button("保存", type="primary", key=f"save_proposal_{key}")
    return filled if done else None


def _about(form: Form, procedure: Procedure, key: str) -> Form:
    st.markdown(f"**公开内容**　:gray[填报部门：{plain(form.unit)}]")
    title = st.text_input("题目", form.title, max_chars=300, key=f"pf_title_{key}")
    number, item = st.columns(2)
    doc_number = number.text_input("文号（没有可不填）", form.doc_number or "", max_chars=80, key=f"pf_number_{key}")
    catalogue_item = item.text_input(
        "公开目录事项（编号）", form.catalogue_item or "", max_chars=80, key=f"pf_item_{key}"
    )
    body = st.text_area("正文", form.body, height=180, max_chars=_LONGEST_BODY, key=f"pf_body_{key}")
    explanation = form.explanation
    if form.purpose is not Purpose.NEW:
        explanation = st.text_area(
            f"{form.purpose.label}说明（随公开内容一并公布{_cited(procedure.need('explanation'))}）",
            form.explanation or "",
            max_chars=2000,
            key=f"pf_explanation_{key}",
        )
    with st.container(horizontal=True):
        document = st.checkbox("以党委或办公室名义印发的公文", form.document, key=f"pf_document_{key}")
        important = st.checkbox("重要信息，须主要负责人审批", form.important, key=f"pf_important_{key}")
        with_government = form.with_government
        if (proposes := procedure.need("government_proposes")) is not None:
            with_government = st.checkbox(
                f"党政联合发文（由政府办公室商起草部门填报{_cited(proposes)}）",
                form.with_government,
                key=f"pf_with_government_{key}",
            )
    return replace(
        form,
        title=title.strip(),
        body=body,
        doc_number=_said(doc_number),
        catalogue_item=_said(catalogue_item),
        explanation=_said(explanation),
        document=document,
        important=important,
        with_government=with_government,
        filled_on=form.filled_on or today(),
    )


def _openness(form: Form, key: str) -> Form:
    left, right = st.columns([1, 2])
    attribute = left.radio(
        "公开属性",
        list(Attribute),
        index=_index(Attribute, form.attribute),
        format_func=_label,
        horizontal=True,
        key=f"pf_attribute_{key}",
    )
    reason = right.text_input(
        "公开或不予公开的理由", form.attribute_reason or "", max_chars=500, key=f"pf_reason_{key}"
    )
    whom, note = st.columns([1, 2])
    audience = _one_of(whom, "公开范围", Audience, form.audience, "请选择", f"pf_audience_{key}")
    audience_note = note.text_input("范围说明（如哪些单位、哪些群众）", form.audience_note or "", key=f"pf_whom_{key}")
    way, where = st.columns(2)
    manners = way.multiselect(
        "公开方式",
        list(Manner),
        list(form.manners),
        format_func=_label,
        placeholder="可多选",
        key=f"pf_manners_{key}",
    )
    names = [platform.name for platform in backstage().desk.platforms.in_use]
    platforms = where.multiselect(
        "公开平台",
        list(dict.fromkeys([*names, *form.platforms])),
        list(form.platforms),
        placeholder="可多选，也可直接输入",
        accept_new_options=True,
        key=f"pf_platforms_{key}",
    )
    return replace(
        form,
        attribute=attribute,
        attribute_reason=_said(reason),
        audience=audience,
        audience_note=_said(audience_note),
        manners=tuple(manners),
        platforms=tuple(name.strip() for name in platforms),
    )


def _time(form: Form, key: str) -> Form:
    kind, period, decided, planned, ends = st.columns(5)
    time_kind = _one_of(kind, "公开时限", TimeKind, form.time_kind, "请选择", f"pf_time_{key}")
    chosen = _one_of(period, "周期（定期公开）", Period, form.period, "不定期", f"pf_period_{key}")
    decided_on = decided.date_input("公开事项确定之日", form.decided_on, format="YYYY-MM-DD", key=f"pf_decided_{key}")
    planned_on = planned.date_input("计划公开日期", form.planned_on, format="YYYY-MM-DD", key=f"pf_planned_{key}")
    ends_on = ends.date_input(
        "工作完成日期",
        form.ends_on,
        format="YYYY-MM-DD",
        help="分阶段公开的填写：工作完成后还要作总结性公开。",
        key=f"pf_ends_{key}",
    )
    return replace(
        form,
        time_kind=time_kind,
        period=chosen,
        decided_on=decided_on if isinstance(decided_on, date) else None,
        planned_on=planned_on if isinstance(planned_on, date) else None,
        ends_on=ends_on if isinstance(ends_on, date) else None,
    )


def _further(form: Form, procedure: Procedure, key: str) -> Form:
    with backstage().store.reading() as t:
        units = [unit for unit in known_units(t) if unit != form.unit]
    others, risk_at = st.columns([2, 1])
    confirmed = procedure.sign("co_unit")
    co_units = others.multiselect(
        "涉及的其他单位" + (f"（须经其确认{_cited(confirmed)}）" if confirmed else ""),
        list(dict.fromkeys([*units, *form.co_units])),
        list(form.co_units),
        format_func=plain,
        placeholder="没有可不选",
        key=f"pf_co_units_{key}",
    )
    joint = others.checkbox("与上面的单位联合发文（由牵头部门填报）", form.joint, key=f"pf_joint_{key}")
    drafting = form.drafting_unit
    if procedure.need("government_proposes") is not None:
        offered = list(dict.fromkeys([form.unit, *units, *([drafting] if drafting else [])]))
        drafting = others.selectbox(
            "起草部门（党政联合发文填写）",
            offered,
            offered.index(drafting) if drafting else None,
            format_func=plain,
            placeholder="不是党政联合发文可不选",
            key=f"pf_drafting_{key}",
        )
    risk = _one_of(risk_at, "舆情风险等级（重要信息必填）", Risk, form.risk, "未评估", f"pf_risk_{key}")
    terms = st.text_input(
        "关注词（用、隔开；不填由系统从内容提取）", "、".join(form.watch_terms), max_chars=300, key=f"pf_terms_{key}"
    )
    return replace(
        form,
        co_units=tuple(co_units),
        joint=joint,
        drafting_unit=drafting,
        risk=risk,
        watch_terms=tuple(term.strip() for term in terms.split("、") if term.strip()),
    )


def _cited(rule: Need | Sign | None) -> str:
    """The article of a rule, where the procedure has it."""
    return "" if rule is None else f"，{clause_name(rule.clause)}"


def _one_of(place: DeltaGenerator, label: str, words: type[W], chosen: W | None, empty: str, key: str) -> W | None:
    """A list of words with the chosen one; `empty` stands there for none."""
    index = _index(words, chosen)
    return place.selectbox(label, list(words), index, format_func=_label, placeholder=empty, key=key)


def _index(words: type[W], chosen: W | None) -> int | None:
    return None if chosen is None else list(words).index(chosen)


def _label(word: Word) -> str:
    return word.label


def _said(text: str | None) -> str | None:
    return (text or "").strip() or None
