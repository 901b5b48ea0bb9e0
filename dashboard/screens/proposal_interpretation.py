"""解读: what the form asks of the interpretation, how its draft stands, and the dialog in which its unit writes it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import streamlit as st

from casework.disclosures.interpreting import late_by, plan_of, without_interpretation
from dashboard import acting
from dashboard.backstage import backstage
from dashboard.wording import clause_name, plain, shown_text
from pipeline import proposing
from pipeline.meant import Meant
from pipeline.proposal_view import ProposalPage
from pipeline.units import known_units
from records.proposals import Form
from records.zone import CHINA
from regulation.procedures import Interpreting, Procedure

_LONGEST = 20_000


def ask(form: Form, procedure: Procedure, key: str) -> Form:
    """The part of the form about the interpretation."""
    rules, need = procedure.interpreting, procedure.need("interpretation")
    st.markdown("**政策解读**")
    labels = {ground.ground: ground.label for ground in rules.grounds}
    cited = "、".join(dict.fromkeys(clause_name(ground.clause) for ground in rules.grounds))
    grounds = st.multiselect(
        f"属于哪些解读范围{f'（{cited}）' if cited else ''}",
        list(dict.fromkeys([*labels, *form.grounds])),
        list(form.grounds),
        format_func=lambda one: labels.get(one, one),
        placeholder="不属于可不选",
        key=f"pf_grounds_{key}",
    )
    together = "" if need is None else f"：与文件同步审签、同步公开（{clause_name(need.clause)}）"
    interpreted = st.checkbox(f"需要解读{together}", form.interpreted, key=f"pf_interpreted_{key}")
    who, day, how = st.columns([1.4, 1, 1.6])
    with backstage().store.reading() as t:
        units = list(dict.fromkeys([form.unit, *known_units(t), form.interpreting_unit]))
    interpreter = who.selectbox(
        "解读材料由谁起草",
        units,
        units.index(form.interpreting_unit),
        format_func=plain,
        help="由填报部门以外的单位起草的，该单位同时列为涉及单位。",
        key=f"pf_interpreter_{key}",
    )
    due = day.date_input("拟好日期", form.interpretation_due, format="YYYY-MM-DD", key=f"pf_interpretation_due_{key}")
    ways = how.multiselect(
        "解读方式",
        list(dict.fromkeys([*(rules.ways.words if rules.ways else ()), *form.interpretation_ways])),
        list(form.interpretation_ways),
        placeholder="可多选，也可直接输入",
        accept_new_options=True,
        key=f"pf_interpretation_ways_{key}",
    )
    text = st.text_area(
        "解读材料",
        form.interpretation or "",
        height=100,
        max_chars=_LONGEST,
        help=_outline(rules),
        key=f"pf_interpretation_{key}",
    )
    return replace(
        form,
        co_units=_with(form, interpreter) if interpreted else form.co_units,
        grounds=tuple(grounds),
        interpreted=interpreted,
        interpreter=interpreter if interpreted and interpreter != form.unit else None,
        interpretation_due=due if isinstance(due, date) else None,
        interpretation_ways=tuple(way.strip() for way in ways if way.strip()),
        interpretation=text.strip() or None,
    )


def _with(form: Form, interpreter: str) -> tuple[str, ...]:
    """The co-units with whoever else drafts the interpretation."""
    return form.co_units if interpreter in (form.unit, *form.co_units) else (*form.co_units, interpreter)


def draw(page: ProposalPage) -> None:
    """What there is of the interpretation, who drafts it, and what is missing of it."""
    form, proposal = page.form, page.proposal
    missing = without_interpretation(proposal.procedure, form, proposal.standing.attribute)
    if missing is not None:
        st.warning(plain(missing), icon=":material/rule:")
    plan = plan_of(form)
    if plan is not None:
        late = late_by(form, backstage().now().astimezone(CHINA).date())
        overdue = f" :red-badge[已晚 {late} 天]" if late else ""
        st.markdown(f"**解读**　{plain(plan)}{overdue}" + ("" if form.interpretation else "　:gray[还没有拟好]"))
    if form.interpretation:
        with st.expander("解读材料"):
            st.text(shown_text(form.interpretation))


@st.dialog("解读材料", width="large")
def write(page: ProposalPage) -> None:
    """Ask for the interpretation alone, of the unit that drafts it."""
    proposal = page.proposal
    with st.form("write_interpretation", enter_to_submit=False, border=False):
        text = st.text_area(
            "解读材料",
            page.form.interpretation or "",
            height=300,
            max_chars=_LONGEST,
            help=_outline(proposal.procedure.interpreting),
            key="interpretation_text",
        )
        done = st.form_submit_button("保存", type="primary", key="save_interpretation")
    if not done:
        return

    def work(doing: acting.Doing) -> None:
        meant = Meant(proposal.kept.id, acting.actor(doing.person), doing.at, doing.request, proposal.forms)
        proposing.interpret(doing.parts.store, meant, text, doing.parts.desk.proposing)

    if acting.do_in_dialog(f"interpret|{proposal.kept.id}", "解读材料已保存", work):
        st.rerun(scope="app")


def _outline(rules: Interpreting) -> str | None:
    if rules.outline is None:
        return None
    return f"着重写：{'、'.join(rules.outline.words)}（{clause_name(rules.outline.clause)}）"
