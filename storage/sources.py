"""Keeps how each source is doing, what its pages looked like when last read, and the patrol log (第四十一条)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from storage import tables
from storage.inserting import insert_new


@dataclass(frozen=True, slots=True)
class SourceState:
    """How a source is doing. `failures` counts the attempts in a row that gave no answer, `error` the last one's.

    `watched_since` is when it was first patrolled, told only of a source that has never answered. A time is None where
    there was none. `interval_seconds` is how long it is left alone at present, where that is not as its row says.
    """

    source: str
    next_due_at: datetime | None
    last_attempt_at: datetime | None
    last_answer_at: datetime | None
    last_post_at: datetime | None
    failures: int
    error: str | None
    watched_since: datetime | None
    interval_seconds: float | None = None

    @property
    def silent_since(self) -> datetime | None:
        """Since when nothing could be collected from it; None while it answers, even with nothing new."""
        return (self.last_answer_at or self.watched_since) if self.failures else None


@dataclass(frozen=True, slots=True)
class PageState:
    """What is remembered of a page to ask for it conditionally; `page` is a hash of its address and how it is read."""

    page: str
    etag: str | None
    last_modified: str | None
    fingerprint: str | None
    fetched_at: datetime
    resume: str | None = None


@dataclass(frozen=True, slots=True)
class Patrol:
    """One attempt to read a source: "nothing new" and "not collected" are told apart by its outcome."""

    source: str
    started_at: datetime
    ended_at: datetime
    outcome: str
    pages: int = 0
    new_posts: int = 0
    updates: int = 0
    dropped: int = 0
    detail: str | None = None


class Sources:
    """States, page states and the patrol log of sources; the sources themselves stand in their file."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def due(self, now: datetime, sources: Iterable[str]) -> list[str]:
        """The ids among `sources` to read now: those never tried first, then the longest overdue."""
        wanted = list(sources)
        state = tables.source_state
        planned = {row.source: row.next_due_at for row in self._connection.execute(select(state))}
        overdue = sorted((due, source) for source in wanted if (due := planned.get(source)) is not None and due <= now)
        return [source for source in wanted if planned.get(source) is None] + [source for _, source in overdue]

    def states(self, sources: Iterable[str] | None = None) -> dict[str, SourceState]:
        """The states of all sources ever tried, or of those asked for, by id."""
        wanted = None if sources is None else set(sources)
        rows = self._connection.execute(select(tables.source_state).order_by(tables.source_state.c.source))
        return {row.source: self._state(row) for row in rows if wanted is None or row.source in wanted}

    def attempted(self, source: str, at: datetime, next_due_at: datetime) -> None:
        """Note that an attempt begins; should it never end, the source is due again at `next_due_at`."""
        self._set(source, last_attempt_at=at, next_due_at=next_due_at)

    def hold(self, sources: Iterable[str], due_at: datetime, until: datetime) -> None:
        """Put off until then what would be due again at `due_at`, should its attempt never end."""
        state = tables.source_state
        held = state.c.source.in_(sorted(sources)) & (state.c.next_due_at == due_at)
        self._connection.execute(update(state).where(held).values(next_due_at=until))

    def answered(
        self,
        source: str,
        at: datetime,
        next_due_at: datetime,
        new_posts: int,
        interval_seconds: float | None = None,
    ) -> None:
        """Note an attempt that read the source, whether or not it held anything new."""
        posted = {"last_post_at": at} if new_posts else {}
        values = {"next_due_at": next_due_at, "failures": 0, "error": None, "interval_seconds": interval_seconds}
        self._set(source, last_answer_at=at, **values, **posted)

    def failed(
        self,
        source: str,
        at: datetime,
        error: str,
        interval: timedelta,
        longest: timedelta,
        not_before: datetime | None = None,
    ) -> datetime:
        """Note an attempt that could not read the source; return when it is due again.

        The pause doubles from `interval` with each failure in a row, up to `longest` (or to the interval, where that
        is longer); `not_before` is the time that the server asked for.
        """
        known = self._connection.execute(
            select(tables.source_state.c.failures).where(tables.source_state.c.source == source)
        ).scalar()
        failures = int(known or 0) + 1
        pause: timedelta = min(interval * 2 ** min(failures - 1, 20), max(interval, longest))
        due = max(at + pause, not_before or at)
        self._set(source, next_due_at=due, failures=failures, error=error)
        return due

    def postponed(self, source: str, until: datetime) -> None:
        """Set when it is due again without judging the attempt (it was cut off through no fault of its own)."""
        self._set(source, next_due_at=until)

    def cursor(self, source: str) -> Any:
        """How far the source has got by its own account, as JSON; None where it has kept none."""
        table = tables.source_state
        return self._connection.execute(select(table.c.cursor).where(table.c.source == source)).scalar()

    def keep_cursor(self, source: str, cursor: Any) -> None:
        """Keep how far the source has got."""
        self._set(source, cursor=cursor)

    def log(self, entry: Patrol) -> None:
        """Add a line to the patrol log."""
        values = {name: getattr(entry, name) for name in Patrol.__slots__}
        self._connection.execute(insert(tables.patrol).values(**values))

    def patrol_log(
        self,
        source: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        limit: int = 200,
    ) -> list[Patrol]:
        """Attempts that began from `since` to `until`, both included, newest first."""
        log = tables.patrol
        query = select(log).order_by(log.c.started_at.desc(), log.c.id.desc()).limit(limit)
        if source is not None:
            query = query.where(log.c.source == source)
        if since is not None:
            query = query.where(log.c.started_at >= since)
        if until is not None:
            query = query.where(log.c.started_at <= until)
        return [_patrol(row) for row in self._connection.execute(query)]

    def new_posts_since(self, source: str, since: datetime) -> int:
        """How many new posts the attempts have brought that began after `since`."""
        log = tables.patrol
        query = select(func.coalesce(func.sum(log.c.new_posts), 0)).where(
            log.c.source == source, log.c.started_at > since
        )
        return int(self._connection.execute(query).scalar_one())

    def first_patrol_at(self, source: str, outcomes: Iterable[str]) -> datetime | None:
        """When the first attempt began that came to one of these outcomes, as far as the log goes back."""
        log = tables.patrol
        query = select(log.c.started_at).where(log.c.source == source, log.c.outcome.in_(list(outcomes)))
        return self._connection.execute(query.order_by(log.c.started_at).limit(1)).scalar()

    def forget_patrols(self, before: datetime) -> int:
        """Drop log lines that began before then; return how many."""
        return self._connection.execute(delete(tables.patrol).where(tables.patrol.c.started_at < before)).rowcount

    def pages(self, source: str, limit: int = 20_000) -> list[PageState]:
        """What is remembered of a source's pages, the newest first."""
        page = tables.page_state
        query = select(page).where(page.c.source == source).order_by(page.c.fetched_at.desc()).limit(limit)
        return [
            PageState(row.page, row.etag, row.last_modified, row.fingerprint, row.fetched_at, row.resume)
            for row in self._connection.execute(query)
        ]

    def remember_pages(self, source: str, pages: Iterable[PageState]) -> None:
        """Remember how pages looked; call it in or after the transaction that stored what they said."""
        table = tables.page_state
        for page in pages:
            values = {name: getattr(page, name) for name in PageState.__slots__}
            if not insert_new(self._connection, table, source=source, **values):
                here = (table.c.source == source) & (table.c.page == page.page)
                self._connection.execute(update(table).where(here).values(**values))

    def forget_pages(self, before: datetime) -> int:
        """Drop what is remembered of pages not fetched since then; return how many."""
        return self._connection.execute(
            delete(tables.page_state).where(tables.page_state.c.fetched_at < before)
        ).rowcount

    def _state(self, row: Row[Any]) -> SourceState:
        names = (name for name in SourceState.__slots__ if name != "watched_since")
        # Only where it is the answer to "silent since when?": the log is long.
        asked = row.failures and row.last_answer_at is None
        first = select(func.min(tables.patrol.c.started_at)).where(tables.patrol.c.source == row.source)
        watched = self._connection.execute(first).scalar() if asked else None
        return SourceState(**{name: row._mapping[name] for name in names}, watched_since=watched)

    def _set(self, source: str, **values: Any) -> None:
        table = tables.source_state
        if not insert_new(self._connection, table, source=source, **{"failures": 0, **values}):
            self._connection.execute(update(table).where(table.c.source == source).values(**values))


def _patrol(row: Row[Any]) -> Patrol:
    return Patrol(**{name: row._mapping[name] for name in Patrol.__slots__})
