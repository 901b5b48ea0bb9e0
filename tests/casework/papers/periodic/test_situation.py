"""Long lists are cut where a paper would drown in them, and say so."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from casework.papers.periodic.figures import Case, ClockRow, Figures, Patrols, SuggestionFigures
from casework.papers.periodic.situation import MOST_CASES, Told, case_table, incidents, limits, posts
from records.alerts import DeadlineState
from records.days import PostCount
from records.incidents import IncidentState
from records.papers import Paragraph
from records.words import Channel, Sentiment, Severity
from regulation.periodic import Every, stretch_of

NOW = datetime(2026, 4, 30, 17, tzinfo=UTC)
OPENED = datetime(2026, 4, 10, 4, tzinfo=UTC)
CALM = Figures(
    stretch=stretch_of(Every.MONTH, date(2026, 4, 1)),
    at=NOW,
    whole=True,
    posts=(),
    opened=(),
    closed=(),
    ongoing=(),
    clocks=(),
    alerts=(),
    reports=(),
    answers=(),
    patrols=Patrols(0, 0, 0),
    suggestions=SuggestionFigures((), 0, 0, 0, ()),
    published=(),
    catalogue=(),
    filings=(),
)


def case(number: int) -> Case:
    name = f"《第{number}号方案》"
    return Case(f"20260410-{number:03}", name, None, None, Severity.GENERAL, IncidentState.OPEN, OPENED)


def clock(number: int) -> ClockRow:
    due = OPENED + number * timedelta(minutes=1)
    return ClockRow(number, f"20260410-{number:03}", "首报", None, due, DeadlineState.OPEN, None)


def seen(count: int, sentiment: Sentiment | None = Sentiment.NEGATIVE, left: int = 0) -> PostCount:
    return PostCount(count, count, 0, left, date(2026, 4, 10), Channel.FORUM, None, None, sentiment)


def test_a_table_of_very_many_incidents_names_the_first_and_says_so():
    many = replace(CALM, opened=tuple(case(number) for number in range(MOST_CASES + 1)))
    assert (len(case_table(many).rows), case_table(many).title) == (MOST_CASES, f"新立舆情事件（前{MOST_CASES}起）")
    assert "新立舆情事件31起" in incidents(Told(many, None)).text
    assert case_table(many).rows[0][2] == "待区委办公室确定"


def test_very_many_late_clocks_are_counted_and_the_first_are_named():
    text = limits(replace(CALM, clocks=tuple(clock(number) for number in range(MOST_CASES + 2)))).text
    assert "至今逾期未完成32项。" in text
    assert "；等32项。" in text
    assert text.count("的首报") == MOST_CASES


def test_a_period_in_which_nothing_happened_says_so_and_compares_nothing():
    told = Told(CALM, replace(CALM, whole=False))
    assert posts(told).text == "2026年4月，共采集到公开渠道帖文0条（上期没有完整统计，不作比较）。"
    assert "没有到期的处置时限。" in limits(CALM).text


def test_posts_that_nothing_has_read_yet_and_days_that_were_not_watched_are_told_of():
    now = replace(CALM, whole=False, posts=(seen(3), seen(2, None), seen(5, Sentiment.NEUTRAL, left=4)))
    paragraph = posts(Told(now, CALM))
    assert isinstance(paragraph, Paragraph)
    assert "共采集到公开渠道帖文10条（上期没有完整统计，不作比较）。其中负面3条，占30.0%" in paragraph.text
    assert "上述帖文中有2条尚未研判。上述帖文中4条已不再保存" in paragraph.text
    assert "以上数据不完整。" in paragraph.text
