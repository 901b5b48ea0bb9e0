"""What a day's posts add up to stays the same when they go, and follows what people correct while they are there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from itertools import product
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from records.corrections import Verdict
from records.days import By, PostCount
from records.incidents import Member, SeverityChange
from records.posts import Reactions
from records.words import Category, Channel, Sentiment, Severity
from records.zone import CHINA
from storage.store import Store, Transaction
from storage.tables import post_day
from tests.storage.making import DAY, HOUR, NOON, assessment, incident, post
from tests.storage.test_migrations import taken_back

TICK = timedelta(microseconds=1)
MIDNIGHT = datetime(2026, 4, 9, 16, tzinfo=UTC)
"""The beginning of 10 April 2026 in China."""

FIRST, LAST = date(2026, 4, 8), date(2026, 4, 13)
MOMENTS = [MIDNIGHT + days * DAY + off for days, off in product(range(-2, 4), (-TICK, timedelta(), TICK, 9 * HOUR))]
READINGS = [None, *product(Sentiment, ("d1", None), (Category.EMERGENCY, Category.MISREADING, None))]


class Drawn(NamedTuple):
    """One post of an example, and how it is read."""

    seen_at: datetime
    channel: Channel
    reading: tuple[Sentiment, str | None, Category | None] | None
    copy: bool
    reactions: Reactions
    goes: int
    """0: it stays; 1 and 2: it goes the first or the second time."""


numbers = st.none() | st.integers(0, 10**6)
drawn = st.builds(
    Drawn,
    st.sampled_from(MOMENTS),
    st.sampled_from([Channel.FORUM, Channel.NEWS, Channel.HOTLINE]),
    st.sampled_from(READINGS),
    st.booleans(),
    st.builds(Reactions, numbers, numbers, numbers, numbers),
    st.integers(0, 2),
)


@contextmanager
def undone(store: Store) -> Iterator[Transaction]:
    """A transaction that leaves no trace: a store serves many examples."""
    with store.engine.connect() as connection, connection.begin() as begun:
        yield Transaction(connection)
        begun.rollback()


def keep(t: Transaction, one: Drawn, post_id: str) -> None:
    made = post(post_id, seen_at=one.seen_at, channel=one.channel, reactions=one.reactions)
    t.posts.add(made, NOON + one.goes * DAY if one.goes else NOON + 99 * DAY)
    if one.reading is not None:
        sentiment, record, category = one.reading
        read = {"sentiment": sentiment, "disclosure": record, "category": category}
        t.assessments.put(assessment(post_id, duplicate_of="elsewhere" if one.copy else None, **read), one.seen_at)


def recounted(posts: Iterable[Drawn], gone: int) -> list[PostCount]:
    """The same posts added up by hand, those that `goes` says are gone by then marked as such."""
    found: dict[tuple[Any, ...], list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for one in posts:
        sentiment, record, category = one.reading or (None, None, None)
        day = one.seen_at.astimezone(CHINA).date()
        if not FIRST <= day <= LAST:
            continue
        counts = found[day, one.channel, record, category, sentiment]
        counts[0] += 1
        counts[1] += one.reading is not None and not one.copy
        counts[2] += (one.reactions.comments or 0) + (one.reactions.reposts or 0) + (one.reactions.likes or 0)
        counts[3] += 0 < one.goes <= gone
    return [PostCount(*counts, *key) for key, counts in found.items()]


def sorted_by_all(counts: Sequence[PostCount]) -> list[PostCount]:
    return sorted(counts, key=lambda one: repr((one.day, one.channel, one.record, one.category, one.sentiment)))


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(posts=st.lists(drawn, max_size=12))
def test_the_days_equal_a_recount_before_posts_go_and_after(store: Store, posts: list[Drawn]):
    with undone(store) as t:
        for number, one in enumerate(posts):
            keep(t, one, f"p{number}")
        for gone in (0, 1, 2):
            t.posts.expire(NOON + gone * DAY)
            counted = t.post_days.counted(FIRST, LAST, By)
            assert sorted_by_all(counted) == sorted_by_all(recounted(posts, gone))
            assert t.posts.expire(NOON + gone * DAY) == 0
            assert t.post_days.counted(FIRST, LAST, By) == counted


@pytest.fixture
def three(store: Store) -> Store:
    """Two negative posts and a neutral one of 10 April, one of the negative ones a copy."""
    with store.transaction() as t:
        for number, (copy, sentiment) in enumerate(
            ((False, Sentiment.NEGATIVE), (True, Sentiment.NEGATIVE), (False, Sentiment.NEUTRAL))
        ):
            category = Category.PUBLIC_INTEREST if sentiment is Sentiment.NEGATIVE else None
            reading = (sentiment, "d1", category)
            keep(t, Drawn(MIDNIGHT + HOUR, Channel.FORUM, reading, copy, Reactions(likes=5), number % 2), f"p{number}")
    return store


def counted(store: Store, *by: By) -> list[PostCount]:
    with store.reading() as t:
        return t.post_days.counted(date(2026, 4, 10), date(2026, 4, 10), by)


def test_a_correction_changes_the_day_of_a_post_that_is_still_there_and_none_that_has_gone(three: Store):
    negative, neutral = Sentiment.NEGATIVE, Sentiment.NEUTRAL
    assert counted(three, By.SENTIMENT) == [
        PostCount(2, 1, 10, 0, sentiment=negative),
        PostCount(1, 1, 5, 0, sentiment=neutral),
    ]
    with three.transaction() as t:
        t.assessments.correct(["p0"], Verdict(neutral, None, None))
    assert [(one.sentiment, one.posts) for one in counted(three, By.SENTIMENT)] == [(negative, 1), (neutral, 2)]
    with three.transaction() as t:
        assert t.posts.expire(NOON + DAY) == 1
    with three.transaction() as t:
        t.assessments.correct(["p0", "p1", "p2"], Verdict(Sentiment.POSITIVE, None, None))
    gone, there = counted(three, By.SENTIMENT)
    assert gone == PostCount(1, 0, 5, 1, sentiment=negative)
    assert there == PostCount(2, 2, 10, 0, sentiment=Sentiment.POSITIVE)


def test_posts_of_an_incident_stay_and_count_as_posts_that_are_there(three: Store):
    with three.transaction() as t:
        gathering = t.incidents.start_gathering("d1", NOON)
        member = Member("p1", MIDNIGHT + HOUR, Channel.FORUM, Category.PUBLIC_INTEREST, "p0", 5, False)
        t.incidents.join(gathering.id, [(1, member)], NOON)
        t.incidents.open(incident(), gathering.id, SeverityChange(NOON, Severity.GENERAL, "voices_3"))
        assert t.posts.expire(NOON + 99 * DAY) == 2
    assert counted(three) == [PostCount(3, 2, 15, 2)]


def test_a_post_that_was_taken_off_its_page_goes_on_counting(three: Store):
    with three.transaction() as t:
        t.posts.gone("p2", "bbs", NOON)
        assert t.posts.expire(NOON, NOON) == 1
    assert counted(three, By.SENTIMENT)[1] == PostCount(1, 1, 5, 1, sentiment=Sentiment.NEUTRAL)


def test_a_day_without_posts_is_left_out(three: Store):
    with three.reading() as t:
        assert t.post_days.counted(date(2026, 4, 11), date(2026, 4, 12)) == []
        assert t.post_days.since() is None


def test_nothing_in_the_counts_can_tell_one_person_or_source_from_another():
    assert [column.name for column in post_day.primary_key] == [by.value for by in By]
    assert {column.name for column in post_day.columns} == {*By, "posts", "voices", "reactions"}
    assert set(By) == {"day", "channel", "record", "category", "sentiment"}


def test_a_desk_that_is_older_than_the_counts_says_since_when_they_are_whole(empty_url: str):
    store = Store(empty_url)
    store.migrate()
    taken_back(store, "0043")
    with store.transaction() as t:
        t.posts.add(post("p1", seen_at=MIDNIGHT - TICK), NOON)
        t.posts.add(post("p2", seen_at=MIDNIGHT), NOON)
    store.migrate()
    with store.reading() as t:
        assert t.post_days.since() == date(2026, 4, 10)
    store.close()
