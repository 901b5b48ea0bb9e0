"""The figures of a period, as they were read from the ledgers; every paper of the period is drafted from them.

Nothing here holds a title that may not leave the system: incidents come with the name that may, records with a number.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from statistics import median

from records.alerts import AlertState, DeadlineState
from records.catalogues import FilingNoted
from records.days import PostCount
from records.incidents import IncidentState
from records.words import Category, Channel, ReportKind, Sentiment, Severity
from records.zone import CHINA
from regulation.periodic import Stretch


@dataclass(frozen=True, slots=True)
class Case:
    """An incident: `name` is what may be said of it outside."""

    id: str
    name: str
    unit: str | None
    category: Category | None
    severity: Severity
    state: IncidentState
    opened_at: datetime
    acknowledged_at: datetime | None = None
    closed_at: datetime | None = None


class Outcome(StrEnum):
    """How a clock that was due in the period went."""

    IN_TIME = "in_time"
    LATE = "late"
    OVERDUE = "overdue"
    RUNNING = "running"


@dataclass(frozen=True, slots=True)
class ClockRow:
    """One clock of an incident that was due in the period and was not cancelled: `what` is owed by `unit`."""

    id: int
    incident: str
    what: str
    unit: str | None
    due_at: datetime
    state: DeadlineState
    ended_at: datetime | None

    def outcome(self, at: datetime) -> Outcome:
        """How it has gone by `at`; done exactly when due is in time."""
        if self.state is DeadlineState.MET and self.ended_at is not None:
            return Outcome.IN_TIME if self.ended_at <= self.due_at else Outcome.LATE
        return Outcome.OVERDUE if self.due_at < at else Outcome.RUNNING

    def late_by(self, at: datetime) -> timedelta:
        """How much later than due it was done, or is by now."""
        return max(timedelta(), (self.ended_at or at) - self.due_at)


@dataclass(frozen=True, slots=True)
class Filed:
    """One report on an incident that was filed in the period."""

    incident: str
    kind: ReportKind
    serial: str


@dataclass(frozen=True, slots=True)
class Patrols:
    """What the sources were asked for: of how many, how often, how often they answered."""

    sources: int
    attempts: int
    answers: int


@dataclass(frozen=True, slots=True)
class SuggestionFigures:
    """The suggestions that came in within the period, and what became of them until the paper was drafted."""

    ids: tuple[str, ...]
    adopted: int
    explained: int
    finished: int
    overdue: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Publication:
    """A record that was published in the period, by its number, and whose it is."""

    id: str
    unit: str


@dataclass(frozen=True, slots=True)
class CatalogueFiling:
    """One entry of the period on the filing (备案) of a version of the catalogue."""

    id: int
    noted: FilingNoted


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything of one period. `at` is when it was read; `whole` says that the desk watched all of the period and that
    every post of it is counted: only then it is compared with another one.

    `posts` are counted by day, channel, category and sentiment; `ongoing` are the incidents that opened before the end of the
    period and went on at `at`, `catalogue` the versions of the office's own catalogue that were made in it.
    """

    stretch: Stretch
    at: datetime
    whole: bool
    posts: tuple[PostCount, ...]
    opened: tuple[Case, ...]
    closed: tuple[Case, ...]
    ongoing: tuple[Case, ...]
    clocks: tuple[ClockRow, ...]
    alerts: tuple[tuple[AlertState, int], ...]
    reports: tuple[Filed, ...]
    answers: tuple[str, ...]
    patrols: Patrols
    suggestions: SuggestionFigures
    published: tuple[Publication, ...]
    catalogue: tuple[int, ...]
    filings: tuple[CatalogueFiling, ...]

    @property
    def seen(self) -> int:
        """How many posts were seen."""
        return _posts(self.posts)

    @property
    def negative(self) -> tuple[PostCount, ...]:
        """The counts of negative posts."""
        return tuple(one for one in self.posts if one.sentiment is Sentiment.NEGATIVE)

    @property
    def negatives(self) -> int:
        """How many negative posts were seen."""
        return _posts(self.negative)

    @property
    def voices(self) -> int:
        """How many negative posts were no copies of earlier ones."""
        return sum(one.voices for one in self.negative)

    @property
    def reactions(self) -> int:
        """Comments, reposts and likes of the negative posts."""
        return sum(one.reactions for one in self.negative)

    @property
    def left(self) -> int:
        """How many of the posts are stored no longer."""
        return sum(one.left for one in self.posts)

    def by_day(self) -> list[tuple[date, int, int]]:
        """Each day of the period with its posts and its negative posts, days without any included."""
        posts, negatives = _by_day(self.posts), _by_day(self.negative)
        days = [self.stretch.first + timedelta(days=n) for n in range(_length(self.stretch))]
        return [(day, posts[day], negatives[day]) for day in days]

    def by_month(self) -> list[tuple[date, int, int, int]]:
        """Each month of the period by its first day, with its posts, its negative posts and the incidents opened in it."""
        posts, negatives = Counter[date](), Counter[date]()
        for day, count, negative in self.by_day():
            posts[day.replace(day=1)] += count
            negatives[day.replace(day=1)] += negative
        opened = Counter(china_day(one.opened_at).replace(day=1) for one in self.opened)
        return [(month, posts[month], negatives[month], opened[month]) for month in sorted(posts)]

    def by_channel(self) -> list[tuple[Channel, int, int]]:
        """Each channel that had any, with its posts and its negative posts, the most negative ones first."""
        posts, negatives = Counter[Channel | None](), Counter[Channel | None]()
        for one in self.posts:
            posts[one.channel] += one.posts
        for one in self.negative:
            negatives[one.channel] += one.posts
        found = [(channel, posts[channel], negatives[channel]) for channel in Channel if posts[channel]]
        return sorted(found, key=lambda one: (-one[2], -one[1]))

    def by_category(self) -> list[tuple[Category | None, int, int]]:
        """Each category that had any negative posts, with these and how many were no copies, the most first."""
        found = [
            (category, [one for one in self.negative if one.category is category]) for category in (*Category, None)
        ]
        counted = [(category, _posts(rows), sum(one.voices for one in rows)) for category, rows in found]
        return sorted((one for one in counted if one[1]), key=lambda one: -one[1])

    def with_outcome(self, *outcomes: Outcome) -> list[ClockRow]:
        """The clocks that went so."""
        return [clock for clock in self.clocks if clock.outcome(self.at) in outcomes]

    def told(self, *states: AlertState) -> int:
        """How many alerts are in these states; in all without any."""
        return sum(count for state, count in self.alerts if not states or state in states)

    def acknowledged(self) -> list[Case]:
        """The incidents opened in the period that somebody acknowledged."""
        return [one for one in self.opened if one.acknowledged_at is not None]

    def minutes_to_acknowledge(self) -> float | None:
        """The median of the minutes from opening to acknowledgement; None where nobody acknowledged any."""
        spans = [(one.acknowledged_at - one.opened_at) for one in self.opened if one.acknowledged_at is not None]
        return median(max(0.0, span.total_seconds() / 60) for span in spans) if spans else None


