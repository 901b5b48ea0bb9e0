"""Dates as Chinese pages show them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.dates import CHINA, CLAMPED, MISSING, dated

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
    ],
)
def test_a_shown_date_is_the_moment_that_a_reader_in_china_takes_it_for(shown: object, meant: str) -> None:
    read = dated(shown, NOW)
    assert (read.at.astimezone(CHINA).strftime("%Y-%m-%d %H:%M"), read.flag) == (meant, None)


@pytest.mark.parametrize("shown", ["2999-01-01", "2999年1月1日", "2026-03-05 10:26", "2026-03-06", "4102444800"])
def test_a_date_in_the_future_becomes_the_time_of_fetching_and_is_flagged(shown: str) -> None:
    assert dated(shown, NOW) == dated(None, NOW).__class__(NOW, CLAMPED)


def test_a_site_whose_clock_is_five_minutes_fast_is_not_flagged_for_it() -> None:
    read = dated("2026-03-05 10:25", NOW)
    assert (read.at, read.flag) == (NOW, None)


@pytest.mark.parametrize(
    "shown", [None, "", "很久以前", "2026-13-01", "2026年2月30日", "Mon, 99 Foo", "0000", [], True]
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
