"""Where the lines of a title end."""

from __future__ import annotations

import pytest

from casework.reports.title_lines import characters, title_width


def test_a_title_of_one_line_may_take_the_whole_width() -> None:
    assert title_width("关于供热的报告", 20) == 20


@pytest.mark.parametrize(
    ("title", "first_line"),
    [
        ("关于《供热管网改造公告》负面舆情情况的报告（首报）", "关于《供热管网改造公告》负面"),
        ("惠川区二〇二六年第一季度政务公开与舆情回应工作督查情况通报", "惠川区二〇二六年第一季度政务公开"),
    ],
)
def test_a_long_title_breaks_between_words_with_the_longer_line_above(title: str, first_line: str) -> None:
    width = title_width(title, 20)
    assert characters(first_line) <= width < characters(title[: len(first_line) + 1])
    assert width >= characters(title) / 2
