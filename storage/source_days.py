"""Counts each source's days in Asia/Shanghai, and adds the patrol log up by watch period (第四十一条)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, case, func, select, type_coerce, update

from records.patrols import PatrolDays, PatrolTally, SourceDay
from records.zone import CHINA
from storage import tables
from storage.inserting import insert_new
from storage.sources import Patrol

_MICROSECOND = timedelta(microseconds=1)


class SourceDays:
    """Daily counts per source, and the patrol log by period."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def count(self, patrol: Patrol, answered: bool) -> None:
        """Add an attempt to its source's day; call it in the transaction that logs the attempt."""
        table = tables.source_day
        day = patrol.ended_at.astimezone(CHINA).date().isoformat()
        added = {
            "attempts": 1,
            "answers": int(answered),
            "new_posts": patrol.new_posts,
            "dropped": patrol.dropped,
        }
        if not insert_new(self._connection, table, source=patrol.source, day=day, **added):
            here = and_(table.c.source == patrol.source, table.c.day == day)
            more = {name: table.c[name] + number for name, number in added.items()}
            self._connection.execute(update(table).where(here).values(**more))

    def since(self, first: date, sources: Sequence[str] | None = None) -> dict[str, list[SourceDay]]:
        """The days from `first` on, oldest first, by source: all sources, or those asked for."""
        table = tables.source_day
        query = select(table).where(table.c.day >= first.isoformat()).order_by(table.c.source, table.c.day)
        if sources is not None:
            query = query.where(table.c.source.in_(sources))
        found: dict[str, list[SourceDay]] = {}
        for row in self._connection.execute(query):
            day = SourceDay(date.fromisoformat(row.day), row.attempts, row.answers, row.new_posts, row.dropped)
            found.setdefault(row.source, []).append(day)
        return found

    def between(self, first: date, last: date) -> list[PatrolDays]:
        """Each source that was tried on these days, with how often it was and how often it answered."""
        table = tables.source_day
        sums = [func.sum(table.c[name]).label(name) for name in ("attempts", "answers")]
        within = table.c.day.between(first.isoformat(), last.isoformat())
        query = select(table.c.source, *sums).where(within).group_by(table.c.source).order_by(table.c.source)
        return [PatrolDays(row.source, int(row.attempts), int(row.answers)) for row in self._connection.execute(query)]

    def first_days(self) -> dict[str, date]:
        """The first day on which each source was tried."""
        table = tables.source_day
        query = select(table.c.source, func.min(table.c.day).label("day")).group_by(table.c.source)
        return {row.source: date.fromisoformat(row.day) for row in self._connection.execute(query)}

    def by_period(self, starts: Sequence[datetime], end: datetime, answers: Sequence[str]) -> list[list[PatrolTally]]:
        """For each period, from its start to the next one's (the last to `end`), the sources that were tried in it.

        An attempt belongs to the period in which it began. `answers` are the outcomes that count as answered.
        """
        found: list[list[PatrolTally]] = [[] for _ in starts]
        for row in self._connection.execute(_tallies(starts, end, answers)):
            found[row.period].append(_tally(row))
        return found


def _tallies(starts: Sequence[datetime], end: datetime, answers: Sequence[str]) -> Select[Any]:
    """Added up in the database: a day of a large desk is tens of thousands of attempts."""
    log = tables.patrol
    period = case(*((log.c.started_at >= start, number) for number, start in reversed(list(enumerate(starts)))))
    answered_at = case((log.c.outcome.in_(answers), log.c.started_at))
    within, order = (log.c.source, period), (log.c.started_at, log.c.id)
    last_attempt = func.lag(log.c.started_at).over(partition_by=within, order_by=order)
    last_answer = func.max(answered_at).over(partition_by=within, order_by=order, rows=(None, -1))
    lines = (
        select(
            log.c.source,
            period.label("period"),
            log.c.started_at,
            log.c.new_posts,
            answered_at.label("answered_at"),
            _micros(log.c.started_at - last_attempt).label("since_attempt"),
            _micros(answered_at - last_answer).label("since_answer"),
        )
        .where(log.c.started_at >= starts[0], log.c.started_at < end)
        .subquery()
    )
    time = log.c.started_at.type
    return (
        select(
            lines.c.source,
            lines.c.period,
            func.count().label("attempts"),
            func.count(lines.c.answered_at).label("answers"),
            func.sum(lines.c.new_posts).label("new_posts"),
            func.min(lines.c.started_at, type_=time).label("first_attempt_at"),
            func.max(lines.c.started_at, type_=time).label("last_attempt_at"),
            func.min(lines.c.answered_at, type_=time).label("first_answer_at"),
            func.max(lines.c.answered_at, type_=time).label("last_answer_at"),
            func.max(lines.c.since_attempt).label("attempt_gap"),
            func.max(lines.c.since_answer).label("answer_gap"),
        )
        .group_by(lines.c.source, lines.c.period)
        .order_by(lines.c.period, lines.c.source)
    )


def _micros(difference: ColumnElement[Any]) -> ColumnElement[int]:
    return type_coerce(difference, tables.Serial)


def _tally(row: Row[Any]) -> PatrolTally:
    return PatrolTally(
        source=row.source,
        attempts=row.attempts,
        answers=row.answers,
        new_posts=int(row.new_posts),
        first_attempt_at=row.first_attempt_at,
        last_attempt_at=row.last_attempt_at,
        first_answer_at=row.first_answer_at,
        last_answer_at=row.last_answer_at,
        attempt_gap=(row.attempt_gap or 0) * _MICROSECOND,
        answer_gap=(row.answer_gap or 0) * _MICROSECOND,
    )
