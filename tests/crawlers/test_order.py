"""Whether a page goes from new to old is told only where its dates leave no doubt."""

from __future__ import annotations

from datetime import timedelta

import pytest

from crawlers.dates import CLAMPED, MISSING, Dated
from crawlers.order import newest_of
from tests.crawlers.crawling import NOON


def days(*ago: float) -> list[Dated]:
    return [Dated(NOON - timedelta(days=number)) for number in ago]


def test_the_newest_of_falling_dates_is_the_first_though_some_are_equal() -> None:
    assert newest_of(days(1, 1, 2, 5)) == NOON - timedelta(days=1)


@pytest.mark.parametrize(
    "found",
    [
        [],
        days(1, 2),  # two fall by chance every other time
        days(3, 2, 1),
        days(30, 1, 2, 3),  # an old entry pinned to the top
        days(1, 2, 9, 3),
        days(2, 2, 2),
        [*days(1, 2, 3), Dated(NOON, MISSING)],
        [Dated(NOON, CLAMPED), *days(1, 2, 3)],
    ],
)
def test_in_any_doubt_there_is_no_newest(found: list[Dated]) -> None:
    assert newest_of(found) is None
