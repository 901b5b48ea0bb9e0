"""Lengths of time are told to the minute; how long a plan waited for its start is told with every clock."""

from datetime import UTC, datetime, timedelta

import pytest

from records.spans import span, until_start

NOON = datetime(2026, 4, 10, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("length", "said"),
    [
        (timedelta(seconds=59), "不到1分"),
        (timedelta(seconds=60), "1分"),
        (timedelta(minutes=65), "1小时05分"),
        (timedelta(hours=24), "1天0小时"),
        (timedelta(hours=-1), "不到1分"),
    ],
)
def test_spans_are_told_to_the_minute(length: timedelta, said: str):
    assert span(length) == said


@pytest.mark.clause("H-42(3)")
@pytest.mark.parametrize(
    ("minutes", "said"), [(72, "1小时12分"), (0, "不到1分"), (60 * 26, "1天2小时"), (-1, "启动先于发现")]
)
def test_how_long_the_plan_waited_for_its_start(minutes: int, said: str):
    assert until_start(NOON, NOON + timedelta(minutes=minutes)) == said
