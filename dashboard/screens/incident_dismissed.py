"""Says why an incident stands dismissed, and corrects all its posts at once where they were read wrongly."""

from __future__ import annotations

import streamlit as st

from dashboard import acting
from dashboard.screens.leading import lead_to
from dashboard.wording import clause_name, count, plain
from pipeline.dismissing import correct_all
from pipeline.incident_view import IncidentPage
from regulation.dismissals import Dismissal


def lead_to_posts(why: Dismissal) -> None:
    """Let the page open at the posts next time, where something of them is to be corrected."""
    if why.wrong is not None:
        lead_to("帖文")


def named(why: Dismissal) -> str:
    """The reason with its article."""
    return f"{plain(why.label)}（{clause_name(why.clause)}）"


def draw(page: IncidentPage) -> None:
    """Above the posts: the reason, and the button for all of them."""
    why = page.dismissal
    if why is None or why.press is None or not page.wrongly_read:
        return
    with st.container(border=True, gap="small", key="dismissed_posts"):
        st.markdown(f"本事件因 **{named(why)}** 排除，下面还有 **{count(page.wrongly_read)}** 条帖文是按误判归入的。")
        st.caption("一次更正全部：近似的转帖随之更正，以后的研判据此改进。其中个别帖文另有判断的，随后逐条“更正…”。")
        if st.button(f"{why.press}（更正 {count(page.wrongly_read)} 条）", type="primary", key="correct_all"):
            _correct(page.incident.id)


def _correct(incident: str) -> None:
    def work(doing: acting.Doing) -> None:
        correct_all(doing.parts.store, incident, acting.actor(doing.person), doing.at, doing.request)

    acting.do(f"correct_all|{incident}", "已更正本事件的帖文", work)
    st.rerun(scope="app")
