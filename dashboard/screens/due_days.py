"""到期和逾期: what must be published until when, the most pressing first; of one proposal the day and how it was counted."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from casework.disclosures.due import Due, Left, Urgency
from dashboard.backstage import backstage
from dashboard.navigation import Place
from dashboard.visit import Visit
from dashboard.wording import plain
from pipeline import due_days, due_view
from pipeline.due_view import DueRow
from pipeline.proposing import Proposal
from regulation.working_days import shown

_MOST = 10
_COLOURS: Mapping[Urgency, str] = {
    Urgency.OVERDUE: "red",
    Urgency.TODAY: "orange",
    Urgency.SOON: "orange",
    Urgency.LATER: "blue",
    Urgency.UNDATED: "gray",
}


def draw_list(visit: Visit) -> None:
    """Draw what must be published and the person may see; nothing where there is nothing."""
    parts = backstage()
    with parts.store.reading() as t:
        rows = due_view.due_rows(t, visit.person, parts.now(), parts.desk.disclosure_time)
    if not rows:
        return
    pressing = [row for row in rows if row.left.urgency.pressing]
    late = sum(row.left.urgency is Urgency.OVERDUE for row in rows)
    with st.expander(f"到期和逾期 {len(pressing)} 项，逾期 {late} 项", expanded=late > 0, icon=":material/event_busy:"):
        whole = st.toggle(f"期限还早和未定的也列出（共 {len(rows)} 项）", key="due_all")
        shown_rows = rows if whole else pressing
        for number, row in enumerate(shown_rows[:_MOST]):
            with st.container(key=f"due_row_{number}"):
                _row(visit, row)
        if len(shown_rows) > _MOST:
            st.caption(f"另有 {len(shown_rows) - _MOST} 项期限更晚，办完前面的依次列出。")


def draw_day(proposal: Proposal) -> None:
    """Draw until when one proposal must be published, with the calculation; nothing where it need not be any more."""
    parts = backstage()
    with parts.store.reading() as t:
        found = due_days.due_day(t, proposal, parts.now(), parts.desk.disclosure_time)
    if found is None:
        return
    with st.container(border=True, key="proposal_due"):
        st.markdown(f"**最迟公开** {_day(found.due)} {due_badge(found.left)}")
        _remarks(found.due)
        with st.expander("怎样算的"):
            _explained(found.due)


def _row(visit: Visit, row: DueRow) -> None:
    title, day, how = st.columns([4.2, 2.8, 1.2], vertical_alignment="center", gap="small")
    with title:
        place, item = (Place.PROPOSAL, row.proposal) if row.proposal is not None else (Place.RECORD, row.record)
        visit.link(place, row.title + (f"（{row.what}）" if row.what else ""), item)
        st.caption(plain(row.unit))
    day.markdown(f"{due_badge(row.left)} {_day(row.due)}")
    with how.popover("怎样算的", use_container_width=True):
        _explained(row.due)
    _remarks(row.due)


def _explained(due: Due) -> None:
    st.markdown("  \n".join(plain(line) for line in due.explained))


def _remarks(due: Due) -> None:
    for remark in due.remarks:
        st.caption(f":orange[:material/warning: {plain(remark)}]")


def due_badge(left: Left) -> str:
    """What is left until a due day, as a markdown badge."""
    return f":{_COLOURS[left.urgency]}-badge[{plain(left.said)}]"


def _day(due: Due) -> str:
    return "" if due.day is None else shown(due.day)
