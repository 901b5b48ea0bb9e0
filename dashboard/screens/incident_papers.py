"""The papers about an incident beside its reports: special reports (专报) and others; drafting a special report."""

from __future__ import annotations

import streamlit as st

from dashboard import acting
from dashboard.acting import Doing
from dashboard.backstage import backstage
from dashboard.navigation import Place
from dashboard.screens.papers import paper_list
from dashboard.visit import Visit
from pipeline import paper_view, views
from pipeline.incident_view import IncidentPage
from pipeline.meant import Meant
from pipeline.special_report import draft_special
from records.papers import PaperKind
from regulation.papers import paper_rule


def draw(visit: Visit, page: IncidentPage) -> None:
    """Draw the list and the button, for those who may."""
    incident = page.incident
    with backstage().store.reading() as t:
        found = paper_view.about_incident(t, visit.person, incident.id)
    may_write = views.may_everywhere(visit.person, paper_rule(PaperKind.SPECIAL).write) and incident.merged_into is None
    if not found and not may_write:
        return
    st.markdown("**其他文稿**")
    paper_list(visit, found)
    made: list[int] = []

    def work(doing: Doing) -> None:
        meant = Meant(incident.id, acting.actor(doing.person), doing.at, doing.request)
        made.append(draft_special(doing.parts.store, meant, doing.parts.desk.rules))

    if may_write and st.button("起草专报", key="draft_special", help="给上级的专门报告：事件、舆情、处置和研判建议"):
        if acting.do(f"special|{incident.id}", "专报初稿已生成，请核对并写好研判和建议", work):
            visit.go(Place.PAPER, str(made[0]))
        st.rerun(scope="app")
