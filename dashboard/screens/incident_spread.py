"""走势与传播: the trend by time and channel, how the incident spread, and whether answers calmed it down."""

from __future__ import annotations

from datetime import timedelta

import streamlit as st

from casework.incidents.calming import Calming, Stretch, Turn
from dashboard.backstage import backstage
from dashboard.meanings import meaning
from dashboard.navigation import Place
from dashboard.pieces import source_name, table
from dashboard.screens.trend_chart import trend_chart
from dashboard.visit import Visit
from dashboard.wording import clause_name, count, exact, plain, shortened
from pipeline import incident_view
from pipeline.incident_spread import ChannelRow, SpreadView, incident_spread
from pipeline.incident_view import IncidentPage
from records.reports import Response
from records.spans import span

_STEPS = {"自动": None, "按小时": timedelta(hours=1), "按天": timedelta(days=1)}
_COLOURS = {
    Turn.CALMER: "green",
    Turn.ALIKE: "orange",
    Turn.WORSE: "red",
    Turn.TOO_EARLY: "gray",
    Turn.INCOMPARABLE: "gray",
}


def draw(visit: Visit, page: IncidentPage) -> None:
    """Draw trend and channels, then each answer with what reaction did after it."""
    now, rules = backstage().now(), backstage().desk.calming
    with backstage().store.reading() as t:
        found = incident_spread(t, visit.person, page.incident.id, now, rules)
    if found is None or not found.channels:
        st.info("还没有帖文，看不出走势。")
        return
    left, right = st.columns([1.1, 1], gap="medium")
    with left:
        chosen = st.segmented_control(
            "时间", list(_STEPS), default="自动", key="trend_step", label_visibility="collapsed"
        )
        with backstage().store.reading() as t:
            trend = incident_view.trend(t, page.incident.id, _STEPS[chosen or "自动"])
        trend_chart(trend)
    with right:
        _answers(found)
    st.markdown("**传播**（按最先发现的先后，只分渠道，不涉及个人）")
    st.markdown(_media(found))
    table([_row(one) for one in found.channels], Place.INCIDENT)


def _media(found: SpreadView) -> str:
    if found.media is None:
        return ":gray-badge[媒体未介入] :gray[还没有新闻渠道的报道]"
    after = f"最早一条晚于首帖 {span(found.media.after)}" if found.media.after else "最早就见于新闻"
    return (
        f":orange-badge[媒体已介入] :gray[新闻 {count(found.media.posts)} 条，"
        f"其中首发 {count(found.media.voices)} 条，{after}]"
    )


def _row(row: ChannelRow) -> dict[str, str]:
    one = row.reached
    return {
        "渠道": one.channel.label,
        "首见": f"{exact(one.first.seen_at)}"
        + (f" :gray[晚 {span(one.after)}]" if one.after else " :blue-badge[最先]"),
        "首见于": plain(source_name(row.first.source)) if row.first is not None else "原帖已不保存",
        "帖文": f"{count(one.posts)} 条（首发 {count(one.voices)} 条）",
        "互动": count(one.reactions),
        "最近一条": exact(one.last_at),
    }


def _answers(found: SpreadView) -> None:
    st.markdown("**回应以后**", help=f"{meaning('每小时帖文数')}{meaning('负面占比')}")
    if not found.answers:
        st.caption("登记回应以后，这里比较回应前后每小时的帖文数和负面占比。")
        return
    for answer, course in found.answers:
        _answer(answer, course)
    rules = backstage().desk.calming
    st.caption(
        f"前后各看至多 {rules.window_hours} 小时；每小时帖文数降到回应前的 {rules.calmer_percent}% 及以下为已回落"
        f"（{clause_name(rules.clause)}）。负面占比为涉及同一公开事项的全部帖文中负面的比例。"
    )


def _answer(answer: Response, course: Calming) -> None:
    with st.container(border=True, gap="xsmall", key=f"answer_{answer.published_at:%Y%m%d%H%M%S%f}"):
        st.markdown(
            f":{_COLOURS[course.turn]}-badge[{course.turn.label}] {exact(answer.published_at)} "
            f"“{plain(shortened(answer.text, 24))}”"
        )
        st.markdown(f"前 {span(course.before.until - course.before.since)}：{_stretch(course.before)}")
        st.markdown(f"后 {span(course.after.until - course.after.since)}：{_stretch(course.after)}")


def _stretch(stretch: Stretch) -> str:
    share = f"{stretch.negative_share:.0%}" if stretch.negative_share is not None else "—"
    return f"{count(stretch.posts)} 条，每小时 **{stretch.per_hour:.1f}** 条，负面占比 {share}"
