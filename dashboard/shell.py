"""Draws the frame around every page: who is signed in, which pages there are, what the last act said."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from dashboard import acting, away, screens
from dashboard.backstage import backstage
from dashboard.index_page import TITLE
from dashboard.meanings import on_page
from dashboard.navigation import UNLISTED, Place
from dashboard.screens import people
from dashboard.signed_in import show_sign_in, signed_in
from dashboard.visit import Visit
from dashboard.wording import plain
from pipeline import views
from records.people import Person

_DRAW: dict[Place, Callable[[Visit], None]] = {
    Place.DESK: screens.desk.draw,
    Place.INCIDENT: screens.incident.draw,
    Place.MESSAGES: screens.messages.draw,
    Place.ENTRY: screens.entry.draw,
    Place.SEARCH: screens.search.draw,
    Place.UPWARD: screens.upward.draw,
    Place.PATROL: screens.patrol.draw,
    Place.DUTY: screens.duty.draw,
    Place.PROPOSALS: screens.proposals.draw,
    Place.PROPOSAL: screens.proposal.draw,
    Place.LEDGER: screens.ledger.draw,
    Place.RECORD: screens.record.draw,
    Place.RISK: screens.risk.draw,
    Place.CATALOGUE: screens.catalogue.draw,
    Place.RELEASES: screens.releases.draw,
    Place.SUGGESTIONS: screens.suggestions.draw,
    Place.SUGGESTION: screens.suggestion_course.draw,
    Place.INSPECTIONS: screens.inspections.draw,
    Place.INSPECTION: screens.inspection.draw,
    Place.RECTIFICATION: screens.rectification.draw,
    Place.PAPERS: screens.papers.draw,
    Place.PAPER: screens.paper.draw,
    Place.PUBLIC: screens.public_entries.draw,
    Place.ARCHIVE: screens.archive.draw,
    Place.PUT_AWAY: screens.archive.draw_incident,
    Place.SOURCES: screens.sources.draw,
    Place.ADMINISTRATION: screens.administration.draw,
    Place.LOG: screens.log.draw,
    Place.HELP: screens.manual.draw,
}
SAMPLE = ":orange-badge[样例数据] :small[都是虚构的，仅供演示]"


def run() -> None:
    """Draw the page. Without a session nothing is drawn and no query is run."""
    st.set_page_config(page_title=TITLE, layout="wide", initial_sidebar_state="collapsed")
    away.whole(_draw_page)


def _draw_page() -> None:
    person = signed_in()
    if person is None:
        people.put_away()
        show_sign_in()
        return
    # What the office calls itself may have been changed in another process.
    _ = backstage().desk.book
    pages: dict[Place, StreamlitPage] = {}
    visit = Visit(person, pages)
    unread = _unread(person)
    for place, draw in _DRAW.items():
        pages[place] = _page(place, visit, draw, unread)
    st.navigation(list(pages.values()), position="top").run()


def _page(place: Place, visit: Visit, draw: Callable[[Visit], None], unread: int) -> StreamlitPage:
    def shown() -> None:
        if place is not Place.ADMINISTRATION:
            people.put_away()
        _heading(place, visit.person)
        if place.opens_to(visit.person):
            draw(visit)
        else:
            st.info(f"您的身份不能使用“{place.title}”。需要时请联系管理员。")

    title = f"{place.title}（{unread}）" if place is Place.MESSAGES and unread else place.title
    listed = place not in UNLISTED and place.opens_to(visit.person)
    seen: Literal["visible", "hidden"] = "visible" if listed else "hidden"
    return st.Page(shown, title=title, url_path=place.name_of_page, default=place is Place.DESK, visibility=seen)


def _heading(place: Place, person: Person) -> None:
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center", key="page_head"):
        st.markdown(f"## {place.title}", anchors=False, width="content")
        if backstage().settings.sample:
            st.markdown(SAMPLE, width="content")
        if place.opens_to(person):
            _meanings(place)
        who = f"{person.name} · {person.unit or person.role.label}"
        with st.popover(plain(who), type="tertiary"):
            st.text(f"用户名：{person.username}\n身份：{person.role.label}")
            st.markdown("[修改密码](/password)")
            st.markdown("[退出登录](/signout)")
    _show_notice()


def _meanings(place: Place) -> None:
    """What the figures on the page mean, where it has any."""
    found = on_page(place.name_of_page)
    if found:
        with st.popover("数字的意思", type="tertiary", icon=":material/help:"):
            st.markdown("\n".join(f"- **{plain(one.name)}**　{plain(one.means)}" for one in found))


def _show_notice() -> None:
    notice = acting.notice()
    if notice is None:
        return
    if notice.done:
        st.toast(plain(notice.text), icon=":material/check:")
    else:
        st.error(plain(notice.text), icon=":material/block:")


def _unread(person: Person) -> int:
    with backstage().store.reading() as t:
        return views.unread_messages(t, person)
