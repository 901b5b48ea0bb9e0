"""Working days on the Chinese calendar: the notices of several years, the ends of years, and years without a notice."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from regulation.working_days import BadCalendar, WorkingDays, YearTable, by_law, table_from, written_table

CALENDAR = WorkingDays()
# 国务院办公厅关于2026年部分节假日安排的通知
NOTICE_2026: dict[str, Any] = {
    "year": 2026,
    "holidays": {
        "元旦": [date(2026, 1, 1), date(2026, 1, 3)],
        "春节": [date(2026, 2, 15), date(2026, 2, 23)],
        "清明节": [date(2026, 4, 4), date(2026, 4, 6)],
        "劳动节": [date(2026, 5, 1), date(2026, 5, 5)],
        "端午节": [date(2026, 6, 19), date(2026, 6, 21)],
        "中秋节": [date(2026, 9, 25), date(2026, 9, 27)],
        "国庆节": [date(2026, 10, 1), date(2026, 10, 7)],
    },
    "workdays": [
        date(2026, 1, 4),
        date(2026, 2, 14),
        date(2026, 2, 28),
        date(2026, 5, 9),
        date(2026, 9, 20),
        date(2026, 10, 10),
    ],
}


def changed(**more: Any) -> dict[str, Any]:
    return NOTICE_2026 | more


@pytest.mark.clause("E-2(5)1")
@pytest.mark.parametrize(
    ("start", "count", "due"),
    [
        (date(2026, 3, 2), 10, date(2026, 3, 16)),  # two plain weeks
        (date(2026, 4, 28), 10, date(2026, 5, 14)),  # over Labour Day, 9 May made up
        (date(2026, 9, 30), 1, date(2026, 10, 8)),  # the eve of National Day
        (date(2026, 9, 19), 1, date(2026, 9, 20)),  # from a Saturday to a made-up Sunday
        (date(2026, 2, 13), 1, date(2026, 2, 14)),  # a made-up Saturday before Spring Festival
        (date(2026, 2, 14), 1, date(2026, 2, 24)),  # the longest days off
        (date(2025, 12, 31), 1, date(2026, 1, 4)),  # over a year's end
        (date(2024, 9, 13), 2, date(2024, 9, 18)),  # Mid-Autumn 2024: 14 September made up
    ],
)
def test_the_day_of_the_decision_does_not_count_and_days_off_do_not(start: date, count: int, due: date):
    assert CALENDAR.after(start, count).due == due


def test_a_count_ends_with_its_last_day_in_china():
    assert CALENDAR.after(date(2026, 3, 2), 10).due_at == datetime(2026, 3, 16, 16, tzinfo=UTC)


def test_a_count_shows_every_run_of_days():
    assert CALENDAR.after(date(2026, 4, 28), 10).explained() == (
        "自2026年4月28日（周二）起 10 个工作日（当日不计）",
        "4月29日—4月30日：第 1—2 个工作日",
        "5月1日—5月5日：不计（劳动节）",
        "5月6日—5月9日：第 3—6 个工作日（5月9日调休上班）",
        "5月10日：不计（双休日）",
        "5月11日—5月14日：第 7—10 个工作日",
        "2026年5月14日（周四） 24:00 前完成",
    )


def test_a_count_into_a_year_without_a_notice_says_that_it_may_change():
    counted = CALENDAR.after(date(2026, 12, 28), 10)
    assert not counted.confirmed
    assert "2027 年的放假安排尚未导入" in counted.explained()[-1]
    assert CALENDAR.after(date(2026, 12, 1), 5).confirmed


# 国务院令第795号（2024年）第二条: 除夕 and the first three days, 清明, 端午 and 中秋 by the moon; dates of 2027 from an almanac.
def test_without_a_notice_the_days_off_are_those_of_the_law():
    assert by_law(2027).off == {
        date(2027, 1, 1): "元旦",
        date(2027, 2, 5): "春节",
        date(2027, 2, 6): "春节",
        date(2027, 2, 7): "春节",
        date(2027, 2, 8): "春节",
        date(2027, 4, 5): "清明节",
        date(2027, 5, 1): "劳动节",
        date(2027, 5, 2): "劳动节",
        date(2027, 6, 9): "端午节",
        date(2027, 9, 15): "中秋节",
        date(2027, 10, 1): "国庆节",
        date(2027, 10, 2): "国庆节",
        date(2027, 10, 3): "国庆节",
    }


@pytest.mark.parametrize("year", range(2025, 2027))
def test_the_law_gives_no_day_off_that_the_notice_does_not_give(year: int):
    assert by_law(year).off.keys() <= CALENDAR.table(year).off.keys()


@pytest.mark.parametrize(
    ("today", "missing"),
    [(date(2026, 10, 17), []), (date(2026, 10, 18), [2027]), (date(2026, 12, 31), [2027]), (date(2027, 1, 1), [2027])],
)
def test_a_year_without_a_notice_is_told_of_75_days_before_it_begins(today: date, missing: list[int]):
    assert CALENDAR.missing(today) == missing


def test_the_notice_as_people_write_it_is_the_published_one():
    written, published = table_from(NOTICE_2026, "测试"), CALENDAR.table(2026)
    assert set(written.off) == set(published.off)
    assert written.worked == published.worked


def test_an_imported_year_comes_before_the_published_one_and_is_certain():
    moved = table_from(changed(workdays=[date(2026, 5, 10)]), "测试")
    calendar = WorkingDays({2026: moved})
    assert calendar.after(date(2026, 4, 28), 10).due == date(2026, 5, 14)
    assert calendar.day(date(2026, 5, 10)).why == "调休上班"
    assert not calendar.day(date(2026, 5, 9)).worked
    assert calendar.missing(date(2026, 3, 1)) == []


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (None, "整个表"),
        ({"year": 2026}, "holidays"),
        (changed(year="二〇二六"), "year"),
        (changed(extra=1), "extra"),
        (changed(year=2025), "不在 2025 年"),
        (changed(workdays=[date(2026, 5, 3)]), "既写了放假又写了上班"),
        (changed(workdays=[date(2026, 5, 6)]), "本来就上班"),
        (changed(holidays={**NOTICE_2026["holidays"], "国庆节": [date(2026, 10, 1), date(2026, 10, 2)]}), "10月3日"),
        (changed(holidays={key: days for key, days in NOTICE_2026["holidays"].items() if key != "端午节"}), "端午"),
        (changed(holidays={**NOTICE_2026["holidays"], "国庆节": [date(2026, 10, 7), date(2026, 10, 1)]}), "首尾两天"),
        (changed(holidays={**NOTICE_2026["holidays"], "国庆节": []}), "首尾两天"),
        (changed(holidays={**NOTICE_2026["holidays"], "国庆节": [date(2026, 10, 1), date(2026, 12, 7)]}), "首尾两天"),
        (changed(holidays={**NOTICE_2026["holidays"], "国庆节": ["十月一日"]}), "holidays"),
    ],
)
def test_a_table_that_cannot_be_right_is_refused_with_the_place(row: Any, said: str):
    with pytest.raises(BadCalendar, match=said):
        table_from(row, "测试")


@pytest.mark.parametrize("count", [0, -1, 2001])
def test_a_count_out_of_bounds_is_an_error(count: int):
    with pytest.raises(ValueError, match="from 1 to 2000"):
        CALENDAR.after(date(2026, 3, 2), count)


def test_counts_over_five_years_are_those_of_a_day_by_day_walk():
    day, counted = date(2022, 1, 1), 0
    for n in range(1, 1200):
        day += timedelta(days=1)
        counted += CALENDAR.day(day).worked
        if CALENDAR.day(day).worked and n % 97 == 0:
            assert CALENDAR.after(date(2022, 1, 1), counted).due == day


@pytest.mark.parametrize("table", [by_law(2027), WorkingDays().table(2026)])
def test_a_table_can_be_written_out_and_taken_in_again(table: YearTable):
    again = table_from(written_table(table.written()), "x")
    assert (dict(again.off), again.worked) == (dict(table.off), table.worked)


def test_days_off_are_shown_as_the_notice_writes_them():
    assert WorkingDays().table(2026).holidays()[:2] == [
        ("元旦", date(2026, 1, 1), date(2026, 1, 3)),
        ("春节", date(2026, 2, 15), date(2026, 2, 23)),
    ]


@pytest.mark.parametrize("text", ["year: [", "holidays: {a: [2027-02-30]}"])
def test_a_text_that_is_no_table_is_refused_in_a_line(text: str):
    with pytest.raises(BadCalendar, match="不是正确的 YAML"):
        written_table(text)
