"""Whether reaction calmed down after an answer."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from casework.incidents.calming import Calming, Turn, calming
from regulation.calming import calming_rules
from tests.pipeline.known_answers import HOUR, NOON

RULES = calming_rules()
BEFORE = [NOON - timedelta(minutes=30) * number for number in range(1, 9)]
"""Eight posts in the four hours before noon."""


def after(posts: int, hours: int = 4) -> list[datetime]:
    return [NOON + hours * HOUR * (number + 1) / (posts + 1) for number in range(posts)]


def found(posts: list[datetime], hours: float = 4, heard: tuple[tuple[datetime, bool], ...] = ()) -> Calming:
    return calming(NOON, NOON + hours * HOUR, posts, heard, RULES)


@pytest.mark.parametrize(
    ("posts", "turn"), [(0, Turn.CALMER), (4, Turn.CALMER), (5, Turn.ALIKE), (9, Turn.ALIKE), (10, Turn.WORSE)]
)
def test_half_the_posts_per_hour_or_fewer_are_calmer_and_a_fifth_more_are_worse(posts: int, turn: Turn):
    course = found(BEFORE + after(posts))
    assert course.turn is turn
    assert (course.before.per_hour, course.after.per_hour) == (2, posts / 4)


def test_soon_after_the_answer_nothing_is_said():
    assert found(BEFORE, 1.99).turn is Turn.TOO_EARLY
    assert found(BEFORE, 2).turn is Turn.CALMER


def test_the_stretch_before_begins_with_the_first_post_and_is_a_day_at_most():
    assert found(BEFORE).before.since == NOON - 4 * HOUR
    old = found([NOON - 90 * HOUR, *BEFORE])
    assert (old.before.since, old.before.posts) == (NOON - 24 * HOUR, 8)


def test_the_stretch_after_is_a_day_at_most():
    course = found([*BEFORE, NOON + 25 * HOUR], 72)
    assert (course.after.until, course.after.posts) == (NOON + 24 * HOUR, 0)


def test_a_post_of_the_very_moment_of_the_answer_belongs_before_it():
    course = found([NOON - HOUR, NOON])
    assert (course.before.posts, course.after.posts) == (2, 0)


def test_the_negative_share_is_of_all_that_was_said_about_the_matter():
    heard = ((NOON - HOUR, True), (NOON - HOUR / 2, False), (NOON + HOUR, False))
    course = found(BEFORE, heard=heard)
    assert (course.before.negative_share, course.after.negative_share) == (0.5, 0.0)
    assert found(BEFORE).after.negative_share is None


@pytest.mark.parametrize("posts", [after(3), [], [NOON - HOUR / 20, *after(16)]])
def test_a_quick_answer_is_not_praised_by_the_minutes_before_it(posts: list[datetime]):
    assert found(posts).turn is Turn.INCOMPARABLE
