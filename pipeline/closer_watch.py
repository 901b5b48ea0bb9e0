"""Watches records of a higher risk closer, where the settings say so: lower thresholds, and their sources read more often."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from crawlers.sources import Source
from records.words import Scope
from regulation.closer_watch import CloserWatch, WatchRow
from regulation.severity import SeverityRules
from storage.store import Store, Transaction

SEARCH = "search"
"""The kind of source that asks for public records by their words."""


class RulesInForce:
    """Which severity rules hold for a record at a moment. Without a closer watch nothing is asked of the store."""

    def __init__(self, rules: SeverityRules, closer: CloserWatch, own: Collection[str] = ()) -> None:
        """`own` names the rules with figures that the office has changed at its desk."""
        self.usual = rules
        self.own = frozenset(own)
        self._closer = closer
        self._lowered = closer.lowered(rules)

    def of(self, t: Transaction, record_id: str | None, at: datetime) -> SeverityRules:
        """The rules for the gathering of that record."""
        if not self._lowered or record_id is None:
            return self.usual
        row = _row_of(t, record_id, self._closer, at)
        return self.usual if row is None else self._lowered[row.level]


def closer_sources(
    store: Store, sources: Sequence[Source], closer: CloserWatch, now: datetime, shortest: timedelta
) -> list[Source]:
    """The sources as they are to be read: those that watch a record of higher risk at a shorter interval.

    Never shorter than `shortest`, unless the source's row says so itself.
    """
    if not closer.used:
        return list(sources)
    with store.reading() as t:
        watched = _watched(t, closer, now)
    searches = [row for row, scope in watched if scope is Scope.PUBLIC]
    found = []
    for source in sources:
        rows = [row for row, _ in watched if source.id in row.sources]
        rows += searches if source.kind == SEARCH else []
        percent = min((row.interval_percent for row in rows), default=100)
        wanted = max(source.interval * percent / 100, shortest.total_seconds())
        found.append(replace(source, interval=min(source.interval, wanted)))
    return found


def _row_of(t: Transaction, record_id: str, closer: CloserWatch, at: datetime) -> WatchRow | None:
    record = t.disclosures.get(record_id)
    if record is None:
        return None
    # The last assessment counts, where there is one: it may be newer than the record.
    level = t.risks.levels([record_id]).get(record_id, record.risk)
    return closer.of(level, record.published_at, at)


def _watched(t: Transaction, closer: CloserWatch, now: datetime) -> list[tuple[WatchRow, Scope]]:
    records = [record for record in t.disclosures.since(now - closer.window) if not record.withdrawn]
    levels = t.risks.levels([record.id for record in records])
    rows = (
        (closer.of(levels.get(record.id, record.risk), record.published_at, now), record.scope) for record in records
    )
    return [(row, scope) for row, scope in rows if row is not None]