@dataclass(frozen=True, slots=True)
class RecordDue:
    """Something that had to be published until `day`: `name` is a number, no title; `published` the day on which it was.

    It belongs to the month in which `day` lies, published or not.
    """

    unit: str
    name: str
    ref: str
    day: date
    published: date | None

    def late(self, today: date) -> int:
        """How many days later than due it was published, or is overdue today; 0 where neither."""
        return max(0, ((self.published or today) - self.day).days)


@dataclass(frozen=True, slots=True)
class UnitStanding:
    """What one unit owed in the month, and what it owes now.

    `due` are the records due in the month, `overdue` everything of it that is overdue now, whenever it was due; `clocks`
    are the clocks due in the month that went late, and all that are overdue now, whenever they were due; `suggestions`
    those overdue now.
    """

    unit: str
    due: tuple[RecordDue, ...]
    overdue: tuple[RecordDue, ...]
    clocks: tuple[ClockRow, ...]
    suggestions: tuple[str, ...]

    @property
    def in_time(self) -> list[RecordDue]:
        """Those due in the month that were published in time."""
        return [one for one in self.due if one.published is not None and one.published <= one.day]

    @property
    def late(self) -> list[RecordDue]:
        """Those due in the month that were published too late."""
        return [one for one in self.due if one.published is not None and one.published > one.day]

    @property
    def to_urge(self) -> bool:
        """Whether something is overdue now."""
        return bool(self.overdue or self.suggestions) or any(one.state is DeadlineState.OPEN for one in self.clocks)


@dataclass(frozen=True, slots=True)
class Scheduling:
    """How the units stand in a month, read at `at` (`today` in China), and the same of the month before where that is known."""

    stretch: Stretch
    at: datetime
    today: date
    units: tuple[UnitStanding, ...]
    before: tuple[UnitStanding, ...] | None

    @property
    def to_urge(self) -> list[UnitStanding]:
        """The units that must be urged."""
        return [one for one in self.units if one.to_urge]


def china_day(at: datetime) -> date:
    """The day in China."""
    return at.astimezone(CHINA).date()


def _posts(rows: Sequence[PostCount]) -> int:
    return sum(one.posts for one in rows)


def _by_day(rows: Iterable[PostCount]) -> Counter[date | None]:
    found = Counter[date | None]()
    for one in rows:
        found[one.day] += one.posts
    return found


def _length(stretch: Stretch) -> int:
    return (stretch.last - stretch.first).days + 1
