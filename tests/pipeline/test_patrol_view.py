"""The patrol log of a day: every source in every watch period, what came, and what nobody can know."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from pipeline.patrol_view import PatrolDay, patrol_day
from records.people import Person
from records.words import Role
from regulation.source_health import source_health_rules
from regulation.watch_periods import Patrolled, watch_periods
from storage.sources import Patrol
from storage.store import Store
from tests.crawlers.crawling import source

MIDNIGHT = datetime(2026, 4, 9, 16, 0, tzinfo=UTC)
DAY = date(2026, 4, 10)
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
OFFICER = Person("wangfang", "王芳", Role.OFFICE)
SOURCES = [source(name, f"https://{name}.example/rss", interval_seconds=600) for name in ("bbs", "news", "new")]


def attempts(store: Store, name: str, begin: datetime, end: datetime, outcome: str = "ok", new: int = 0) -> None:
    """An attempt every ten minutes from `begin` until before `end`."""
    with store.transaction() as t:
        at = begin
        while at < end:
            patrol = Patrol(name, at, at, outcome, new_posts=new)
            t.sources.log(patrol)
            t.source_days.count(patrol, outcome == "ok")
            at += 10 * MINUTE


def shown(store: Store, now: datetime = MIDNIGHT + 48 * HOUR) -> PatrolDay:
    with store.reading() as t:
        found = patrol_day(t, OFFICER, SOURCES, DAY, now, watch_periods(), source_health_rules())
    assert found is not None
    return found


def row(found: PatrolDay, name: str) -> list[str]:
    (reports,) = [row.reports for row in found.rows if row.id == name]
    return [report.patrolled.label for report in reports]


@pytest.mark.clause("H-41")
def test_every_source_stands_in_every_period_with_what_became_of_it(store: Store):
    attempts(store, "bbs", MIDNIGHT - 24 * HOUR, MIDNIGHT)
    attempts(store, "bbs", MIDNIGHT, MIDNIGHT + 8 * HOUR, new=1)
    attempts(store, "bbs", MIDNIGHT + 8 * HOUR, MIDNIGHT + 16 * HOUR)
    attempts(store, "news", MIDNIGHT - 24 * HOUR, MIDNIGHT + 8 * HOUR, "timeout")
    found = shown(store)
    assert [period.label for period in found.periods] == ["00:00–08:00", "08:00–16:00", "16:00–24:00"]
    assert row(found, "bbs") == ["已巡查，有新帖", "已巡查，无新帖", "未巡查"]
    assert row(found, "news") == ["无应答", "未巡查", "未巡查"]
    night = found.rows[0].reports[0]
    assert night.tally is not None
    assert (night.tally.answers, night.tally.attempts, night.tally.new_posts) == (48, 48, 48)
    assert found.new_posts(0) == 48
    assert found.count(0, Patrolled.NEW_POSTS, Patrolled.NOTHING_NEW) == 1
    assert found.count(2, Patrolled.NOT_PATROLLED) == 3


@pytest.mark.clause("H-41")
def test_the_last_attempt_before_eight_is_the_night_s_and_the_one_at_eight_the_day_s(store: Store):
    attempts(store, "bbs", MIDNIGHT + 8 * HOUR - 10 * MINUTE, MIDNIGHT + 8 * HOUR + MINUTE, new=1)
    found = shown(store)
    assert [report.tally.attempts if report.tally else 0 for report in found.rows[0].reports] == [1, 1, 0]


@pytest.mark.clause("H-41")
def test_hours_in_which_the_desk_did_not_run_are_told_from_hours_without_an_answer(store: Store):
    attempts(store, "bbs", MIDNIGHT, MIDNIGHT + 2 * HOUR)
    attempts(store, "bbs", MIDNIGHT + 5 * HOUR, MIDNIGHT + 8 * HOUR)
    attempts(store, "news", MIDNIGHT, MIDNIGHT + 2 * HOUR)
    attempts(store, "news", MIDNIGHT + 2 * HOUR, MIDNIGHT + 5 * HOUR, "timeout")
    attempts(store, "news", MIDNIGHT + 5 * HOUR, MIDNIGHT + 8 * HOUR)
    bbs, news = (one.reports[0] for one in shown(store).rows[:2])
    assert (bbs.gap, bbs.unattended) == (3 * HOUR + 10 * MINUTE, True)
    assert (news.gap, news.unattended) == (3 * HOUR + 10 * MINUTE, False)


def test_periods_that_have_not_come_are_not_missed(store: Store):
    attempts(store, "bbs", MIDNIGHT, MIDNIGHT + 9 * HOUR)
    assert row(shown(store, MIDNIGHT + 9 * HOUR), "bbs") == ["已巡查，无新帖", "已巡查，无新帖", "未到"]


def test_a_source_that_came_at_three_in_the_afternoon_is_not_missed_before(store: Store):
    attempts(store, "new", MIDNIGHT + 15 * HOUR, MIDNIGHT + 16 * HOUR)
    assert row(shown(store), "new") == ["尚未纳入", "已巡查，无新帖", "未巡查"]
    new = next(one for one in shown(store).rows if one.id == "new")
    assert new.reports[1].gap is None


def test_a_source_that_is_read_no_more_keeps_its_place_in_the_log(store: Store):
    attempts(store, "old", MIDNIGHT, MIDNIGHT + 8 * HOUR, new=1)
    last = shown(store).rows[-1]
    assert (last.id, last.interval) == ("old", None)
    assert [report.patrolled for report in last.reports[1:]] == [Patrolled.UNKNOWN_THEN] * 2
