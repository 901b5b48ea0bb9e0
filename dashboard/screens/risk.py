"""风险评估: the risk assessment of what is to be disclosed: its level with the calculation, the form, the head's look, and
afterwards what came."""

from __future__ import annotations

import streamlit as st

from dashboard import acting
from dashboard.backstage import backstage
from dashboard.navigation import Place
from dashboard.pieces import facts, table
from dashboard.visit import Visit, chosen_item
from dashboard.wording import clause_name, moment, plain, shown_text
from pipeline import risk
from pipeline.meant import Meant
from pipeline.risk import RiskPage
from pipeline.units import known_units
from records.risks import Judged, Prepared, RiskAssessment, RiskForm
from records.words import Risk
from regulation.risk import STEPS, KindRule

_COLOURS = {Risk.LOW: "green", Risk.MEDIUM: "orange", Risk.HIGH: "red"}
_SPARE = 3
"""So many empty rows stand below the prepared answers that there are."""


def link(visit: Visit, any_id: str) -> None:
    """The level last assessed of a proposal or record, where it differs from what that says, and the way to the page."""
    page = _page(visit, any_id)
    if page is not None:
        _line(visit, page, any_id)


def beside(visit: Visit, record_id: str) -> None:
    """On a record's page: the same, and the forecast against what happened."""
    page = _page(visit, record_id)
    if page is None:
        return
    with st.container(key="record_risk", gap="xsmall"):
        _line(visit, page, record_id)
        if page.table:
            st.markdown("**预判与实际**")
            table([{"": one.what, "预判": one.forecast, "实际": one.happened} for one in page.table])


def draw(visit: Visit) -> None:
    """Draw the assessments of the matter named in the address."""
    chosen = chosen_item()
    page = _page(visit, chosen) if chosen is not None else None
    if chosen is None or page is None:
        st.warning("没有这件事项，或它的风险评估不属于您可以查看的范围。请从公开事项或拟公开事项打开。")
        return
    found = page.matter
    if found.record is not None:
        visit.link(Place.RECORD, "← 公开事项", found.subject)
    elif found.proposal is not None:
        visit.link(Place.PROPOSAL, "← 拟公开事项", found.proposal.kept.id)
    st.markdown(f"### {plain(found.title)}", anchors=False)
    left, right = st.columns([1, 1.3], gap="medium")
    with left:
        _standing(page, chosen)
    with right:
        if page.may_assess:
            _form(page, chosen)
        else:
            st.info("由责任单位或有此职责的人填写；您可以查看。")


def _page(visit: Visit, any_id: str) -> RiskPage | None:
    with backstage().store.reading() as t:
        return risk.page(t, visit.person, any_id, backstage().desk.assessing)


def _line(visit: Visit, page: RiskPage, any_id: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"舆情风险评估 {_badge(page)}", width="content")
        visit.link(Place.RISK, "查看或填写风险评估" if page.may_assess else "查看风险评估", any_id)
    if page.remark is not None:
        st.warning(f"风险等级不一致：{plain(page.remark)}")


def _badge(page: RiskPage) -> str:
    if page.newest is None:
        return ":gray-badge[未评估]"
    level = page.newest.level
    waits = " :red-badge[待主要负责人审看]" if page.awaits_head else ""
    return f":{_COLOURS[level]}-badge[{level.label}]{waits}"


def _standing(page: RiskPage, any_id: str) -> None:
    """The version that counts, and those before it."""
    st.markdown(f"**风险等级** {_badge(page)}")
    if page.remark is not None:
        st.warning(f"风险等级不一致：{plain(page.remark)}")
    if page.newest is None:
        st.info("还没有评估。")
    else:
        _assessment(page.newest)
        _look(page, page.newest, any_id)
        _answers(page, page.newest, any_id)
    with st.expander("等级怎么定"):
        _matrix()
    if len(page.versions) > 1:
        with st.expander(f"以前的 {len(page.versions) - 1} 版"):
            for made in reversed(page.versions[:-1]):
                st.markdown(f"**第 {made.version} 版** :{_COLOURS[made.level]}-badge[{made.level.label}]")
                _assessment(made)
                _answers(page, made, any_id)


