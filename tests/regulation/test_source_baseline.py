"""What is usual of a source, and how unlikely a count is beside it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from records.patrols import SourceDay
from regulation.source_baseline import Baseline, baseline_of

FIRST = date(2026, 3, 1)


def days(*posts: int) -> list[SourceDay]:
    return [SourceDay(FIRST + timedelta(days=number), 144, 144, new, 2) for number, new in enumerate(posts)]


def even(mean: float) -> Baseline:
    """A source whose days differ no more than chance makes them."""
    return Baseline(mean, 1.0, 0, 0, 0.0, 28)


def test_without_days_nothing_is_usual():
    assert baseline_of([]) is None


def test_the_usual_day_is_the_mean_and_the_range_without_the_tenths_at_both_ends():
    found = baseline_of(days(10, 0, 12, 14, 100, 11, 13, 12, 15, 13, 12))
    assert found is not None
    assert (found.low, found.high, found.days, found.dropped) == (10, 15, 11, 2)
    assert found.mean == pytest.approx(19.27, abs=0.01)


def test_a_source_that_rests_at_weekends_has_a_wide_spread():
    found = baseline_of(days(*(10, 10, 10, 10, 10, 0, 0) * 4))
    assert found is not None
    assert found.spread == pytest.approx(2.857, abs=0.001)
    assert baseline_of(days(*[10] * 28)).spread == 1.0  # type: ignore[union-attr]


def test_no_post_in_a_day_is_likely_at_one_a_day_and_next_to_impossible_at_twenty():
    assert even(1).chance_of_fewer(0, 1) == pytest.approx(0.3679, abs=0.0001)
    assert even(1).chance_of_fewer(0, 7) == pytest.approx(0.00091, abs=0.00001)
    assert even(20).chance_of_fewer(0, 1) < 1e-8


def test_the_chances_are_those_of_the_published_tables():
    assert even(5).chance_of_fewer(2, 1) == pytest.approx(0.1247, abs=0.0001)
    assert even(5).chance_of_more(9, 1) == pytest.approx(0.0681, abs=0.0001)
    assert even(10).chance_of_more(0, 1) == 1.0


def test_what_comes_in_bursts_must_differ_more_to_mean_anything():
    bursts = Baseline(10, 5.0, 0, 40, 0.0, 28)
    assert even(10).chance_of_fewer(0, 1) == pytest.approx(0.0000454, abs=0.0000001)
    assert bursts.chance_of_fewer(0, 1) == pytest.approx(0.1353, abs=0.0001)
    assert bursts.chance_of_more(30, 1) > even(10).chance_of_more(30, 1)


def test_a_source_that_never_has_anything_can_have_no_fewer():
    nothing = baseline_of(days(*[0] * 28))
    assert nothing is not None
    assert nothing.chance_of_fewer(0, 7) == 1.0


def test_counts_of_many_thousands_do_not_overflow():
    assert even(20_000).chance_of_fewer(6_000, 1) == 0.0
    assert even(20_000).chance_of_more(20_000, 1) == pytest.approx(0.5, abs=0.01)
