"""值班台: what waits for the person who looks, beside what works and what is silent; then the other incidents and posts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import streamlit as st

from dashboard.away import guarded
from dashboard.backstage import backstage
from dashboard.meanings import meaning
from dashboard.navigation import Place
from dashboard.pieces import incident_facts, post_line, source_list
from dashboard.screens import desk_matters, desk_state
from dashboard.signed_in import show_sign_in, signed_in
from dashboard.visit import Visit
from dashboard.wording import severity_badge
from huiying.disk import disk_troubles
from pipeline import state_view, views
from pipeline.matters import matters
from pipeline.views import IncidentRow, PostRow

_LISTED = 50


def draw(visit: Visit) -> None:
    """Draw the page; it refreshes every few seconds, and between that the countdowns tick in the browser."""
    st.fragment(guarded(_lists), run_every=backstage().settings.desk.refresh_seconds)(visit)


def _lists(visit: Visit) -> None:
    person = signed_in()
    if person is None:
        show_sign_in()
        return
    parts = backstage()
    now, book, sources = parts.now(), parts.desk.book, source_list().sources
    with parts.store.reading() as t:
        rows, total = views.open_incidents(t, person, now=now), views.open_incident_count(t, person)
        found = matters(t, person, rows, now, book.disclosure_time)
        posts = views.newest_posts(t, person, limit=10)
        state = state_view.desk_state(
            t,
            person,
            sources,
            now,
            book.health_rules,
            telling=book.telling,
            oversight=book.oversight,
            duty=book.duty_rules,
            disks=disk_troubles(parts.desk),
        )
    left, right = st.columns([3.4, 1], gap="medium")
    with left:
        desk_matters.draw(visit, found, state.troubles, now)
        waiting = {one.incident.id for one in found if one.incident is not None and one.incident.state.ongoing}
        _others(visit, total, len(waiting), [row for row in rows if row.id not in waiting], now)
        _posts(posts, now)
    with right:
        desk_state.draw(visit, state, now)


def _others(visit: Visit, total: int, waiting: int, others: Sequence[IncidentRow], now: datetime) -> None:
    """The incidents that go on and of which nothing is wanted from this person now; of all `total`, `waiting` are matters."""
    st.markdown(f"### 进行中的事件 · {total}", anchors=False, help=meaning("进行中的事件"))
    if not total:
        st.caption("目前没有进行中的事件。")
    elif waiting:
        st.caption(f"其中 {waiting} 个列在“要办的事”里。")
    shown = others[:_LISTED]
    for row in shown:
        with st.container(border=True, key=f"row_{row.id}"):
            visit.link(Place.INCIDENT, row.title, row.id)
            st.markdown(f"{severity_badge(row.severity)} :small[{incident_facts(row, now)}]")
    if total > waiting + len(shown):
        st.caption(f"另有 {total - waiting - len(shown)} 个未显示，请到“公开事项台账”按事项查看。")


def _posts(posts: Sequence[PostRow], now: datetime) -> None:
    st.markdown("### 最新帖文", anchors=False)
    if not posts:
        st.info("还没有帖文。请到“采集源”查看来源是否在工作，管理员可在那里添加。")
        return
    with st.container(border=True, gap="xsmall"):
        for row in posts:
            post_line(row, now)
