"""Each source shows how it stands: read or not and since when, and today's posts beside its usual day."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from pipeline.notify import page_only
from pipeline.source_health import SourceHealth, Standing, source_states
from pipeline.source_watch import watch_sources
from regulation.source_health import source_health_rules
from storage.sources import Patrol
from storage.store import Store
from tests.crawlers.crawling import source

NOON = datetime(2026, 4, 10, 4, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
BBS = source("bbs", "https://bbs.example/rss", interval_seconds=600)


def shown(store: Store, now: datetime = NOON, **more: bool) -> SourceHealth:
    with store.reading() as t:
        (found,) = source_states(t, [BBS], now, **more)
    return found


def attempt(store: Store, at: datetime, outcome: str = "ok", new: int = 0) -> None:
    patrol = Patrol("bbs", at, at, outcome, new_posts=new)
    with store.transaction() as t:
        t.sources.attempted("bbs", at, at + 10 * MINUTE)
        if outcome == "ok":
            t.sources.answered("bbs", at, at + 10 * MINUTE, new)
        else:
            t.sources.failed("bbs", at, "打开的是登录页", 10 * MINUTE, HOUR)
        t.sources.log(patrol)
        t.source_days.count(patrol, outcome == "ok")


def test_a_source_that_was_never_tried_has_not_begun(store: Store):
    found = shown(store)
    assert (found.standing, found.badge, found.since, found.usual) == (Standing.NEW, "未开始", None, None)
    assert (found.name, found.kind, found.interval) == ("来源 bbs", "feed", 10 * MINUTE)


def test_a_source_that_answers_is_well_and_says_when_it_is_due(store: Store):
    attempt(store, NOON - MINUTE, new=3)
    found = shown(store)
    assert (found.standing, found.badge, found.since) == (Standing.GOOD, "正常", None)
    assert (found.last_answer_at, found.last_post_at, found.next_due_at) == (
        NOON - MINUTE,
        NOON - MINUTE,
        NOON + 9 * MINUTE,
    )


@pytest.mark.clause("H-41")
def test_a_source_whose_last_attempt_failed_says_since_when_nothing_was_read(store: Store):
    attempt(store, NOON - 20 * MINUTE)
    attempt(store, NOON - 10 * MINUTE, "timeout")
    found = shown(store)
    assert (found.standing, found.badge, found.failures) == (Standing.FAILING, "暂未应答", 1)
    assert (found.since, found.detail) == (NOON - 20 * MINUTE, "打开的是登录页")


@pytest.mark.clause("H-41")
def test_a_silent_source_shows_though_nobody_watches_the_sources(store: Store):
    attempt(store, NOON - 30 * MINUTE)
    found = shown(store)
    assert (found.standing, found.badge, found.since) == (Standing.UNREAD, "无应答", NOON - 30 * MINUTE)
    assert found.detail == "这段时间没有去采集"
    assert "没有应答" in found.wording


@pytest.mark.clause("H-41")
def test_a_source_that_never_answered_is_silent_from_its_first_attempt_on(store: Store):
    for minutes in (40, 30, 20):
        attempt(store, NOON - minutes * MINUTE, "timeout")
    found = shown(store)
    assert (found.standing, found.since) == (Standing.UNREAD, NOON - 40 * MINUTE)


@pytest.mark.clause("H-41")
def test_what_the_watch_found_shows_in_its_words(store: Store):
    attempt(store, NOON - 25 * MINUTE)
    attempt(store, NOON - 15 * MINUTE, "sign_in")
    attempt(store, NOON - 5 * MINUTE, "sign_in")
    watch_sources(store, [BBS], source_health_rules(), NOON, page_only)
    found = shown(store)
    assert (found.standing, found.badge) == (Standing.UNREAD, "要求登录")
    assert found.wording == "连续2次打开的都是登录页"


@pytest.mark.clause("H-41")
def test_posts_of_today_stand_beside_the_usual_day(store: Store):
    for day in range(20, 0, -1):
        attempt(store, NOON - day * DAY, new=10 + day)
    attempt(store, NOON - MINUTE, new=12)
    found = shown(store)
    assert found.today == 12
    assert found.usual is not None
    assert (found.usual.low, found.usual.high, found.usual.days) == (12, 28, 19)
    assert shown(store, days=False).usual is None


@pytest.mark.clause("H-41")
def test_an_unusually_busy_day_is_a_notice(store: Store):
    for day in range(20, 0, -1):
        attempt(store, NOON - day * DAY, new=20)
    attempt(store, NOON - MINUTE, new=90)
    assert watch_sources(store, [BBS], source_health_rules(), NOON, page_only) == 0
    found = shown(store)
    assert (found.standing, found.badge) == (Standing.NOTICE, "明显偏多")
    assert found.detail == "今日新帖90条，昨日20条，平日每天20至20条"


def test_a_source_that_is_left_alone_longer_at_present_has_longer_to_answer(store: Store):
    attempt(store, NOON - 40 * MINUTE)
    with store.transaction() as t:
        t.sources.answered("bbs", NOON - 40 * MINUTE, NOON, 0, interval_seconds=1200)
    assert shown(store).standing is Standing.GOOD
    assert shown(store, NOON + 20 * MINUTE).standing is Standing.UNREAD
