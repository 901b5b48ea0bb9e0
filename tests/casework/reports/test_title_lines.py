"""Where the lines of a title end."""

from __future__ import annotations

import pytest

from casework.reports.title_lines import characters, title_lines


def test_a_title_of_one_line_may_take_the_whole_width() -> None:
    assert title_lines("关于供热改造情况及下一步安排的情况报告", 20) == ["关于供热改造情况及下一步安排的情况报告"]


@pytest.mark.parametrize(
    "lines",
    [
        ["关于《供热管网改造公告》", "负面舆情情况的报告（首报）"],
        ["关于《关于延长2025—2026年", "供热期及开展供热末期管网检查的", "公告》舆情处置的评估报告"],
        ["关于住建局2026年上半年党务公开", "工作督导检查情况的反馈"],
        ["关于2026年上半年党务公开", "工作督导检查情况的通报"],
        ["关于“生活垃圾焚烧厂选址”", "相关舆情情况的专报"],
    ],
)
def test_lines_end_between_words_and_are_about_equally_long(lines: list[str]) -> None:
    assert title_lines("".join(lines), 20) == lines


@pytest.mark.parametrize("most", [8, 12, 16.5, 20, 30])
def test_no_line_is_too_long_nothing_is_lost_and_no_mark_stands_where_it_may_not(most: float) -> None:
    title = "关于《惠川区“十四五”供热管网改造（二期）公告》、《停暖补偿办法》负面舆情情况的报告（续报3）"
    lines = title_lines(title, most)
    assert "".join(lines) == title
    assert max(map(characters, lines)) <= most
    assert not any(line.startswith(tuple("》”）、")) or line.endswith(tuple("《“（")) for line in lines)
    assert characters(lines[-1]) >= most / 3


def test_a_word_that_no_line_can_hold_is_broken() -> None:
    assert title_lines("x" * 50, 20) == ["x" * 25] * 2


@pytest.mark.timeout(30)
@pytest.mark.parametrize("times", [4, 5, 40])
def test_a_title_of_any_length_is_cut(times: int) -> None:
    title = "关于进一步做好惠川区老旧小区供热管网改造和停暖补偿工作的若干意见" * times
    lines = title_lines(title, 19)
    assert "".join(lines) == title
    assert max(map(characters, lines)) <= 19