def _assessment(made: RiskAssessment) -> None:
    rules, form, now = backstage().desk.risk_rules, made.form, backstage().now()
    st.markdown("\n".join(f"- {plain(line)}" for line in made.calculation))
    reasons = [(rules.kind_label(one.kind), plain(one.reasons)) for one in form.judged]
    facts(
        [
            *reasons,
            ("评估方式", "、".join(rules.means_label(one) for one in form.means)),
            ("参加单位", plain("、".join(form.units))),
            ("牵头单位", plain(form.lead_unit or "")),
            ("填写", f"{plain(made.actor)}　{moment(made.at, now)}　第 {made.version} 版"),
        ]
    )
    if form.plan:
        st.markdown("**处置预案**")
        st.text(shown_text(form.plan))


def _look(page: RiskPage, made: RiskAssessment, any_id: str) -> None:
    if made.seen is not None:
        st.markdown(
            f":green-badge[主要负责人已审看] {plain(made.seen.actor)} {moment(made.seen.at, backstage().now())}"
        )
    elif page.awaits_head and page.may_look:

        def work(doing: acting.Doing) -> None:
            risk.look_at(doing.parts.store, _meant(doing, any_id), made.version, doing.parts.desk.assessing)

        if st.button("已审看这份评估", type="primary", key="do_look_at_risk"):
            acting.do(f"look_at_risk|{any_id}|{made.version}", "已记下这次审看", work)
            st.rerun()


def _answers(page: RiskPage, made: RiskAssessment, any_id: str) -> None:
    """The prepared answers; those of the version that counts as the forecast with whether they were used."""
    if not made.form.prepared:
        return
    st.markdown("**准备的答复**")
    for number, one in enumerate(made.form.prepared):
        with st.container(border=True, gap="xsmall"):
            st.text(f"问：{shown_text(one.question)}\n答：{shown_text(one.answer)}\n由{one.unit}答复")
            if page.forecast is None or page.forecast.id != made.id:
                continue
            used = number in made.used
            ticked = st.checkbox("实际用上了", used, key=f"used_{made.id}_{number}_{used}", disabled=not page.may_note)
            if ticked != used:
                _tick(any_id, made, number, ticked)


def _tick(any_id: str, made: RiskAssessment, number: int, ticked: bool) -> None:
    def work(doing: acting.Doing) -> None:
        meant, assessing = _meant(doing, any_id), doing.parts.desk.assessing
        risk.note_answer(doing.parts.store, meant, made.version, number, ticked, assessing)

    acting.do(f"risk_answer|{made.id}|{number}", "已记下", work)
    st.rerun()


def _matrix() -> None:
    rules = backstage().desk.risk_rules
    table(
        [
            {"可能性＼影响": f"{probability} {rules.probability[probability - 1]}"}
            | {
                f"{impact} {rules.impact[impact - 1]}": _coloured(rules.reached(probability, impact))
                for impact in range(1, STEPS + 1)
            }
            for probability in range(STEPS, 0, -1)
        ]
    )
    st.caption(f"每类风险取可能性与影响之积，按最高的一类定等级。依据{clause_name(rules.clause)}，数值可在设置里调整。")


def _coloured(level: Risk) -> str:
    return f":{_COLOURS[level]}-badge[{level.label}]"


