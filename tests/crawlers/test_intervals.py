"""How long a source is left alone: within bounds whatever happens, and better spent than at a fixed interval."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from crawlers.intervals import next_interval

DAY = 86400.0
SECONDS = st.floats(1, 7 * DAY)


@given(SECONDS, st.lists(st.integers(0, 10_000), min_size=1, max_size=60), st.floats(1, 600), st.floats(1, 10))
def test_whatever_comes_no_interval_is_outside_its_bounds(
    row: float, found: Sequence[int], shortest: float, quiet: float
) -> None:
    current = row
    for new_posts in found:
        current = next_interval(row, current, new_posts, shortest, quiet)
        assert current <= row * quiet
        assert current >= min(row, shortest)
        assert current >= row / 8


@given(SECONDS, SECONDS, st.integers(0, 100))
def test_after_a_change_of_the_row_the_next_interval_is_within_the_new_bounds(
    row: float, before: float, new: int
) -> None:
    assert row / 8 <= next_interval(row, before, new, 1, 2) <= row * 2


@given(SECONDS, st.integers(0, 50))
def test_more_new_posts_never_mean_a_longer_interval(row: float, new: int) -> None:
    intervals = [next_interval(row, row, number, 60, 2) for number in range(new + 2)]
    assert all(earlier >= later for earlier, later in pairwise(intervals))


def test_a_source_with_one_new_post_at_each_reading_is_left_as_it_is() -> None:
    assert next_interval(600, 450, 1, 60, 2) == 450


def test_a_row_of_five_seconds_is_not_slowed_down_to_the_shortest_interval_of_the_settings() -> None:
    assert next_interval(5, 5, 9, 60, 2) == 5


def a_day(seed: int, following: Callable[[float, int], float]) -> tuple[int, float]:
    """Read a source for a day: how many readings, and the mean delay of the posts of a burst of 60 within an hour."""
    chance = random.Random(seed)
    usual = [chance.uniform(7, 23) * 3600 for _ in range(20)]
    begins = chance.uniform(9, 20) * 3600
    burst = [begins + chance.expovariate(1 / 1800) for _ in range(60)]
    waiting = sorted([(at, False) for at in usual] + [(at, True) for at in burst if at < DAY])
    readings, interval, now, delays = 0, 600.0, chance.uniform(0, 600), []
    while now < DAY:
        readings += 1
        seen = [(at, bursting) for at, bursting in waiting if at <= now]
        waiting = waiting[len(seen) :]
        delays += [now - at for at, bursting in seen if bursting]
        interval = following(interval, len(seen))
        now += interval
    return readings, sum(delays) / len(delays)


def test_a_burst_is_seen_in_half_the_time_for_about_as_many_requests_a_day() -> None:
    fixed = [a_day(seed, lambda interval, _: interval) for seed in range(60)]
    adaptive = [a_day(seed, lambda interval, new: next_interval(600, interval, new, 60, 2)) for seed in range(60)]
    requests, requests_before = (sum(number for number, _ in days) / 60 for days in (adaptive, fixed))
    delay, delay_before = (sum(mean for _, mean in days) / 60 for days in (adaptive, fixed))
    assert 143 <= requests_before <= 145
    assert requests <= 1.1 * requests_before
    assert delay <= 0.55 * delay_before
