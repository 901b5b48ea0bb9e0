"""What was said just before a post: the last 3,000 posts and three days, emergencies of the last 400 posts and six hours."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pytest
from scipy import sparse

from nlp.recent import (
    BURST_DAYS,
    BURST_FULL,
    BURST_POSTS,
    CONTEXT,
    DAYS,
    KEPT,
    RUSH_DAYS,
    RUSH_LEAST,
    TALK_FULL,
    TALK_POSTS,
    Found,
    Recent,
    Said,
)

IDS = ["water", "heat", "roads"]
COLUMNS = 1 << 18
WEIGHTS = {
    "said_like": 2.0,
    "said_lead": 0.5,
    "talk": 1.5,
    "idle": -0.7,
    "going_on": 0.4,
    "burst": 2.5,
    "burst_lead": 3.0,
    "rush": 1.2,
}


@dataclass(frozen=True)
class Heard:
    """What was said of a post, kept as it stood."""

    like: dict[int, float]
    talk: list[float]
    idle: float
    burst: list[float]
    rush: list[float]


def linked_to(record: str | None) -> Found:
    """Surely linked to it, or surely to none."""
    return Found(record, float(record is not None), linked=record is not None)


def vectors(columns: Sequence[int]) -> sparse.csr_matrix:
    """A unit vector along one column for each post: equal columns are alike, others are not."""
    return sparse.csr_matrix((np.ones(len(columns)), (range(len(columns)), columns)), shape=(len(columns), COLUMNS))


def said(
    columns: Sequence[int],
    records: Sequence[str | None],
    days: Sequence[float] | None = None,
    urgent: Sequence[float] | None = None,
    batch: int = 256,
    find: Callable[[str | None], Found] = linked_to,
) -> list[Heard]:
    """What is said of each post, in batches of that many."""
    found: list[Heard] = []
    recent = Recent()
    moments = np.zeros(len(columns)) if days is None else np.array(days)
    chances = np.zeros(len(columns)) if urgent is None else np.array(urgent)
    rows = vectors(columns)
    for start in range(0, len(columns), batch):
        part = slice(start, start + batch)
        of_part = records[part]

        def choose(n: int, each: Said, named: Sequence[str | None] = of_part) -> Found:
            found.append(Heard(dict(each.like), each.talk.tolist(), each.idle, each.burst.tolist(), each.rush.tolist()))
            return find(named[n])

        recent.linked(rows[part], moments[part], chances[part], IDS, choose)
    return found


def test_a_post_is_like_the_posts_of_a_record_that_use_its_words() -> None:
    found = said([1, 2, 1, 3], ["water", None, None, None])
    assert [each.like for each in found] == [{}, {}, {0: 1.0}, {}]


@pytest.mark.parametrize("batch", [1, 100, 256, 4000])
def test_the_last_three_thousand_posts_are_known_however_they_come(batch: int) -> None:
    others = list(range(10, 10 + KEPT))
    within = said([1, *others[:-1], 1], ["heat", *[None] * KEPT], batch=batch)
    beyond = said([1, *others, 1], ["heat", *[None] * (KEPT + 1)], batch=batch)
    assert (within[-1].like, beyond[-1].like) == ({1: 1.0}, {})


def test_three_days_are_known() -> None:
    found = said([1, 1, 1], ["heat", None, None], days=[0.0, 3.0, 6.1])
    assert [each.like for each in found[1:]] == [{1: 1.0}, {}]


@pytest.mark.parametrize("disorder", [0, 1, 40])
@pytest.mark.parametrize("batch", [1, 300])
def test_emergencies_are_counted_as_defined(disorder: int, batch: int) -> None:
    chance = random.Random(disorder)
    count = 1300
    days = [n / 2000 + (n > 700) * 0.1 for n in range(count)]
    for n in chance.sample(range(count), disorder):
        days[n] += chance.choice([-0.4, -0.1, 0.2, 5.0])
    records = [chance.choice([*IDS, None, "elsewhere"]) for _ in range(count)]
    urgent = [chance.uniform(0.05, 1.0) for _ in range(count)]
    found = said(range(count), records, days, urgent, batch)
    for n in range(0, count, 7):
        before = range(max(0, n - BURST_POSTS), n)
        for row, name in enumerate(IDS):
            live = [urgent[m] for m in before if records[m] == name and days[n] - days[m] <= BURST_DAYS]
            assert found[n].burst[row] == pytest.approx(min(math.log1p(sum(live)) / BURST_FULL, 1), abs=1e-12)
            newest = [urgent[m] for m in before if records[m] == name and days[n] - days[m] <= RUSH_DAYS]
            every = [urgent[m] for m in before if records[m] in IDS and days[n] - days[m] <= RUSH_DAYS]
            assert found[n].rush[row] == pytest.approx(sum(newest) / (sum(every) + RUSH_LEAST), abs=1e-12)
            talk = [m for m in range(max(0, n - TALK_POSTS), n) if records[m] == name and days[n] - days[m] <= DAYS]
            assert found[n].talk[row] == pytest.approx(min(math.log1p(len(talk)) / TALK_FULL, 1), abs=1e-12)


def test_posts_of_no_record_are_known_as_well() -> None:
    found = said([1, 2, 3], [None, "heat", None])
    assert found[-1].idle == pytest.approx(math.log1p(1) / TALK_FULL)


def test_what_was_linked_by_a_chance_counts_by_that_chance() -> None:
    found = said([1, 1], ["heat", "heat"], urgent=[1.0, 0.0], find=lambda name: Found(name, 0.6, linked=True))
    assert found[1].like == pytest.approx({1: 0.6, -1: 0.4})
    assert found[1].talk[1] == pytest.approx(math.log1p(0.6) / TALK_FULL)
    assert found[1].burst[1] == pytest.approx(math.log1p(0.6) / BURST_FULL)


def test_a_post_that_may_be_about_a_record_counts_by_its_chance_though_it_was_not_linked() -> None:
    found = said([1, 2], ["heat", None], find=lambda name: Found("heat" if name else None, 0.5, linked=False))
    assert found[1].talk[1] == pytest.approx(math.log1p(0.5) / TALK_FULL)
    assert found[1].idle == pytest.approx(math.log1p(0.5) / TALK_FULL)


def test_a_copy_of_a_post_of_no_record_bears_no_witness_against_records() -> None:
    assert said([1, 1], [None, None])[1].like == {}


@pytest.mark.parametrize(
    ("like", "talk", "burst"),
    [
        ({}, [0.0, 0.0, 0.0], [0.0, 0.0, 0.0]),
        ({0: 0.4}, [0.2, 0.0, 1.0], [0.0, 0.0, 0.0]),
        ({-1: 0.5, 1: 0.3}, [0.0, 0.0, 0.0], [0.0, 0.0, 0.7]),
        ({0: 0.4, 2: 0.4, 1: 0.1}, [0.1, 0.0, 0.0], [0.2, 0.9, 0.0]),
    ],
)
def test_what_scores_gain_is_the_weighted_features(
    like: dict[int, float], talk: list[float], burst: list[float]
) -> None:
    each = Said(like, np.array([talk, burst, burst]), 0.3, 1 / (sum(burst) + RUSH_LEAST), 0.8)
    by_record, of_all = each.added(WEIGHTS)
    assert by_record + of_all == pytest.approx(each.features() @ np.array([WEIGHTS[name] for name in CONTEXT]))
