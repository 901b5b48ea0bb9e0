"""What the patrol log adds up to: a source's days, its part in a watch period, and the troubles that people are told of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta


@dataclass(frozen=True, slots=True)
class SourceDay:
    """One day of a source, in Asia/Shanghai: how often it was tried, how often it answered, and what came."""

    day: date
    attempts: int
    answers: int
    new_posts: int
    dropped: int = 0


@dataclass(frozen=True, slots=True)
class PatrolDays:
    """Several days of a source together: how often it was tried, how often it answered."""

    source: str
    attempts: int
    answers: int


@dataclass(frozen=True, slots=True)
class PatrolTally:
    """One source within one watch period. Times are those at which attempts began.

    `attempt_gap` is the longest time between two attempts within the period, `answer_gap` between two that were answered.
    """

    source: str
    attempts: int
    answers: int
    new_posts: int
    first_attempt_at: datetime
    last_attempt_at: datetime
    first_answer_at: datetime | None = None
    last_answer_at: datetime | None = None
    attempt_gap: timedelta = timedelta(0)
    answer_gap: timedelta = timedelta(0)


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that is wrong with a source. `kind` names the rule that found it.

    `since` is when it began as far as is known, `noticed_at` when the desk saw it, `told_at` when people were last told;
    `ended_at` is None while it lasts. `detail` is Chinese and holds nothing of any post.
    """

    id: int
    source: str
    kind: str
    since: datetime
    noticed_at: datetime
    told_at: datetime | None = None
    ended_at: datetime | None = None
    detail: str | None = None
