"""What was missed: posts that the machine read wrongly, posts that were seen late, sources that were silent meanwhile."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median_low

from casework.evaluation.course import Course
from records.corrections import Correction
from records.patrols import Trouble


@dataclass(frozen=True, slots=True)
class Lag:
    """How soon the posts of one source were seen: the middle and the longest time, and how many were seen late."""

    source: str
    posts: int
    middle: timedelta
    longest: timedelta
    late: int


@dataclass(frozen=True, slots=True)
class Silence:
    """A source that could not be read while the incident went on: from when until when (None: still)."""

    source: str
    kind: str
    since: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Misread:
    """Corrections of one sort: how many posts, and the longest time until a person put one right."""

    posts: int
    longest: timedelta | None


def lags(course: Course, late: timedelta) -> list[Lag]:
    """By source, the slowest first; a post seen exactly `late` after its publication is late."""
    by_source: dict[str, list[timedelta]] = {}
    for source, lag in course.lags:
        by_source.setdefault(source, []).append(lag)
    found = [
        Lag(source, len(each), median_low(each), max(each), sum(lag >= late for lag in each))
        for source, each in by_source.items()
    ]
    return sorted(found, key=lambda one: (-one.longest, one.source))


def silences(course: Course) -> list[Silence]:
    """The troubles of sources that lasted at some moment from the first post until the closing. Each begins no sooner than
    that time, and ends when it ended, also where that was after the closing."""
    begin = min(filter(None, (course.posted_at, course.incident.detected_at)))
    end = course.incident.closed_at or course.at
    return sorted(
        (_cut(one, begin) for one in course.troubles if one.since <= end and (one.ended_at or end) >= begin),
        key=lambda one: (one.since, one.source, one.kind),
    )


def misread(corrections: Iterable[Correction]) -> Misread:
    """How many posts these are, and how long the slowest of them waited."""
    newest = {one.post_id: one for one in corrections}
    return Misread(len(newest), max((one.at - one.seen_at for one in newest.values()), default=None))


def _cut(one: Trouble, begin: datetime) -> Silence:
    return Silence(one.source, one.kind, max(one.since, begin), one.ended_at)
