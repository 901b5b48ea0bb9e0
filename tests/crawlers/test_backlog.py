"""What stood on a source long before it was first read is told from what is news there."""

from __future__ import annotations

from datetime import datetime, timedelta

from crawlers.backlog import Beginning
from crawlers.jobs import Found
from records.posts import Reactions
from tests.crawlers.crawling import NOON

DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)


def found(name: str, at: datetime = NOON, *flags: str, answers: str | None = None) -> Found:
    return Found("a", name, "forum", None, None, "文", at, Reactions(), answers, flags)


def test_in_the_first_reading_what_is_older_than_a_day_is_backlog() -> None:
    beginning = Beginning(NOON, None, DAY)
    assert beginning.is_backlog(found("old", NOON - DAY - SECOND))
    assert not beginning.is_backlog(found("recent", NOON - DAY))


def test_what_comes_to_light_within_a_day_of_the_first_answer_is_measured_by_that_answer() -> None:
    later = Beginning(NOON, NOON - DAY + SECOND, DAY)
    assert later.is_backlog(found("old", NOON - 2 * DAY))
    assert not later.is_backlog(found("posted before the first answer", NOON - 2 * DAY + SECOND))


def test_a_day_after_the_first_answer_nothing_is_backlog_any_more() -> None:
    assert not Beginning(NOON, NOON - DAY, DAY).is_backlog(found("old", NOON - 300 * DAY))


def test_without_a_span_nothing_is_backlog() -> None:
    assert not Beginning(NOON, None, timedelta()).is_backlog(found("old", NOON - 300 * DAY))


def test_a_post_without_a_date_is_backlog_in_the_very_first_reading_alone() -> None:
    for flag in ("date_missing", "date_clamped"):
        assert Beginning(NOON, None, DAY).is_backlog(found("p", NOON, flag))
        assert not Beginning(NOON, NOON - SECOND, DAY).is_backlog(found("p", NOON, flag))


def test_an_answer_without_a_date_is_no_older_than_the_post_that_it_answers() -> None:
    beginning = Beginning(NOON, None, DAY)
    assert not beginning.is_backlog(found("recent", NOON - SECOND))
    assert not beginning.is_backlog(found("r1", NOON, "date_missing", answers="recent"))
    assert not beginning.is_backlog(found("r2", NOON, "date_missing", answers="r1"))
    assert beginning.is_backlog(found("old", NOON - 2 * DAY))
    assert beginning.is_backlog(found("r3", NOON, "date_missing", answers="old"))
