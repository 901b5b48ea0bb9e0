"""评估: how a closed incident was handled — times against limits, the score with its formula — and its paper."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from dashboard import acting
from dashboard.acting import Doing
from dashboard.backstage import backstage
from dashboard.meanings import meaning
from dashboard.navigation import Place
from dashboard.pieces import source_name, table
from dashboard.visit import Visit
from dashboard.wording import due, exact, plain
from pipeline import evaluating
from pipeline.evaluating import EvaluationPage
from pipeline.evaluation_material import Evaluating
from pipeline.incident_view import IncidentPage
from pipeline.meant import Meant
from records.papers import OfficePaper, Table


def measures() -> Evaluating:
    """By what incidents are evaluated, with what people call the sources."""
    return replace(backstage().desk.evaluating, source_name=source_name)


def offered(visit: Visit, page: IncidentPage) -> bool:
    """Whether the tab is there: the incident is closed, and the person may see its evaluation."""
    return evaluating.may_see(visit.person, page.incident)


def draw(visit: Visit, shown: IncidentPage) -> None:
    """Draw where the paper stands, the score and the tables."""
    now = backstage().now()
    with backstage().store.reading() as t:
        page = evaluating.page(t, visit.person, shown.incident.id, now, measures())
    if page is None:
        st.info("事件刚被重新打开，办结以后才能评估。请刷新。")
        return
    with st.container(border=True, key="evaluation_paper"):
        _paper(visit, page)
    total = page.score.total
    said = "不评分" if total is None else f"{total:.1f} 分"
    st.markdown(f"#### {said}", anchors=False, help=meaning("评估得分"), width="content")
    st.text(page.formula)
    _table(page.scored)
    _table(page.times)
    _table(page.timeline)


def _paper(visit: Visit, page: EvaluationPage) -> None:
    if page.owed is not None:
        st.markdown(f"**须签发总结评估** 最迟 {due(page.owed.due_at)}，签发以后才能归档（第四十五条）。")
    elif page.signed is None and page.draft is None:
        st.markdown("这个事件不要求总结评估，需要时可以起草。")
    if page.signed is not None:
        _signed(visit, page, page.signed)
    if page.draft is not None:
        _draft(visit, page, page.draft)
    if page.may_begin:
        _begin(visit, page)


def _signed(visit: Visit, page: EvaluationPage, paper: OfficePaper) -> None:
    serial = plain(paper.serial or "")
    st.markdown(f"评估报告 {serial} 已签发：{exact(paper.signed_at)} {plain(paper.signed_by or '')}。")
    _open(visit, paper, f"打开 {serial}")
    if page.outdated:
        st.caption(":orange[签发以后事件重新打开过：须重新评估，新的评估报告替代它。]")
    else:
        st.caption("签发时的数字不再改变；下面是按现在的记录计算的。")


def _draft(visit: Visit, page: EvaluationPage, paper: OfficePaper) -> None:
    st.markdown(f"评估报告是草稿，第 {paper.revision} 稿。")
    _open(visit, paper, "打开草稿，填写、核对、签发")
    if page.stale:
        st.caption(":orange[草稿里的数字与现在的记录不同，更新以后才能签发；人写的部分不变。]")
    for heading in page.altered:
        st.caption(f":orange[“{heading}”由记录计算，有人改写过：恢复原文，或删去草稿重新起草，才能签发。]")
    if page.may_refresh:

        def work(doing: Doing) -> None:
            meant = Meant(str(paper.id), acting.actor(doing.person), doing.at, doing.request, paper.revision)
            evaluating.refresh(doing.parts.store, meant, page.incident.id, measures())

        if st.button("更新数字", icon=":material/refresh:", key="refresh_evaluation"):
            acting.do(f"refresh_evaluation|{paper.id}|{paper.revision}", "数字已更新，人写的部分没有动", work)
            st.rerun(scope="app")


def _begin(visit: Visit, page: EvaluationPage) -> None:
    def work(doing: Doing) -> None:
        meant = Meant(page.incident.id, acting.actor(doing.person), doing.at, doing.request)
        evaluating.draft(doing.parts.store, meant, measures())

    if st.button("起草评估报告", icon=":material/edit_document:", key="draft_evaluation", type="primary"):
        acting.do(f"draft_evaluation|{page.incident.id}", "评估报告已起草：请填写经验教训和责任认定", work)
        st.rerun(scope="app")


def _open(visit: Visit, paper: OfficePaper, label: str) -> None:
    if Place.PAPER.opens_to(visit.person):
        visit.link(Place.PAPER, label, str(paper.id))


def _table(one: Table) -> None:
    st.caption(plain(one.title))
    if not one.rows:
        st.caption("没有。")
        return
    table([dict(zip(map(plain, one.header), map(plain, row), strict=True)) for row in one.rows])
