"""Draws the posts of an incident over time by channel, with Chinese labels and colours that stay apart."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

import altair as alt
import streamlit as st

from dashboard.colours import APART
from dashboard.wording import count, moment
from pipeline.incident_view import Trend
from records.words import Channel
from records.zone import CHINA

_STEPS = {
    timedelta(minutes=1): "每分钟",
    timedelta(minutes=10): "每10分钟",
    timedelta(hours=1): "每小时",
    timedelta(days=1): "每天",
}

_SCALE = alt.Scale(domain=[channel.label for channel in Channel], range=list(APART))


def trend_chart(found: Trend) -> None:
    """Draw the chart, or say that there is nothing to draw."""
    st.markdown(f"**趋势**（{_STEPS[found.step]}帖文数，按渠道）")
    if not found.points:
        st.caption("还没有帖文。")
        return
    day = found.step >= timedelta(days=1)
    written = "%-m月%-d日" if day else "%-m月%-d日 %H:%M"
    points = [(point.at.astimezone(CHINA), point) for point in found.points]
    order = sorted({at for at, _ in points})
    rows = [{"时间": at.strftime(written), "渠道": point.channel.label, "帖文数": point.posts} for at, point in points]
    chart = (
        alt.Chart(alt.InlineData(values=rows))
        .mark_bar()
        .encode(
            x=alt.X("时间:O", title=None, sort=[at.strftime(written) for at in order], axis=_axis(len(order))),
            y=alt.Y("帖文数:Q", title="帖文数（条）", axis=alt.Axis(tickMinStep=1, format="d")),
            color=alt.Color("渠道:N", title=None, scale=_SCALE, legend=_legend(found)),
            tooltip=[alt.Tooltip("时间:O"), alt.Tooltip("渠道:N"), alt.Tooltip("帖文数:Q")],
        )
        .properties(height=250, description=in_words(found))
    )
    st.altair_chart(chart, theme=None, width="stretch")


def in_words(found: Trend) -> str:
    """What the chart shows, for who cannot see it: how many posts, of which channels, and when most came."""
    channels, moments = Counter[str](), Counter[datetime]()
    for point in found.points:
        channels[point.channel.label] += point.posts
        moments[point.at] += point.posts
    (at, most), *_ = moments.most_common(1)
    by_channel = "、".join(f"{name} {count(posts)} 条" for name, posts in channels.most_common())
    return f"趋势图：共 {count(moments.total())} 条，{by_channel}；{_STEPS[found.step]}最多 {count(most)} 条，在 {moment(at)}。"


def _axis(number: int) -> alt.Axis:
    return alt.Axis(labelAngle=0, labelOverlap="greedy", labelSeparation=18, ticks=number <= 24)


def _legend(found: Trend) -> alt.Legend:
    seen = {point.channel for point in found.points}
    return alt.Legend(orient="top", values=[channel.label for channel in Channel if channel in seen])
