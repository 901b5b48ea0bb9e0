"""How the town's sites write a moment."""

from datetime import UTC, datetime, timedelta

from samples.town.dates import feed_date, forum_date, iso_date, news_date, official_date

AT = datetime(2026, 11, 22, 16, 5, 9, tzinfo=UTC)  # 00:05:09 of the 23rd in Shanghai


def test_a_forum_says_how_long_ago_within_a_day_and_then_the_date() -> None:
    said = [
        forum_date(AT, AT + age)
        for age in (
            timedelta(seconds=59),
            timedelta(seconds=60),
            timedelta(minutes=59, seconds=59),
            timedelta(hours=1),
            timedelta(hours=23, minutes=59),
            timedelta(hours=24),
        )
    ]
    assert said == ["刚刚", "1分钟前", "59分钟前", "1小时前", "23小时前", "2026-11-23 00:05"]


def test_each_other_site_has_its_own_way_in_beijing_time() -> None:
    assert news_date(AT) == "2026年11月23日 00:05"
    assert official_date(AT) == "2026-11-23"
    assert feed_date(AT) == "Mon, 23 Nov 2026 00:05:09 +0800"
    assert iso_date(AT) == "2026-11-23T00:05:09+08:00"
