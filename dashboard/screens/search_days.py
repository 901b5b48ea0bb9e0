"""Draws how many posts hold the words of a search on each day, and says the same in words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

import streamlit as st

from dashboard.sparkline import sparkline
from dashboard.wording import count
from records.searches import Search

_MOST = 180
_WIDTH, _THINNEST, _WIDEST = 540, 3, 18
_DAY = timedelta(days=1)


def draw(by_day: Mapping[date, int], search: Search) -> None:
    """Draw the days from the first with a post to the last, none where there is one day only."""
    if len(by_day) < 2:
        return
    said = in_words(by_day)
    words_alone = Search(search.words, search.days, search.first, search.last) == search
    shown = numbers(by_day)
    st.image(sparkline(shown, max(_THINNEST, min(_WIDEST, _WIDTH // len(shown)))), alt=f"每天多少条：{said}")
    st.caption(f"**每天多少条**　{said}" + ("" if words_alone else "（只按词语和时间计，不看其他条件）"))


def numbers(by_day: Mapping[date, int]) -> list[int]:
    """The number of each day up to the last one with a post, of the last half year."""
    last = max(by_day)
    first = max(min(by_day), last - (_MOST - 1) * _DAY)
    return [by_day.get(first + number * _DAY, 0) for number in range((last - first).days + 1)]


def in_words(by_day: Mapping[date, int]) -> str:
    """What the chart shows, for who cannot see it."""
    shown = numbers(by_day)
    last = max(by_day)
    first = last - (len(shown) - 1) * _DAY
    most = max(shown)
    day = first + shown.index(most) * _DAY
    return f"{_day(first)}至{_day(last)}共 {count(sum(shown))} 条，{_day(day)}最多 {count(most)} 条"


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
