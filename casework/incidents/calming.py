"""Says whether reaction calmed down after an answer: what was posted in equal stretches before and after it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from regulation.calming import CalmingRules

_HOUR = timedelta(hours=1)


class Turn(StrEnum):
    """What reaction did after an answer."""

    CALMER = "calmer"
    ALIKE = "alike"
    WORSE = "worse"
    TOO_EARLY = "too_early"
    INCOMPARABLE = "incomparable"

    @property
    def label(self) -> str:
        """Chinese label shown to people."""
        return {
            "calmer": "已回落",
            "alike": "没有明显变化",
            "worse": "仍在上升",
            "too_early": "时间还短，看不出来",
            "incomparable": "回应前时间太短，无从比较",
        }[self.value]


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of time: the incident's posts in it, and of all posts about the matter how many there were and how many
    of them were negative."""

    since: datetime
    until: datetime
    posts: int
    heard: int
    negative: int

    @property
    def per_hour(self) -> float:
        """The incident's posts per hour."""
        length = self.until - self.since
        return self.posts / (length / _HOUR) if length else 0.0

    @property
    def negative_share(self) -> float | None:
        """The share of negative posts among all about the matter; None where nothing was said."""
        return self.negative / self.heard if self.heard else None


@dataclass(frozen=True, slots=True)
class Calming:
    """The stretches before and after an answer, and what reaction did."""

    before: Stretch
    after: Stretch
    turn: Turn


def calming(
    answered_at: datetime,
    now: datetime,
    posts: Sequence[datetime],
    heard: Sequence[tuple[datetime, bool]],
    rules: CalmingRules,
) -> Calming:
    """What reaction did after the answer of that moment.

    `posts` are the moments of the incident's posts, `heard` those of all posts about the matter and whether they are
    negative. The stretch before begins with the first post at the earliest: what was quiet before it is no measure.
    """
    began = min(min(posts, default=answered_at), answered_at)
    before = _stretch(max(began, answered_at - rules.window), answered_at, posts, heard, first=True)
    after = _stretch(answered_at, min(now, answered_at + rules.window), posts, heard)
    return Calming(before, after, _turn(before, after, rules))


def _turn(before: Stretch, after: Stretch, rules: CalmingRules) -> Turn:
    if after.until - after.since < rules.least:
        return Turn.TOO_EARLY
    if before.until - before.since < rules.least:
        return Turn.INCOMPARABLE
    if after.per_hour * 100 <= before.per_hour * rules.calmer_percent:
        return Turn.CALMER
    return Turn.WORSE if after.per_hour * 100 >= before.per_hour * rules.worse_percent else Turn.ALIKE


def _stretch(
    since: datetime,
    until: datetime,
    posts: Iterable[datetime],
    heard: Sequence[tuple[datetime, bool]],
    *,
    first: bool = False,
) -> Stretch:
    """A post at the very moment of the answer belongs before it."""

    def inside(at: datetime) -> bool:
        return since < at <= until or (first and at == since)

    about = [negative for at, negative in heard if inside(at)]
    return Stretch(since, until, sum(map(inside, posts)), len(about), sum(about))
