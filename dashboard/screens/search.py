"""搜索: finds posts by words, time, channel and how they were read."""

from __future__ import annotations

from datetime import timedelta

import streamlit as st

from dashboard.backstage import backstage
from dashboard.pieces import post_block
from dashboard.visit import Visit
from dashboard.wording import with_plain_quotes
from pipeline.search_view import Found, Wanted, search
from records.words import Channel, Sentiment

_ANY = "不限"
_PERIODS = {"最近24小时": timedelta(days=1), "最近7天": timedelta(days=7), "最近30天": timedelta(days=30), _ANY: None}


def draw(visit: Visit) -> None:
    """Draw the form and what was found."""
    wanted = _form()
    if wanted is None:
        st.info("输入一个或几个词，找出都含有这些词的帖文；加引号的词须连在一起，如 “停暖 补偿”。")
        return
    parts = backstage()
    index = parts.desk.index()
    try:
        with parts.store.reading() as t:
            found = search(t, visit.person, index, wanted)
    finally:
        index.close()
    _show(found)


def _form() -> Wanted | None:
    with st.form("search", enter_to_submit=False, border=False):
        words, period, channel, sentiment, button = st.columns([4, 1.5, 1.3, 1.2, 1], vertical_alignment="bottom")
        text = words.text_input("词语", key="search_words", max_chars=200)
        chosen = period.selectbox("时间", list(_PERIODS), index=1, key="search_period")
        place = channel.selectbox("渠道", _labels(Channel), key="search_channel")
        reading = sentiment.selectbox("研判", _labels(Sentiment), key="search_sentiment")
        button.form_submit_button("搜索", icon=":material/search:", type="primary")
    if not (text or "").strip():
        return None
    length = _PERIODS[chosen or _ANY]
    return Wanted(
        words=with_plain_quotes(text or ""),
        since=None if length is None else backstage().now() - length,
        channel=next((one for one in Channel if one.label == place), None),
        sentiment=next((one for one in Sentiment if one.label == reading), None),
    )


def _labels(words: type[Channel] | type[Sentiment]) -> list[str]:
    return [_ANY, *(word.label for word in words)]


def _show(found: Found) -> None:
    if not found.rows:
        st.info("没有找到。可换个说法、放宽时间；刚采集的帖文要等几秒才能搜到。")
        return
    st.caption(
        f"{'最新的 ' if found.more else ''}{len(found.rows)} 条{'；还有更多，请缩小时间或加词' if found.more else ''}"
    )
    now = backstage().now()
    for row in found.rows:
        post_block(row, now, with_record=True)
