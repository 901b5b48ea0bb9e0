"""Papers of periods (日报、周报、月报、调度通报、年度工作报告): the form that drafts one, the button that takes the figures of now."""

from __future__ import annotations

from datetime import date, timedelta

import streamlit as st

from dashboard import acting
from dashboard.acting import Doing
from dashboard.backstage import backstage
from dashboard.navigation import Place
from dashboard.visit import Visit
from pipeline.meant import Meant
from pipeline.periodic_drafting import draft_period, refresh_period
from pipeline.views import may_everywhere
from records.papers import OfficePaper, PaperKind
from records.zone import CHINA
from regulation.papers import paper_rule

_DAY = timedelta(days=1)


def drafting(visit: Visit) -> None:
    """The form for those who may draft some; what is owed drafts itself when its period is over."""
    rules = backstage().desk.periodic
    kinds = [kind for kind in rules.rules if may_everywhere(visit.person, paper_rule(kind).write)]
    if not kinds:
        return
    with st.popover("起草一期…", icon=":material/edit_note:"):
        st.text("到期的文稿由系统自动起草。这里可以补起草任一已经结束的时期；已有草稿的，打开那份草稿。")
        kind = st.selectbox("文稿", kinds, format_func=lambda one: paper_rule(one).label, key="period_kind")
        yesterday = backstage().now().astimezone(CHINA).date() - _DAY
        day = st.date_input("时期内的任一天", yesterday, max_value=yesterday, format="YYYY-MM-DD", key="period_day")
        if st.button("起草", key="draft_period") and isinstance(day, date):
            _draft(visit, kind, day)


def _draft(visit: Visit, kind: PaperKind, day: date) -> None:
    made: list[int] = []

    def work(doing: Doing) -> None:
        desk = doing.parts.desk
        meant = Meant(kind.value, acting.actor(doing.person), doing.at, doing.request)
        made.append(draft_period(desk.store, kind, day, meant, desk.periodic, desk.disclosure_time))

    if acting.do_in_dialog(f"draft|{kind}|{day}", "草稿已起草", work):
        visit.go(Place.PAPER, str(made[0]))


def refreshing(paper: OfficePaper) -> None:
    """The button of a draft; what people wrote in its sections stays."""
    if paper.kind not in backstage().desk.periodic.rules:
        return

    def work(doing: Doing) -> None:
        desk = doing.parts.desk
        meant = Meant(str(paper.id), acting.actor(doing.person), doing.at, doing.request, paper.revision)
        refresh_period(desk.store, meant, desk.periodic, desk.disclosure_time)

    help_ = "按现在的数据重新起草；有人改写过的部分不动"
    if st.button("按最新数据更新", key="refresh_paper", help=help_):
        acting.do(f"refresh|{paper.id}|{paper.revision}", "已按最新数据更新", work)
        st.rerun()