def _form(page: RiskPage, any_id: str) -> None:
    rules, key = backstage().desk.risk_rules, f"{page.matter.subject}_{len(page.versions)}"
    before = page.newest.form if page.newest is not None else None
    with backstage().store.reading() as t:
        office = backstage().desk.assessing.office
        units = sorted({*known_units(t), office})
    st.markdown("**填写新的一版**" if before is not None else "**填写**")
    with st.form(f"risk_{key}", enter_to_submit=False):
        judged = tuple(_judged(row, before, key) for row in rules.kinds)
        means = st.multiselect(
            "评估方式",
            [row.means for row in rules.means],
            list(before.means) if before is not None else [],
            format_func=rules.means_label,
            placeholder="可多选",
            key=f"risk_means_{key}",
        )
        taking_part = st.multiselect(
            "参加评估的单位（不填个人）",
            units,
            [one for one in before.units if one in units] if before is not None else [page.matter.unit],
            format_func=plain,
            placeholder="可多选",
            key=f"risk_units_{key}",
        )
        plan = st.text_area(
            "处置预案（中、高风险必填）：出现问题时怎么做、谁来做",
            before.plan if before is not None else "",
            max_chars=risk.LONGEST,
            key=f"risk_plan_{key}",
        )
        lead = st.selectbox(
            "牵头单位（高风险必填）",
            units,
            units.index(before.lead_unit) if before is not None and before.lead_unit in units else None,
            format_func=plain,
            placeholder="选择单位",
            key=f"risk_lead_{key}",
        )
        prepared = _prepared(page, before, units, key)
        done = st.form_submit_button("保存评估", type="primary", key=f"do_assess_{key}")
    st.caption(
        f"依据{clause_name('H-39')}、{clause_name('E-2(7)2')}。保存即成新的一版，以前的照留；个人信息保存前自动遮盖。"
    )
    if done:
        _save(page, any_id, RiskForm(judged, tuple(means), tuple(taking_part), plan or "", prepared, lead))


def _judged(row: KindRule, before: RiskForm | None, key: str) -> Judged:
    rules = backstage().desk.risk_rules
    old = next((one for one in before.judged if one.kind == row.kind), None) if before is not None else None
    steps = list(range(1, STEPS + 1))
    st.markdown(f"**{row.label}**")
    left, right = st.columns(2)
    probability = left.selectbox(
        f"{row.label}：可能性",
        steps,
        old.probability - 1 if old is not None else 0,
        format_func=lambda step: f"{step} {rules.probability[step - 1]}",
        key=f"risk_probability_{row.kind}_{key}",
    )
    impact = right.selectbox(
        f"{row.label}：影响",
        steps,
        old.impact - 1 if old is not None else 0,
        format_func=lambda step: f"{step} {rules.impact[step - 1]}",
        key=f"risk_impact_{row.kind}_{key}",
    )
    reasons = st.text_area(
        f"{row.label}：理由（必填）",
        old.reasons if old is not None else "",
        height=68,
        max_chars=risk.LONGEST,
        key=f"risk_reasons_{row.kind}_{key}",
    )
    return Judged(row.kind, probability, impact, reasons or "")


def _prepared(page: RiskPage, before: RiskForm | None, units: list[str], key: str) -> tuple[Prepared, ...]:
    """The rows of likely questions; those left empty are not kept."""
    old = before.prepared if before is not None else ()
    rows = []
    with st.expander("可能被问到的问题和答复", expanded=bool(old)):
        for number in range(len(old) + _SPARE):
            one = old[number] if number < len(old) else Prepared("", "", page.matter.unit)
            left, right = st.columns([2, 1])
            question = left.text_input(f"问题 {number + 1}", one.question, max_chars=500, key=f"risk_q_{number}_{key}")
            answer = st.text_area(
                f"答复 {number + 1}", one.answer, height=68, max_chars=risk.LONGEST, key=f"risk_a_{number}_{key}"
            )
            unit = right.selectbox(
                f"由谁答复 {number + 1}",
                units,
                units.index(one.unit) if one.unit in units else None,
                format_func=plain,
                placeholder="选择单位",
                key=f"risk_u_{number}_{key}",
            )
            if question or answer:
                rows.append(Prepared(question or "", answer or "", unit or ""))
        st.caption("需要更多时，保存后再加。")
    return tuple(rows)


def _save(page: RiskPage, any_id: str, form: RiskForm) -> None:
    def work(doing: acting.Doing) -> None:
        meant, assessing = _meant(doing, any_id), doing.parts.desk.assessing
        risk.assess(doing.parts.store, meant, form, len(page.versions), assessing)

    acting.do(f"assess_risk|{any_id}", "风险评估已保存", work)
    st.rerun()


def _meant(doing: acting.Doing, any_id: str) -> Meant:
    return Meant(any_id, acting.actor(doing.person), doing.at, doing.request)
