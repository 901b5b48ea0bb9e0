"""Dates as Chinese pages show them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.dates import CLAMPED, MISSING, dated
from records.zone import CHINA

NOW = datetime(2026, 3, 5, 10, 20, tzinfo=CHINA)


@pytest.mark.parametrize(
    ("shown", "meant"),
    [
        ("刚刚", "2026-03-05 10:20"),
        ("30秒前", "2026-03-05 10:19"),
        ("5分钟前", "2026-03-05 10:15"),
        ("半小时前", "2026-03-05 09:50"),
        ("3小时前", "2026-03-05 07:20"),
        ("2天前", "2026-03-03 10:20"),
        ("1个月前", "2026-02-03 10:20"),
        ("今天 09:00", "2026-03-05 09:00"),
        ("昨天 12:30", "2026-03-04 12:30"),
        ("昨天", "2026-03-04 00:00"),
        ("前天下午3点20分", "2026-03-03 15:20"),
        ("2026年3月5日 10:20", "2026-03-05 10:20"),
        ("2026年3月4日", "2026-03-04 00:00"),
        ("03-05", "2026-03-05 00:00"),
        ("3月4日 8:05", "2026-03-04 08:05"),
        ("12-31 23:59", "2025-12-31 23:59"),
        ("2月29日", "2024-02-29 00:00"),
        ("26-03-04 11:11", "2026-03-04 11:11"),
        ("2026/3/4 9:05:01", "2026-03-04 09:05"),
        ("来源：本站 2026.3.4", "2026-03-04 00:00"),
        ("发布时间：2026-03-04 上午9:30", "2026-03-04 09:30"),
        ("2026-03-04 凌晨12:10", "2026-03-04 00:10"),
        ("２０２６年３月４日　８：０５", "2026-03-04 08:05"),
        ("10:05", "2026-03-05 10:05"),
        ("23:50", "2026-03-04 23:50"),
        ("20260304", "2026-03-04 00:00"),
        ("20260304101112", "2026-03-04 10:11"),
        ("2026-03-04T10:20:00+08:00", "2026-03-04 10:20"),
        ("2026-03-04T02:20:00Z", "2026-03-04 10:20"),
        ("2026-03-04 10:20:30", "2026-03-04 10:20"),
        ("Wed, 04 Mar 2026 02:20:00 GMT", "2026-03-04 10:20"),
        ("1772590800", "2026-03-04 10:20"),
        (1772590800000, "2026-03-04 10:20"),
        # Counted back, in digits and in words
        ("1分钟内", "2026-03-05 10:20"),
        ("刚才", "2026-03-05 10:20"),
        ("一分钟前", "2026-03-05 10:19"),
        ("十分钟前", "2026-03-05 10:10"),
        ("二十五分钟前", "2026-03-05 09:55"),
        ("一小时前", "2026-03-05 09:20"),
        ("一个小时前", "2026-03-05 09:20"),
        ("一个半小时前", "2026-03-05 08:50"),
        ("1小时以前", "2026-03-05 09:20"),
        ("两天前", "2026-03-03 10:20"),
        ("三天前", "2026-03-02 10:20"),
        ("半天前", "2026-03-04 22:20"),
        ("2天前 12:30", "2026-03-03 12:30"),
        ("十二天前", "2026-02-21 10:20"),
        ("一周前", "2026-02-26 10:20"),
        ("2星期前", "2026-02-19 10:20"),
        ("两个月前", "2026-01-04 10:20"),
        ("半年前", "2025-09-03 22:20"),
        ("1年前", "2025-03-05 10:20"),
        ("3 hours ago", "2026-03-05 07:20"),
        ("a day ago", "2026-03-04 10:20"),
        ("发布于3小时前 · 来自手机", "2026-03-05 07:20"),
        # Days by name
        ("今天9点", "2026-03-05 09:00"),
        ("今早8点半", "2026-03-05 08:30"),
        ("昨晚9点", "2026-03-04 21:00"),
        ("昨夜11点20", "2026-03-04 23:20"),
        ("昨日08:00", "2026-03-04 08:00"),
        ("前天", "2026-03-03 00:00"),
        ("大前天 06:00", "2026-03-02 06:00"),
        ("yesterday 21:05", "2026-03-04 21:05"),
        ("今日头条 03-02 10:15", "2026-03-02 10:15"),
        ("周三 21:00", "2026-03-04 21:00"),
        ("星期三", "2026-03-04 00:00"),
        ("周四 09:00", "2026-03-05 09:00"),
        ("周四 11:00", "2026-02-26 11:00"),
        ("星期五 18:30", "2026-02-27 18:30"),
        ("上周三 18:30", "2026-02-25 18:30"),
        ("上周日", "2026-03-01 00:00"),
        ("礼拜天 7:00", "2026-03-01 07:00"),
        # Without the year, and at its turn
        ("03-05 09:59", "2026-03-05 09:59"),
        ("03-06", "2025-03-06 00:00"),
        ("3月5日 上午9点", "2026-03-05 09:00"),
        ("3月4日 下午3点", "2026-03-04 15:00"),
        ("3月4号下午三点半", "2026-03-04 15:30"),
        ("12月31日", "2025-12-31 00:00"),
        ("1月1日 0:05", "2026-01-01 00:05"),
        ("1/2 10:00", "2026-01-02 10:00"),
        # In full, written in every way
        ("2026-3-5 9:5", "2026-03-05 09:05"),
        ("2026年03月05日09时05分", "2026-03-05 09:05"),
        ("2026年3月5日（星期四）上午10:05", "2026-03-05 10:05"),
        ("2026-03-04 星期三 20:15:09", "2026-03-04 20:15"),
        ("发布于 2026-03-04 来源：早间8点新闻台", "2026-03-04 00:00"),
        ("发布时间：2026年3月4日 来源：本站 浏览：1024", "2026-03-04 00:00"),
        ("二〇二六年三月四日", "2026-03-04 00:00"),
        ("二○二六年三月四日", "2026-03-04 00:00"),
        ("二零二五年十二月三十一日", "2025-12-31 00:00"),
        ("二〇二五年十一月二十日 上午八点", "2025-11-20 08:00"),
        ("2026年三月四日", "2026-03-04 00:00"),
        ("26/3/4", "2026-03-04 00:00"),
        ("26.3.4 08:00", "2026-03-04 08:00"),
        ("3/4/2026", "2026-03-04 00:00"),
        ("25/12/2025", "2025-12-25 00:00"),
        ("2026 - 03 - 04", "2026-03-04 00:00"),
        ("[2026-03-04]", "2026-03-04 00:00"),
        ("2026-03-01-08:00:00", "2026-03-01 08:00"),
        ("2026-03-04 上午12点", "2026-03-04 12:00"),
        ("2026-03-04 中午12点半", "2026-03-04 12:30"),
        ("2026-03-04 下午12:30", "2026-03-04 12:30"),
        ("2026-03-04 晚上12点", "2026-03-05 00:00"),
        ("2026-03-04 凌晨1点", "2026-03-04 01:00"),
        ("2026-03-04 8:05 PM", "2026-03-04 20:05"),
        ("2026-03-04 25:99", "2026-03-04 00:00"),
        ("March 4, 2026", "2026-03-04 00:00"),
        ("Posted on Mar 4th, 2026 9:05 a.m.", "2026-03-04 09:05"),
        ("4 March 2026", "2026-03-04 00:00"),
        # The lunar calendar names no day of this one
        ("农历正月十七 2026-03-04", "2026-03-04 00:00"),
        # Standards, and what sites make of them
        ("2026-03-04T10:20:00.123456+08:00", "2026-03-04 10:20"),
        ("2026-03-04T10:20:00+0800", "2026-03-04 10:20"),
        ("2026-03-04 10:20:00 +0800", "2026-03-04 10:20"),
        ("2026-03-04T02:20Z", "2026-03-04 10:20"),
        ("2026-03-04 02:20:00 UTC", "2026-03-04 10:20"),
        ("2026-03-04 02:20:00 GMT", "2026-03-04 10:20"),
        ("20260304T022000Z", "2026-03-04 10:20"),
        ("20260304T102000", "2026-03-04 10:20"),
        ("Wed, 04 Mar 2026 10:20:00 +0800", "2026-03-04 10:20"),
        ("Wed, 4 Mar 2026 10:20:00", "2026-03-04 10:20"),
        ("04 Mar 2026 10:20:00 CST", "2026-03-04 10:20"),
        ("Wed Mar 04 10:20:00 +0800 2026", "2026-03-04 10:20"),
        ("Wed Mar 04 10:20:00 CST 2026", "2026-03-04 10:20"),
        ("周三, 04 Mar 2026 10:20:00 +0800", "2026-03-04 10:20"),
        ("星期三，04 三月 2026 10:20:00 +0800", "2026-03-04 10:20"),
        ("周三, 04 3月 2026 02:20:00 GMT", "2026-03-04 10:20"),
        ("周四, 25 十二月 2025 10:20:00 +0800", "2025-12-25 10:20"),
        ("1772590800000", "2026-03-04 10:20"),
        ("1772590800123456", "2026-03-04 10:20"),
        (1772590800.5, "2026-03-04 10:20"),
    ],
)
def test_a_shown_date_is_the_moment_that_a_reader_in_china_takes_it_for(shown: object, meant: str) -> None:
    read = dated(shown, NOW)
    assert (read.at.astimezone(CHINA).strftime("%Y-%m-%d %H:%M"), read.flag) == (meant, None)


@pytest.mark.parametrize(
    "shown", ["2999-01-01", "2999年1月1日", "2026-03-05 10:26", "2026-03-06", "4102444800", "今天 23:00", "今晚8点"]
)
def test_a_date_in_the_future_becomes_the_time_of_fetching_and_is_flagged(shown: str) -> None:
    assert dated(shown, NOW) == dated(None, NOW).__class__(NOW, CLAMPED)


def test_a_site_whose_clock_is_five_minutes_fast_is_not_flagged_for_it() -> None:
    read = dated("2026-03-05 10:25", NOW)
    assert (read.at, read.flag) == (NOW, None)


@pytest.mark.parametrize(
    "shown",
    [
        *(None, "", "很久以前", "2026-13-01", "2026年2月30日", "Mon, 99 Foo", "0000", [], True),
        *("农历正月十七", "目前天气", "1970-01-01", "阅读 1024", "第3版", "13/13/2026", "-", "周八", "31 Foo 2026"),
        *(float("inf"), float("-inf"), float("nan"), 10**400, "9" * 400),
    ],
)
def test_where_no_date_can_be_read_the_time_of_fetching_stands_for_it_and_is_flagged(shown: object) -> None:
    read = dated(shown, NOW)
    assert (read.at, read.flag) == (NOW, MISSING)


def test_midnight_in_china_not_in_utc_ends_the_day() -> None:
    just_after_midnight = datetime(2026, 3, 4, 16, 5, tzinfo=UTC)
    assert dated("昨天 23:00", just_after_midnight).at == datetime(2026, 3, 4, 23, 0, tzinfo=CHINA)


@given(st.one_of(st.text(max_size=60), st.floats(allow_nan=True), st.integers()))
def test_nothing_that_a_page_can_show_raises_or_lies_in_the_future(shown: object) -> None:
    assert dated(shown, NOW).at <= NOW


@given(st.datetimes(min_value=datetime(2000, 1, 1), max_value=datetime(2026, 3, 5)))  # noqa: DTZ001
def test_any_minute_written_out_is_read_back(written: datetime) -> None:
    at = written.replace(second=0, microsecond=0, tzinfo=CHINA)
    shown = f"{at.year}年{at.month}月{at.day}日 {at.hour:02}:{at.minute:02}"
    assert dated(shown, NOW).at - at == timedelta()


PLAIN_DAYS = st.datetimes(min_value=datetime(2018, 1, 1), max_value=datetime(2026, 3, 4))  # noqa: DTZ001
NUMERALS = "〇一二三四五六七八九"


def in_chinese(number: int) -> str:
    """A number below a hundred as it is said."""
    tens, ones = divmod(number, 10)
    return f"{'' if tens == 1 else NUMERALS[tens]}十{NUMERALS[ones] if ones else ''}" if tens else NUMERALS[ones]


@given(PLAIN_DAYS)
def test_any_day_is_read_back_from_every_way_of_writing_it(written: datetime) -> None:
    at = written.replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=CHINA)
    year, month, day = at.year, at.month, at.day
    ways = (
        f"{year}-{month:02}-{day:02}",
        f"{year}/{month}/{day}",
        f"{year}.{month}.{day}",
        f"{year}年{month}月{day}日",
        f"{year} 年 {month} 月 {day} 日",
        f"{''.join(NUMERALS[int(digit)] for digit in str(year))}年{in_chinese(month)}月{in_chinese(day)}日",
        f"{at:%Y%m%d}",
        f"{at:%B} {day}, {year}",
        f"{day} {at:%b} {year}",
        f"{year % 100:02}-{month:02}-{day:02}",
        f"来源：本站 发布时间：{year}-{month:02}-{day:02} 点击：3021",
    )
    assert {way: dated(way, NOW).at for way in ways} == dict.fromkeys(ways, at)


@given(st.datetimes(min_value=datetime(2016, 1, 1), max_value=datetime(2026, 12, 31)), st.integers(0, 364))  # noqa: DTZ001
def test_a_day_without_its_year_is_the_last_one_of_that_name(fetched: datetime, days: int) -> None:
    now = fetched.replace(tzinfo=CHINA)
    day = (now - timedelta(days=days)).replace(hour=0, minute=0, second=0, microsecond=0)
    if (day.month, day.day) != (2, 29):
        assert dated(f"{day.month:02}-{day.day:02}", now).at == day
        assert dated(f"{day.month}月{day.day}日", now).at == day


@given(st.integers(1, 59), st.sampled_from([("分钟", 60), ("小时", 3600), ("天", 86400), ("周", 604800)]))
def test_digits_and_words_count_back_alike(number: int, unit: tuple[str, int]) -> None:
    name, seconds = unit
    meant = NOW - timedelta(seconds=number * seconds)
    assert dated(f"{number}{name}前", NOW).at == meant
    assert dated(f"{in_chinese(number)}{name}前", NOW).at == meant


@given(st.datetimes(min_value=datetime(2000, 1, 1), max_value=datetime(2026, 12, 31)), st.text(max_size=30))  # noqa: DTZ001
def test_whatever_stands_around_a_date_it_is_never_later_than_the_time_of_fetching(at: datetime, around: str) -> None:
    for shown in (f"{around}{at.month}-{at.day} {at.hour}:{at.minute}", f"{at:%Y-%m-%d} {around}", f"{around}前"):
        assert dated(shown, NOW).at <= NOW


def test_the_clocks_of_summers_long_ago_change_nothing() -> None:
    # China had summer time from 1986 to 1991.
    at = dated("1991年7月1日 12:00", NOW).at
    assert at.astimezone(CHINA).hour == 12
