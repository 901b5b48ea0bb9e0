"""Turns the patrol log of a day into what the page shows: every source in every watch period, and what was missed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from crawlers.outcomes import Outcome
from crawlers.reading import Via
from crawlers.sources import Source
from pipeline.views import may_somewhere
from records.patrols import PatrolTally
from records.people import Person
from records.zone import CHINA
from regulation.source_health import HealthRules
from regulation.watch_periods import Patrolled, PeriodReport, Watched, WatchPeriod, WatchPeriods, report_on
from storage.store import Transaction

_ANSWERS = [outcome.value for outcome in Outcome if outcome.answered]


@dataclass(frozen=True, slots=True)
class PatrolRow:
    """One source on that day. `reports` stand in the order of the day's periods; `interval` is None for a source that is
    no longer read."""

    id: str
    name: str
    interval: timedelta | None
    reports: tuple[PeriodReport, ...]


@dataclass(frozen=True, slots=True)
class PatrolDay:
    """A day of patrolling, with the sources that are read now first."""

    day: date
    periods: tuple[WatchPeriod, ...]
    rows: tuple[PatrolRow, ...]

    def count(self, period: int, *kinds: Patrolled) -> int:
        """How many sources came to one of these in that period."""
        return sum(row.reports[period].patrolled in kinds for row in self.rows)

    def new_posts(self, period: int) -> int:
        """New posts of all sources in that period."""
        tallies = (row.reports[period].tally for row in self.rows)
        return sum(tally.new_posts for tally in tallies if tally is not None)


def patrol_day(
    t: Transaction,
    person: Person,
    sources: Sequence[Source],
    day: date,
    now: datetime,
    periods: WatchPeriods,
    rules: HealthRules,
) -> PatrolDay | None:
    """The patrol log of that day, by source and watch period; None for a person who may not see sources."""
    if not may_somewhere(person, "view_sources"):
        return None
    cut = periods.of(day)
    found = t.source_days.by_period([period.start for period in cut], cut[-1].end, _ANSWERS)
    tallies = [{tally.source: tally for tally in tried} for tried in found]
    since = _since(t, day, tallies)
    rows = [
        _row(source.id, source.name, _watched(source, since.get(source.id), rules), cut, tallies, now)
        for source in sources
    ]
    known = {source.id for source in sources}
    gone = sorted({source for tried in tallies for source in tried} - known)
    return PatrolDay(day, cut, (*rows, *(_row(source, source, None, cut, tallies, now) for source in gone)))


def _since(t: Transaction, day: date, tallies: Sequence[Mapping[str, PatrolTally]]) -> dict[str, datetime]:
    """Since when each source is known to have been patrolled; on its first day from its first attempt on."""
    known = dict(t.source_troubles.watched())
    for source, first in t.source_days.first_days().items():
        tried = [tried[source].first_attempt_at for tried in tallies if source in tried] if first == day else []
        begin = min(tried, default=datetime.combine(first, time(0), CHINA))
        known[source] = min(begin, known.get(source, begin))
    return known


def _watched(source: Source, since: datetime | None, rules: HealthRules) -> Watched:
    interval = timedelta(seconds=source.interval)
    return Watched(interval, rules.patience(interval), since, source.via is Via.PUSH)


def _row(
    source: str,
    name: str,
    watched: Watched | None,
    periods: Sequence[WatchPeriod],
    tallies: Sequence[Mapping[str, PatrolTally]],
    now: datetime,
) -> PatrolRow:
    # A source that is no longer read has no interval to be late by.
    ever = watched or Watched(timedelta.max, timedelta.max, now)
    reports = tuple(
        report_on(tried.get(source), ever, period, now) for period, tried in zip(periods, tallies, strict=True)
    )
    return PatrolRow(source, name, None if watched is None else watched.interval, reports)
