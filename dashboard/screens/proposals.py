"""拟公开事项: what units want to disclose and where each stands; those that wait for whoever looks come first."""

from __future__ import annotations

import streamlit as st

from dashboard.backstage import backstage
from dashboard.navigation import Place
from dashboard.screens import due_days, proposal_form
from dashboard.visit import Visit
from dashboard.wording import clause_name, count, moment, plain
from pipeline import proposal_view
from pipeline.proposal_view import ProposalPage
from records.proposals import Form

_PAGE = 20


def draw(visit: Visit) -> None:
    """Draw the list under the button that begins a new proposal."""
    desk = backstage().desk.proposing
    unit = proposal_view.may_begin(visit.person, desk.office)
    left, right = st.columns([3, 1.2], vertical_alignment="bottom")
    with left:
        ended = (
            st.segmented_control("看哪些", ["办理中", "已结束"], default="办理中", key="proposals_shown") == "已结束"
        )
    if unit is not None and right.button("提出公开事项…", type="primary", icon=":material/add:", key="new_proposal"):
        proposal_form.begin(visit, Form(unit=unit, title="", filled_on=proposal_form.today()))
    st.caption(f"{desk.procedure.label}：{clause_name(desk.procedure.clause)}。每一步都要有人签署，不能跳过。")
    if not ended:
        due_days.draw_list(visit)
    with backstage().store.reading() as t:
        found = proposal_view.pages(t, visit.person, ended)
    if not found:
        st.info(
            "没有已结束的事项。"
            if ended
            else "没有办理中的事项。" + ("要公开什么，请按“提出公开事项”。" if unit else "")
        )
        return
    number = st.pagination(-(-len(found) // _PAGE), key="proposals_page") if len(found) > _PAGE else 1
    st.caption(f"共 {count(len(found))} 件，等我办理 {count(sum(page.waits_for_me for page in found))} 件")
    for page in found[(number - 1) * _PAGE : number * _PAGE]:
        _row(visit, page)


def _row(visit: Visit, page: ProposalPage) -> None:
    kept, form, now = page.proposal.kept, page.form, page.proposal.standing
    with st.container(border=True, key=f"proposal_{kept.id}"):
        title, state, waiting = st.columns([4.2, 1.6, 2.4], vertical_alignment="center", gap="small")
        with title:
            visit.link(Place.PROPOSAL, form.title, kept.id)
            purpose = f" · {form.purpose.label}" if form.record else ""
            st.caption(f"{kept.id} · {plain(kept.unit)} · {moment(kept.begun_at, backstage().now())} 提起{purpose}")
        colour = "gray" if now.end else "orange" if page.waits_for_me else "blue"
        state.markdown(f":{colour}-badge[{page.step}]")
        waiting.markdown(waits(page))


def waits(page: ProposalPage) -> str:
    """For whom it waits, in markdown."""
    mine = {given.sign.sign for given in page.signs}
    said = [
        f"**{given.sign.label}**（等我办理）"
        if given.sign.sign in mine
        else f"{given.sign.label}（{plain(given.unit)}）"
        for given in page.proposal.standing.open
    ]
    return "  \n".join(said) or ":gray[—]"
