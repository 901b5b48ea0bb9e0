"""The form of 搜索: what a person types and chooses becomes a search."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum

import streamlit as st

from dashboard.wording import with_plain_quotes
from records.searches import Search
from records.words import Category, Channel, Sentiment, Severity

_ANY = "不限"
_DAYS = {1: "最近24小时", 7: "最近7天", 30: "最近30天", None: _ANY}
_USUAL = 7


def search_form(sources: Mapping[str, str]) -> Search:
    """Draw the form; what it holds at present. `sources` are ids with their names."""
    with st.form("search", border=False):
        words, period, channel, sentiment, button = st.columns([4, 1.5, 1.3, 1.2, 1], vertical_alignment="bottom")
        text = words.text_input("词语", key="search_words", max_chars=200)
        days = period.selectbox(
            "时间",
            list(_DAYS),
            index=list(_DAYS).index(_USUAL),
            format_func=_DAYS.__getitem__,
            key="search_days",
            placeholder=_ANY,
        )
        place = channel.selectbox("渠道", [None, *Channel], format_func=_label, key="search_channel", placeholder=_ANY)
        reading = sentiment.selectbox(
            "研判", [None, *Sentiment], format_func=_label, key="search_sentiment", placeholder=_ANY
        )
        button.form_submit_button("搜索", icon=":material/search:", type="primary")
        with st.expander("更多条件：来源、类别、事件等级、公开事项、起止日期"):
            left, middle, right = st.columns(3)
            source = left.selectbox(
                "来源",
                [None, *sources],
                format_func=lambda one: sources[one] if one else _ANY,
                key="search_source",
                placeholder=_ANY,
            )
            category = middle.selectbox(
                "类别", [None, *Category], format_func=_label, key="search_category", placeholder=_ANY
            )
            severity = right.selectbox(
                "所在事件的等级", [None, *Severity], format_func=_label, key="search_severity", placeholder=_ANY
            )
            record = left.text_input("公开事项（编号、文号或题目里的词）", key="search_record", max_chars=100)
            first = middle.date_input("从（填了日期，就不按“时间”）", None, key="search_first")
            last = right.date_input("到（当天也算）", None, key="search_last")
    dated = first is not None or last is not None
    return Search(
        words=with_plain_quotes((text or "").strip()),
        days=None if dated else days,
        first=_day(first),
        last=_day(last),
        channel=place,
        source=source,
        record=with_plain_quotes((record or "").strip()),
        category=category,
        severity=severity,
        sentiment=reading,
    )


def _label(word: StrEnum | None) -> str:
    return _ANY if word is None else str(word.label)  # type: ignore[attr-defined]


def _day(chosen: object) -> date | None:
    return chosen if isinstance(chosen, date) else None
