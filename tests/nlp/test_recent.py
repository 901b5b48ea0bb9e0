"""What was said just before a post: the last 3,000 posts and three days, emergencies of the last 400 posts and six hours."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence

import numpy as np
import pytest
from scipy import sparse

from nlp.recent import BURST_DAYS, BURST_POSTS, CONTEXT, KEPT, Recent, Said

IDS = ["water", "heat", "roads"]
COLUMNS = 1 << 18
WEIGHTS = {"said_like": 2.0, "said_lead": 0.5, "burst": 2.5, "burst_lead": 3.0}


def vectors(columns: Sequence[int]) -> sparse.csr_matrix:
    """A unit vector along one column for each post: equal columns are alike, others are not."""
    return sparse.csr_matrix((np.ones(len(columns)), (range(len(columns)), columns)), shape=(len(columns), COLUMNS))


def said(
    columns: Sequence[int],
    records: Sequence[str | None],
    days: Sequence[float] | None = None,
    urgent: Sequence[float] | None = None,
    batch: int = 256,
) -> list[Said]:
    """What is said of each post, in batches of that many."""
    found: list[Said] = []
    recent = Recent()
    moments = np.zeros(len(columns)) if days is None else np.array(days)
    chances = np.zeros(len(columns)) if urgent is None else np.array(urgent)
    rows = vectors(columns)
    for start in range(0, len(columns), batch):
        part = slice(start, start + batch)
        of_part = records[part]

        def choose(n: int, each: Said, named: Sequence[str | None] = of_part) -> str | None:
            found.append(each)
            return named[n]

        recent.linked(rows[part], moments[part], chances[part], IDS, choose)
    return found


def test_a_post_is_like_the_posts_of_a_record_that_use_its_words() -> None:
    found = said([1, 2, 1, 3], ["water", None, None, None])
    assert [dict(each.like) for each in found] == [{}, {}, {0: 1.0}, {}]


@pytest.mark.parametrize("batch", [1, 100, 256, 4000])
def test_the_last_three_thousand_posts_are_known_however_they_come(batch: int) -> None:
    others = list(range(10, 10 + KEPT))
    within = said([1, *others[:-1], 1], ["heat", *[None] * KEPT], batch=batch)
    beyond = said([1, *others, 1], ["heat", *[None] * (KEPT + 1)], batch=batch)
    assert (dict(within[-1].like), dict(beyond[-1].like)) == ({1: 1.0}, {})


def test_three_days_are_known() -> None:
    found = said([1, 1, 1], ["heat", None, None], days=[0.0, 3.0, 6.1])
    assert [dict(each.like) for each in found[1:]] == [{1: 1.0}, {}]


@pytest.mark.parametrize("disorder", [0, 1, 40])
@pytest.mark.parametrize("batch", [1, 300])
def test_emergencies_are_counted_as_defined(disorder: int, batch: int) -> None:
    chance = random.Random(disorder)
    count = 1300
    days = [n / 2000 + (n > 700) * 0.1 for n in range(count)]
    for n in chance.sample(range(count), disorder):
        days[n] += chance.choice([-0.4, -0.1, 0.2, 5.0])
    records = [chance.choice([*IDS, None, "elsewhere"]) for _ in range(count)]
    urgent = [chance.random() for _ in range(count)]
    found = said(range(count), records, days, urgent, batch)
    for n in range(0, count, 7):
        before = range(max(0, n - BURST_POSTS), n)
        for row, name in enumerate(IDS):
            live = [urgent[m] for m in before if records[m] == name and days[n] - days[m] <= BURST_DAYS]
            assert found[n].burst.get(row, 0.0) == pytest.approx(min(math.log1p(sum(live)) / 3, 1), abs=1e-12)


@pytest.mark.parametrize(
    ("like", "burst"),
    [
        ({}, {}),
        ({0: 0.4}, {}),
        ({-1: 0.5, 1: 0.3}, {2: 0.7}),
        ({0: 0.4, 2: 0.4, 1: 0.1}, {0: 0.2, 1: 0.9}),
    ],
)
def test_what_scores_gain_is_the_weighted_features(like: dict[int, float], burst: dict[int, float]) -> None:
    each = Said(3, like, burst, 0.8)
    everywhere, some = each.added(WEIGHTS)
    gained = np.full(3, everywhere)
    for row, more in some:
        gained[row] += more
    assert gained == pytest.approx(each.features() @ np.array([WEIGHTS[name] for name in CONTEXT]))
