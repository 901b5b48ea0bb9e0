"""网民观点: the main views on an incident, each with how many share it and typical masked quotes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from dashboard.backstage import backstage
from dashboard.visit import Visit
from dashboard.wording import count, plain
from pipeline.incident_view import IncidentPage
from pipeline.public_views import incident_views

if TYPE_CHECKING:
    from nlp.viewpoints import Viewpoint


def draw(visit: Visit, page: IncidentPage) -> None:
    """Draw every view, the most shared first, and say how many posts share none."""
    with backstage().store.reading() as t:
        found = incident_views(t, visit.person, page.incident.id)
    if found is None or not found.views:
        st.info("还没有可以归纳的帖文。")
        return
    st.caption(
        f"按说法相近归成几类，共 {count(found.grouped)} 条（转载、重复计在原帖名下）。"
        "引文已遮盖个人信息，所述情况未经核实。报告中的“网民观点”与此相同。"
    )
    for number, view in enumerate(found.views, 1):
        _view(number, view)
    if found.elsewhere:
        st.caption(f"其余 {count(found.elsewhere)} 条说法分散，没有单列。")


def _view(number: int, view: Viewpoint) -> None:
    with st.container(border=True, gap="xsmall", key=f"view_{number}"):
        share = f"{view.share:.0%}" if view.share >= 0.01 else "不到1%"
        category = f":violet-badge[{view.category.label}]" if view.category is not None else ""
        st.markdown(f"**{number}. {count(view.count)} 条 · {share}** {category}")
        for quote in view.quotes:
            st.markdown(f"“{plain(quote)}”")
