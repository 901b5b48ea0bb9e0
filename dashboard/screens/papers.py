"""报告文稿: the office's papers by kind — drafts that wait for a signature, signed ones, superseded ones."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import streamlit as st

from dashboard.backstage import backstage
from dashboard.navigation import Place
from dashboard.screens.paper_periods import drafting
from dashboard.visit import Visit
from dashboard.wording import moment, plain
from pipeline import paper_view
from pipeline.views import may_somewhere
from records.papers import About, OfficePaper, PaperKind
from regulation.papers import paper_rule

_PAGE = 20
_DRAFTS = "待签发"
_ALL = "全部"
_BEGUN = "日报、周报、月报等由系统到期起草；专报在事件页“报告”里起草；评估在事件办结后起草。"


def draw(visit: Visit) -> None:
    """Draw the list."""
    drafting(visit)
    kinds = paper_view.kinds_for(visit.person)
    left, right = st.columns([1, 1], vertical_alignment="bottom")
    kind = left.selectbox("种类", [_ALL, *kinds], format_func=_kind_name, key="papers_kind")
    state = right.segmented_control("状态", [_ALL, _DRAFTS], default=_ALL, key="papers_state")
    wanted = [kind] if isinstance(kind, PaperKind) else kinds
    with backstage().store.reading() as t:
        found = paper_view.listed(t, visit.person, wanted, drafts_only=state == _DRAFTS)
    if not found:
        writes = may_somewhere(visit.person, "write_paper")
        st.info(f"还没有可以看的这类文稿。{_BEGUN if writes else '签发以后的通报等列在这里。'}")
        return
    number = st.pagination(-(-len(found) // _PAGE), key="papers_page") if len(found) > _PAGE else 1
    with backstage().store.reading() as t:
        shown = t.papers.many(found[(number - 1) * _PAGE : number * _PAGE])
    paper_list(visit, shown)


def state_badge(paper: OfficePaper) -> str:
    """Where a paper stands, as a badge."""
    if not paper.signed:
        return ":orange-badge[待签发]"
    return ":green-badge[已签发]" if paper.superseded_by is None else ":gray-badge[已被替代]"


def about_line(about: About) -> str:
    """What a paper is about, in a few words."""
    days = "至".join(_day(one) for one in (about.first, about.last) if one is not None)
    return "　".join(one for one in (days, about.unit or "", f"事件 {about.incident}" if about.incident else "") if one)


def paper_list(visit: Visit, papers: Sequence[OfficePaper]) -> None:
    """Draw papers, each with where it stands."""
    now = backstage().now()
    for one in papers:
        with st.container(border=True, key=f"paper_{one.id}"):
            kind = paper_rule(one.kind).label
            st.markdown(
                f"{state_badge(one)} **{plain(kind)}**　{plain(one.serial or '未编号')}　:gray[{plain(about_line(one.about))}]"
            )
            visit.link(Place.PAPER, one.content.title, str(one.id))
            done = (
                f"{moment(one.signed_at, now)} {plain(one.signed_by or '')} 签发"
                if one.signed
                else f"{moment(one.changed_at, now)} {plain(one.changed_by)} 最后修改"
            )
            st.caption(done)


def _kind_name(kind: PaperKind | str) -> str:
    return paper_rule(kind).label if isinstance(kind, PaperKind) else kind


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
