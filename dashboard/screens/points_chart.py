"""Draws points of units side by side, or of one unit over the half-years, with Chinese labels and colours that stay apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import altair as alt
import streamlit as st

from casework.inspection.scoring import plain as points
from dashboard.colours import APART

_ROW = 22
_SCALE = alt.Scale(domain=[0, 100])


def unit_bars(units: Sequence[str], series: Mapping[str, Sequence[float | None]]) -> None:
    """One bar a unit and series, lying, so that names of units can be read."""
    rows = _rows("单位", units, series)
    if not rows:
        st.caption("还没有评完分的单位。")
        return
    lying = (
        _chart(rows)
        .mark_bar()
        .encode(
            y=alt.Y("单位:N", title=None, sort=list(units), axis=alt.Axis(labelLimit=150)),
            x=alt.X("分:Q", title="分", scale=_SCALE),
            yOffset=alt.YOffset("时段:N", sort=list(series)),
        )
    )
    _draw(lying, rows, "单位", series, max(120, _ROW * len(units) * len(series)))


def over_time(periods: Sequence[str], series: Mapping[str, Sequence[float | None]]) -> None:
    """One line a series, the first half-year at the left."""
    rows = _rows("半年", periods, series)
    if not rows:
        st.caption("这个单位还没有评完分的半年。")
        return
    lines = (
        _chart(rows)
        .mark_line(point=True)
        .encode(
            x=alt.X("半年:O", title=None, sort=list(periods), axis=alt.Axis(labelAngle=0, labelOverlap="greedy")),
            y=alt.Y("分:Q", title="分", scale=_SCALE),
        )
    )
    _draw(lines, rows, "半年", series, 220)


def _rows(over: str, labels: Sequence[str], series: Mapping[str, Sequence[float | None]]) -> list[dict[str, object]]:
    return [
        {over: label, "时段": name, "分": value}
        for name, values in series.items()
        for label, value in zip(labels, values, strict=True)
        if value is not None
    ]


def _chart(rows: list[dict[str, object]]) -> alt.Chart:
    return alt.Chart(alt.InlineData(values=rows))


def _draw(
    chart: alt.Chart, rows: list[dict[str, object]], over: str, series: Mapping[str, object], height: int
) -> None:
    shown = chart.encode(
        color=_colour(series), tooltip=[alt.Tooltip(f"{over}:N"), alt.Tooltip("时段:N"), alt.Tooltip("分:Q")]
    ).properties(height=height, description=_in_words(rows, over))
    st.altair_chart(shown, theme=None, width="stretch")


def _colour(series: Mapping[str, object]) -> alt.Color:
    names = list(series)
    scale = alt.Scale(domain=names, range=list(APART[: len(names)]))
    return alt.Color("时段:N", title=None, scale=scale, legend=alt.Legend(orient="top"))


def _in_words(rows: Sequence[Mapping[str, object]], over: str) -> str:
    """What the chart shows, for who cannot see it."""
    told = "；".join(f"{row[over]} {row['时段']} {points(float(str(row['分'])))} 分" for row in rows)
    return f"得分图，共 {len(rows)} 条：{told}。"
