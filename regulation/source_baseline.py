"""What is usual of a source, from its own days, and how unlikely a count is beside it; small counts say little."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, exp, floor, lgamma, log
from statistics import fmean, pvariance

from records.patrols import SourceDay

_TENTH = 0.1


@dataclass(frozen=True, slots=True)
class Baseline:
    """The usual day of a source: `mean` new posts, mostly from `low` to `high`; `dropped` entries; over so many `days`.

    `spread` is the variance of a day's new posts over their mean, at least 1. Posts come in bursts and rest on Sundays:
    counts are divided by it before they are read as independent.
    """

    mean: float
    spread: float
    low: int
    high: int
    dropped: float
    days: int

    def chance_of_fewer(self, posts: int, days: float) -> float:
        """How likely it is that no more than `posts` come in so many days."""
        return _at_most(floor(posts / self.spread), self.mean * days / self.spread)

    def chance_of_more(self, posts: int, days: float) -> float:
        """How likely it is that at least `posts` come in so many days."""
        return max(0.0, 1.0 - _at_most(ceil(posts / self.spread) - 1, self.mean * days / self.spread))


def baseline_of(days: Sequence[SourceDay]) -> Baseline | None:
    """What is usual over these days; None without any."""
    if not days:
        return None
    counts = sorted(day.new_posts for day in days)
    mean = fmean(counts)
    spread = pvariance(counts, mean) / mean if mean else 1.0
    return Baseline(
        mean=mean,
        spread=max(1.0, spread),
        low=counts[floor(_TENTH * (len(counts) - 1))],
        high=counts[ceil((1 - _TENTH) * (len(counts) - 1))],
        dropped=fmean(day.dropped for day in days),
        days=len(counts),
    )


def _at_most(count: int, expected: float) -> float:
    """The chance of a Poisson count of `count` or less."""
    if count < 0:
        return 0.0
    if expected <= 0:
        return 1.0
    return min(1.0, sum(exp(number * log(expected) - expected - lgamma(number + 1)) for number in range(count + 1)))
