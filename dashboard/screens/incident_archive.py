"""归档包: the archive packages of an incident, and the button that puts the next one away."""

from __future__ import annotations

import streamlit as st

from dashboard import acting
from dashboard.acting import Doing
from dashboard.backstage import backstage
from dashboard.screens import record_archive
from dashboard.visit import Visit
from pipeline import archiving
from pipeline.incident_view import IncidentPage
from pipeline.views import may
from records.alerts import DeadlineState, Ending


def draw(visit: Visit, page: IncidentPage) -> None:
    """Draw what is put away, for whoever may open it, and the button for whoever may archive."""
    may_archive = may(visit.person, archiving.ARCHIVE_INCIDENT, page.incident.unit) and not page.record_hidden
    with backstage().store.reading() as t:
        packages = archiving.readable_of_incident(t, acting.actor(visit.person), page.incident)
    if not packages and not may_archive:
        return
    record_archive.draw_packages(packages)
    if may_archive:
        _archive(page)


def _archive(page: IncidentPage) -> None:
    if any(one.ends is Ending.EVALUATION and one.state is DeadlineState.OPEN for one in page.further):
        st.caption("还没有签发总结评估：签发以后才能归档（第四十五条），请到“评估”页。")
        return
    key = f"archive_incident_{page.incident.id}"

    def work(doing: Doing) -> None:
        actor, shelf = acting.actor(doing.person), doing.parts.desk.archive_shelf
        archiving.archive_incident(doing.parts.store, page.incident.id, actor, doing.at, shelf, doing.request)

    if page.incident.state.ongoing:
        st.caption("事件尚未办结：现在归档的包会注明，办结后应再归档一次。")
    if st.button("归档成包", key=key, icon=":material/inventory_2:", help="把这个事件的全部材料装成一包；以前的包不动"):
        acting.do(key, "已归档。", work)
        st.rerun()
