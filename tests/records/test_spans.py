"""Lengths of time are told to the minute; how long a plan waited for its start is told with every clock."""

from datetime import UTC, datetime, timedelta

import pytest

from records.spans import lasting, span, to_the_minute, until_start

NOON = datetime(2026, 4, 10, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("length", "said"),
    [
        (timedelta(seconds=59), "不到1分钟"),
        (timedelta(seconds=60), "1分钟"),
        (timedelta(minutes=65), "1小时5分钟"),
        (timedelta(hours=2), "2小时"),
        (timedelta(hours=48), "48小时"),
        (timedelta(hours=72, seconds=-1), "71小时59分钟"),
        (timedelta(hours=72), "3天"),
        (timedelta(days=9, hours=15, minutes=59), "9天15小时"),
        (timedelta(hours=-1), "不到1分钟"),
    ],
)
def test_spans_are_told_to_the_minute(length: timedelta, said: str):
    assert span(length) == said


@pytest.mark.parametrize(("seconds", "said"), [(29, "不到1分钟"), (1798, "30分钟"), (1829, "30分钟"), (1830, "31分钟")])
def test_what_is_told_a_moment_late_is_told_by_the_nearest_minute(seconds: int, said: str):
    assert span(to_the_minute(timedelta(seconds=seconds))) == said


@pytest.mark.clause("H-42(3)")
@pytest.mark.parametrize(
    ("minutes", "said"), [(72, "1小时12分钟"), (0, "不到1分钟"), (60 * 26, "26小时"), (-1, "启动先于发现")]
)
def test_how_long_the_plan_waited_for_its_start(minutes: int, said: str):
    assert until_start(NOON, NOON + timedelta(minutes=minutes)) == said


@pytest.mark.parametrize(("seconds", "said"), [(0, "0秒"), (59, "59秒"), (60, "1分钟"), (822, "13分钟")])
def test_what_has_lasted_below_a_minute_is_told_in_seconds(seconds: int, said: str):
    assert lasting(timedelta(seconds=seconds)) == said
