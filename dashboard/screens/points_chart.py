"""Draws points of units side by side, or of one unit over the half-years, with Chinese labels and colours that stay apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import altair as alt
import streamlit as st

from casework.inspection.scoring import plain as points

# Okabe and Ito's colours, which people with any colour vision can tell apart.
_COLOURS = ("#0072B2", "#E69F00", "#009E73")
_ROW = 22
_SCALE = alt.Scale(domain=[0, 100])


def unit_bars(units: Sequence[str], series: Mapping[str, Sequence[float | None]]) -> None:
    """One bar a unit and series, lying, so that names of units can be read."""
    rows = [
        {"单位": unit, "时段": name, "分": value}
        for name, values in series.items()
        for unit, value in zip(units, values, strict=True)
        if value is not None
    ]
    if not rows:
        st.caption("还没有评完分的单位。")
        return
    chart = (
        alt.Chart(alt.InlineData(values=rows))
        .mark_bar()
        .encode(
            y=alt.Y("单位:N", title=None, sort=list(units), axis=alt.Axis(labelLimit=150)),
            x=alt.X("分:Q", title="分", scale=_SCALE),
            yOffset=alt.YOffset("时段:N", sort=list(series)),
            color=_colour(series),
            tooltip=[alt.Tooltip("单位:N"), alt.Tooltip("时段:N"), alt.Tooltip("分:Q")],
        )
        .properties(height=max(120, _ROW * len(units) * len(series)), description=_in_words(rows, "单位"))
    )
    st.altair_chart(chart, theme=None, width="stretch")


def over_time(periods: Sequence[str], series: Mapping[str, Sequence[float | None]]) -> None:
    """One line a series, the first half-year at the left."""
    rows = [
        {"半年": period, "时段": name, "分": value}
        for name, values in series.items()
        for period, value in zip(periods, values, strict=True)
        if value is not None
    ]
    if not rows:
        st.caption("这个单位还没有评完分的半年。")
        return
    chart = (
        alt.Chart(alt.InlineData(values=rows))
        .mark_line(point=True)
        .encode(
            x=alt.X("半年:O", title=None, sort=list(periods), axis=alt.Axis(labelAngle=0, labelOverlap="greedy")),
            y=alt.Y("分:Q", title="分", scale=_SCALE),
            color=_colour(series),
            tooltip=[alt.Tooltip("半年:O"), alt.Tooltip("时段:N"), alt.Tooltip("分:Q")],
        )
        .properties(height=220, description=_in_words(rows, "半年"))
    )
    st.altair_chart(chart, theme=None, width="stretch")


def _colour(series: Mapping[str, object]) -> alt.Color:
    names = list(series)
    scale = alt.Scale(domain=names, range=list(_COLOURS[: len(names)]))
    return alt.Color("时段:N", title=None, scale=scale, legend=alt.Legend(orient="top"))


def _in_words(rows: Sequence[Mapping[str, object]], over: str) -> str:
    """What the chart shows, for who cannot see it."""
    told = "；".join(f"{row[over]} {row['时段']} {points(float(str(row['分'])))} 分" for row in rows)
    return f"得分图，共 {len(rows)} 条：{told}。"
