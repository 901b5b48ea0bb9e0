"""发布记录: where a record was published, whether it can still be read there, and the form to note it."""

from __future__ import annotations

from datetime import datetime

import streamlit as st

from dashboard import acting
from dashboard.acting import Doing
from dashboard.backstage import backstage
from dashboard.visit import Visit
from dashboard.wording import moment, plain, safe_link
from pipeline import publishing
from pipeline.ledger_view import RecordPage
from pipeline.own_catalogue import in_force
from pipeline.publishing import Noted
from pipeline.views import may
from records.publications import LinkState, Publication
from records.zone import CHINA
from regulation.platforms import Platform

_COLOURS = {LinkState.ANSWERS: "green", LinkState.GONE: "red", LinkState.OTHER: "orange", LinkState.UNSEEN: "gray"}


def draw(visit: Visit, page: RecordPage) -> None:
    """Draw the log, and for whoever may note something the form."""
    rules = backstage().desk.platforms
    st.markdown("#### 发布记录", anchors=False)
    with backstage().store.reading() as t:
        form = publishing.approved_forms(t, [page.record.id]).get(page.record.id)
        missing = publishing.missing_ways(page.record, form, page.publications, in_force(t), rules)
    asked = bool(page.publications) or page.record.published_at >= backstage().now() - rules.asked
    if missing and asked:
        st.warning(f"未发布到位：目录和审批表要求的 {plain('、'.join(missing))} 还没有登记发布")
    if not page.publications:
        st.caption("还没有登记在哪里发布。")
    for entry in page.publications:
        _entry(visit, page, entry)
    if may(visit.person, publishing.NOTE, page.record.unit):
        with st.popover("登记发布", icon=":material/add:"):
            _form(page)


def _entry(visit: Visit, page: RecordPage, entry: Publication) -> None:
    now = backstage().now()
    said = (
        f"**{plain(entry.platform_name)}**　{moment(entry.published_at, now)} {_what(entry)} "
        f":gray[{plain(entry.noted_by)} 登记]"
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        if entry.taken_back_at is not None:
            st.markdown(
                f":gray[~~{plain(entry.platform_name)}~~　{plain(entry.taken_back_by or '')} "
                f"{moment(entry.taken_back_at, now)} 撤回：{plain(entry.reason or '')}]"
            )
            return
        look = entry.look
        if look is not None:
            said += f" :{_COLOURS[look.state]}-badge[{look.state.label}] :gray[{moment(look.at, now)} 查]"
            said += f" :gray[{plain(look.detail)}]" if look.detail else ""
        st.markdown(said)
        link = safe_link(entry.link)
        if link is not None:
            st.link_button("打开", link, type="tertiary", icon=":material/open_in_new:")
        if may(visit.person, publishing.TAKE_BACK, page.record.unit):
            _take_back(entry)


def _what(entry: Publication) -> str:
    return "发布" if entry.incident is None else f"发布回应 :gray[事件 {entry.incident}]"


def _take_back(entry: Publication) -> None:
    with st.popover("撤回", type="tertiary"):
        reason = st.text_input("原因", key=f"back_{entry.id}_reason", max_chars=200)

        def work(doing: Doing) -> None:
            actor = acting.actor(doing.person)
            publishing.take_back(doing.parts.store, entry.id, reason or "", actor, doing.at)

        if st.button("撤回这条登记", key=f"back_{entry.id}"):
            acting.do(f"back_{entry.id}", "已撤回。", work)
            st.rerun()


def _form(page: RecordPage) -> None:
    rules, today = backstage().desk.platforms, backstage().now().astimezone(CHINA)
    with st.form(f"publish_{page.record.id}", enter_to_submit=False, border=False):
        platform = st.selectbox("平台", rules.in_use, format_func=_name)
        day = st.date_input("发布日期", today.date(), max_value=today.date())
        time = st.time_input("时间", today.time().replace(second=0, microsecond=0))
        link = st.text_input("网址（网上发布的必填）", max_chars=2000)
        done = st.form_submit_button("登记", type="primary")
    if not done or platform is None or day is None or time is None:
        return
    key, at = f"publish_{page.record.id}", datetime.combine(day, time, CHINA)

    def work(doing: Doing) -> None:
        noted = Noted(page.record.id, platform.id, at, link, doing.request)
        actor = acting.actor(doing.person)
        publishing.note_publication(doing.parts.store, noted, actor, doing.at, doing.parts.desk.platforms)

    acting.do(key, "已登记。", work)
    st.rerun()


def _name(platform: Platform) -> str:
    return platform.name
