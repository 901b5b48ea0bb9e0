"""The yearly notice is read as it is written, and every line that cannot be right is told with what is wrong."""

from __future__ import annotations

import pytest

from regulation.calendar_notice import lines_of, notice_of, row_of
from regulation.working_days import WorkingDays, by_law, table_from

NOTICE = """
一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。
二、春节：2月15日（农历腊月二十八、周日）至23日（农历正月初七、周一）放假调休，共9天。2月14日（周六）、2月28日（周六）上班。
三、清明节：4月4日（周六）至6日（周一）放假，共3天。
四、劳动节：5月1日（周五）至5日（周二）放假调休，共5天。5月9日（周六）上班。
五、端午节：6月19日（周五）至21日（周日）放假，共3天。
六、中秋节：9月25日（周五）至27日（周日）放假，共3天。
七、国庆节：10月1日（周四）至7日（周三）放假调休，共7天。9月20日（周日）、10月10日（周六）上班。
"""


@pytest.mark.clause("E-2(5)1")
def test_the_words_of_the_notice_give_the_published_days():
    read = table_from(row_of(2026, lines_of(2026, NOTICE)), "通知")
    published = WorkingDays().table(2026)
    assert set(read.off) == set(published.off)
    assert read.worked == published.worked


@pytest.mark.parametrize("table", [by_law(2027), WorkingDays().table(2025), WorkingDays().table(2026)])
def test_a_table_is_written_in_words_that_give_the_same_days_again(table):
    again = table_from(row_of(table.year, lines_of(table.year, notice_of(table))), "通知")
    assert (set(again.off), again.worked) == (set(table.off), table.worked)


def test_two_festivals_that_meet_are_one_run_of_days():
    assert "国庆节、中秋：10月1日至10月8日" in notice_of(WorkingDays().table(2025)).splitlines()


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("元旦 1月1日", "没有写节日名称和冒号"),
        ("元旦：", "应正好写一段放假的日期"),
        ("元旦：1月1日至3日，2月5日至6日", "应正好写一段放假的日期"),
        ("春节：2月30日", "2026年没有2月30日"),
        ("国庆节：10月7日至1日", "10月1日早于10月7日"),
        ("国庆节：10月1日至12月7日", "超过16天"),
        ("国庆节：10月1日、3日、5日", "只写首尾两天"),
        ("元旦：1日", "没有写是几月"),
        ("元旦：1月1日（周五）", "2026年1月1日（周四）不是周五"),
        ("元旦：2025年1月1日", "不在 2026 年"),
        ("调休上班：1月5日", "1月5日（周一）本来就上班"),
        ("调休上班：待定", "没有写上班的日期"),
    ],
)
def test_a_line_that_cannot_be_right_is_told_alone(line: str, said: str):
    good, bad = lines_of(2026, f"劳动节：5月1日至5日\n\n{line}")
    assert good.fault is None
    assert bad.number == 3
    assert said in (bad.fault or "")


def test_a_festival_that_is_written_twice_is_told_at_the_second_line():
    first, second = lines_of(2026, "劳动节：5月1日至5日\n劳动节：5月1日")
    assert first.fault is None
    assert second.fault == "“劳动节”前面已经写过"
