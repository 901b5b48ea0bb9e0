"""回应: the answers that were published on an incident, and the form that records the next one."""

from __future__ import annotations

import streamlit as st

from dashboard.screens.incident_acts import perform
from dashboard.wording import exact, plain, safe_link, shown_text
from pipeline.incident_view import IncidentPage
from records.actions import Act


def draw(page: IncidentPage) -> None:
    """Draw the published answers, then the form."""
    if not page.responses:
        st.info("还没有公开回应。回应要说清网民关注的焦点，真实、有依据、讲白话（第四十四条）。")
    for response in reversed(page.responses):
        with st.container(border=True, gap="xsmall"):
            st.markdown(f":gray[{exact(response.published_at)} · {plain(response.published_by)} 登记]")
            st.text(shown_text(response.text))
            link = safe_link(response.url)
            if link is not None:
                st.link_button("查看原文", link, type="tertiary", icon=":material/open_in_new:")
    if Act.PUBLISH_RESPONSE in page.acts:
        _form(page)


def _form(page: IncidentPage) -> None:
    st.markdown("**登记已发布的回应**")
    st.caption("本系统不代发内容：请先在官方渠道发布，再把发布的原文和链接登记在这里。")
    number = len(page.responses)
    with st.form(f"publish_response_{number}", enter_to_submit=False):
        text = st.text_area("回应的内容（与发布的一致）", key=f"response_text_{number}", height=140, max_chars=5000)
        url = st.text_input(
            "发布页面的网址（http:// 或 https:// 开头，没有可不填）", key=f"response_url_{number}", max_chars=500
        )
        done = st.form_submit_button("登记回应", type="primary", key="do_publish_response")
    if done:
        args = {"text": text or "", "url": (url or "").strip() or None}
        perform(page.incident, Act.PUBLISH_RESPONSE, "回应已登记", args)
