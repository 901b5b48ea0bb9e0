"""The preview of a source on its form: it runs beside the page, and shows what would be stored, what dropped and why."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from crawlers.outcomes import FLAGS, Outcome
from crawlers.sources import Source
from dashboard import acting
from dashboard.away import guarded
from dashboard.backstage import backstage
from dashboard.pieces import reactions_line
from dashboard.signed_in import signed_in
from dashboard.wording import moment, plain, shown_text
from pipeline.preview import Preview
from pipeline.previews import SECONDS, Look
from records.posts import Post

_POSTS = 10


def start(row: Mapping[str, Any]) -> None:
    """Begin the preview of a row."""

    def work(doing: acting.Doing) -> None:
        doing.parts.previews.start(row, acting.actor(doing.person), doing.person.username, doing.at)

    acting.do("preview_source", "试采已开始", work)
    st.rerun(scope="app")


def seen(username: str, source: Source | None) -> bool:
    """Whether this very row was previewed, and something or nothing came, but soundly."""
    look = _of(username, source)
    return look is not None and look.came is not None and look.came.outcome.answered


def draw(username: str, source: Source | None) -> None:
    """Draw the preview of this row, as far as it has come."""
    look = _of(username, source)
    if look is not None:
        st.fragment(guarded(_look), run_every=1 if look.under_way else None)(username, source)


def _of(username: str, source: Source | None) -> Look | None:
    look = backstage().previews.of(username)
    return look if look is not None and source is not None and look.source.row == source.row else None


def _look(username: str, source: Source | None) -> None:
    look = _of(username, source) if signed_in() is not None else None
    if look is None:
        return
    if look.under_way:
        seconds = int((backstage().now() - look.started_at).total_seconds())
        st.info(f"正在试采，已 {max(0, seconds)} 秒，最长 {SECONDS:.0f} 秒……", icon=":material/hourglass_top:")
        st.session_state["preview_under_way"] = True
        return
    if st.session_state.pop("preview_under_way", False):
        # The buttons above and the beat of this part depend on it.
        st.rerun(scope="app")
    if look.fault is not None:
        st.error(plain(look.fault))
    if look.came is not None:
        _came(look.came)


def _came(came: Preview) -> None:
    colour = "green" if came.outcome is Outcome.OK else "blue" if came.outcome.answered else "red"
    with st.container(border=True, key="source_preview"):
        st.markdown(
            f"**试采结果** :{colour}-badge[{came.outcome.label}] 读到 {came.pages} 页，将入库 {len(came.posts)} 条"
        )
        if came.detail:
            st.markdown(plain(came.detail))
        for reason, number in came.dropped.most_common(10):
            st.markdown(f":orange-badge[丢弃 {number} 条] {plain(reason)}")
        for flag, number in came.flags.items():
            st.markdown(f":gray-badge[注意 {number} 条] {plain(FLAGS.get(flag, flag))}")
        for post in came.posts[:_POSTS]:
            _post(post)
        if len(came.posts) > _POSTS:
            st.caption(f"另有 {len(came.posts) - _POSTS} 条未显示。")
        st.caption("以上只是试看，没有入库；个人信息已遮盖，入库时也一样。")


def _post(post: Post) -> None:
    now = backstage().now()
    with st.container(border=True, gap="xsmall"):
        reply = "回复 · " if post.in_reply_to else ""
        st.caption(f"{reply}{post.channel.label} · {moment(post.published_at, now)} 发布{reactions_line(post)}")
        if post.title:
            st.markdown(f"**{plain(post.title)}**")
        text = shown_text(post.text)
        st.text(text if len(text) <= 200 else f"{text[:199]}…")
