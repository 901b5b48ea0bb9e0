"""消息: what this person's office or unit was told; each message can be read, acknowledged and followed."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import parse_qs, urlsplit

import streamlit as st

from dashboard import acting
from dashboard.away import guarded
from dashboard.backstage import backstage
from dashboard.navigation import Place
from dashboard.pieces import recipient_name
from dashboard.signed_in import show_sign_in, signed_in
from dashboard.visit import Visit
from dashboard.wording import moment, plain, shown_text
from pipeline import views
from pipeline.acknowledging import for_another
from pipeline.message_reading import mark_all_read, mark_read
from records.actions import Act
from records.messages import Message

_PAGE = 20


def draw(visit: Visit) -> None:
    """Draw the messages; the list refreshes every few seconds."""
    unread_only = st.toggle("只看未读", key="unread_only")
    st.fragment(guarded(_list), run_every=backstage().settings.desk.refresh_seconds)(visit, unread_only)


def _list(visit: Visit, unread_only: bool) -> None:
    person = signed_in()
    if person is None:
        show_sign_in()
        return
    with backstage().store.reading() as t:
        messages = views.messages(t, person, unread=unread_only)
        unread = views.unread_messages(t, person)
    if not messages:
        st.info("没有未读消息。" if unread_only else "还没有消息。发现事件、启动预案、临近时限时会自动通知到这里。")
        return
    if unread and st.button(f"全部标为已读（{unread}）", key="read_all"):
        _do("read_all", "已全部标为已读", None)
    number = st.pagination(-(-len(messages) // _PAGE), key="messages_page") if len(messages) > _PAGE else 1
    for message in messages[(number - 1) * _PAGE : number * _PAGE]:
        _message(visit, message, backstage().now())


def _message(visit: Visit, message: Message, now: datetime) -> None:
    with st.container(border=True, gap="xsmall", key=f"message_{message.id}"):
        left, right = st.columns([5, 1.6], vertical_alignment="top")
        with left:
            mark = ":orange-badge[未读]" if message.read_at is None else ":gray-badge[已读]"
            repeated = " :gray-badge[可能重复]" if message.repeated else ""
            st.markdown(f"{mark}{repeated} **{plain(message.title)}**")
            st.text(shown_text(message.body))
            read = f" · {plain(message.read_by or '')} {moment(message.read_at)} 已读" if message.read_at else ""
            st.caption(f"{moment(message.at, now)} 发给 {plain(recipient_name(message.recipient))}{read}")
        with right:
            incident = incident_in(message.link)
            if incident is not None:
                visit.link(Place.INCIDENT, "打开事件", incident)
                if message.read_at is None and for_another(message.recipient, message.kind):
                    st.caption("由协办单位签收")
                elif message.read_at is None and st.button("签收事件", key=f"acknowledge_{message.id}"):
                    _do(f"acknowledge|{message.id}", "已签收", message, incident)
            elif leads_to_sources(message.link):
                visit.link(Place.SOURCES, "打开采集源", _item_in(message.link))
            elif _leads_to(message.link, Place.SUGGESTION):
                visit.link(Place.SUGGESTION, "打开意见建议", _item_in(message.link))
            if message.read_at is None and st.button("标为已读", key=f"read_{message.id}"):
                _do(f"read|{message.id}", "已标为已读", message)


def incident_in(link: str | None) -> str | None:
    """The incident that a message's link leads to, or None."""
    return _item_in(link) if _leads_to(link, Place.INCIDENT) else None


def leads_to_sources(link: str | None) -> bool:
    """Whether a message's link leads to a source, or to all of them."""
    return _leads_to(link, Place.SOURCES)


def _leads_to(link: str | None, place: Place) -> bool:
    return link is not None and urlsplit(link).path.endswith(place.address)


def _item_in(link: str | None) -> str | None:
    found = parse_qs(urlsplit(link or "").query).get("id")
    return found[0] if found else None


def _do(key: str, said: str, message: Message | None, incident: str | None = None) -> None:
    def work(doing: acting.Doing) -> None:
        if incident is not None:
            acting.act(doing, Act.ACKNOWLEDGE, {"incident": incident})
        with doing.parts.store.transaction() as t:
            if message is None:
                mark_all_read(t, doing.person, doing.at)
            else:
                mark_read(t, doing.person, message.id, doing.at)

    acting.do(key, said, work)
    st.rerun(scope="app")
