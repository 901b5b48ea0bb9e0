"""Keeps disclosure records; append only, so that a correction is a new version that says what it corrects."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, Select, func, insert, select

from records.disclosures import Disclosure
from records.words import Risk, Scope
from storage.tables import disclosure
from storage.turns import take_turn

_PART = 500
"""So many ids are asked for at once."""


class Added(StrEnum):
    """What became of a record that was handed in."""

    NEW = "new"
    CORRECTED = "corrected"
    UNCHANGED = "unchanged"


class ExplanationMissing(ValueError):
    """Another content for a known record without a word on why (第二十条)."""


@dataclass(frozen=True, slots=True)
class Version:
    """One stored version, with who recorded it and when."""

    disclosure: Disclosure
    recorded_at: datetime
    recorded_by: str


@dataclass(frozen=True, slots=True)
class OfItem:
    """Of one current record: under which item of the catalogue it was published by whom and when."""

    id: str
    unit: str
    catalogue_item: str
    published_at: datetime


Explained = Callable[[Disclosure, Disclosure], str | None]
"""Why the known record (first) is corrected to the other; None where there is no word on it."""


def unexplained(before: Disclosure, after: Disclosure) -> str | None:
    """No explanation but what the record brings itself."""
    return None


class Disclosures:
    """Versions of disclosure records; the highest version of an id is the current one."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, record: Disclosure, at: datetime, by: str, *, anew: bool = False) -> Added:
        """Store a record: version 1 of a new id, the next version of a known id whose content differs, or of any where it is
        to be said `anew` (a correction of the way of disclosure leaves the content as it was).

        Raises ExplanationMissing for a next version without `explanation`.
        """
        return self.add_all([record], at, by, anew=anew)[0]

    def add_all(
        self,
        records: Sequence[Disclosure],
        at: datetime,
        by: str,
        explained: Explained = unexplained,
        *,
        anew: bool = False,
    ) -> list[Added]:
        """`add` for many, as one after the other; what became of each. `explained` says why where a record does not."""
        take_turn(self._connection, "disclosures")
        known = self.many(record.id for record in records)
        became: list[Added] = []
        fresh: list[Disclosure] = []
        for record in records:
            before = known.get(record.id)
            if before is not None and not anew and _same(before, record):
                became.append(Added.UNCHANGED)
                continue
            became.append(Added.NEW if before is None else Added.CORRECTED)
            known[record.id] = _next_version(before, record, explained)
            fresh.append(known[record.id])
        self._insert(fresh, at, by)
        return became

    def get(self, record_id: str) -> Disclosure | None:
        """The current version, or None."""
        row = self._connection.execute(_current().where(disclosure.c.id == record_id)).first()
        return None if row is None else _record(row)

    def many(self, record_ids: Iterable[str]) -> dict[str, Disclosure]:
        """The current versions of these records, by id; those that are not here are left out."""
        wanted = list(dict.fromkeys(record_ids))
        found: dict[str, Disclosure] = {}
        for start in range(0, len(wanted), _PART):
            query = _current().where(disclosure.c.id.in_(wanted[start : start + _PART]))
            found |= {row.id: _record(row) for row in self._connection.execute(query)}
        return found

    def since(self, moment: datetime, besides: Iterable[str] = (), at_least: int = 0) -> list[Disclosure]:
        """The current versions published since then, those of `besides`, and of the others the newest, until there are
        `at_least` so many; newest published first."""
        table = disclosure
        newest = _current().order_by(table.c.published_at.desc(), table.c.id)
        recent = [_record(row) for row in self._connection.execute(newest.where(table.c.published_at >= moment))]
        if len(recent) < at_least:
            recent = [_record(row) for row in self._connection.execute(newest.limit(at_least))]
        others = self.many(set(besides) - {record.id for record in recent})
        return sorted([*recent, *others.values()], key=lambda record: (-record.published_at.timestamp(), record.id))

    def current(self, limit: int | None = None) -> list[Disclosure]:
        """The current version of every record, or of the `limit` newest; newest published first."""
        query = _current().order_by(disclosure.c.published_at.desc(), disclosure.c.id).limit(limit)
        return [_record(row) for row in self._connection.execute(query)]

    def published_in(self, since: datetime, until: datetime) -> list[Disclosure]:
        """The records that stand and were published from `since` up to, not with, `until`; oldest first."""
        times = (disclosure.c.published_at >= since, disclosure.c.published_at < until)
        query = _current().where(*times, disclosure.c.withdrawn.is_(False))
        return [
            _record(row) for row in self._connection.execute(query.order_by(disclosure.c.published_at, disclosure.c.id))
        ]

    def of_items(self, items: Iterable[str]) -> list[OfItem]:
        """Which records stand under these items of the catalogue and are not withdrawn."""
        columns = [disclosure.c[name] for name in ("id", "unit", "catalogue_item", "published_at")]
        query = _current().with_only_columns(*columns).where(~disclosure.c.withdrawn).order_by(disclosure.c.id)
        wanted = sorted(set(items))
        found: list[OfItem] = []
        for start in range(0, len(wanted), _PART):
            part = query.where(disclosure.c.catalogue_item.in_(wanted[start : start + _PART]))
            found += [OfItem(*row) for row in self._connection.execute(part)]
        return found

    def units(self) -> set[str]:
        """Every unit that answers for a record."""
        return set(self._connection.execute(_current().with_only_columns(disclosure.c.unit).distinct()).scalars())

    def party_names(self) -> list[str]:
        """Titles and numbers of every version of every record that is open within the party only."""
        query = select(disclosure.c.title, disclosure.c.doc_number).where(disclosure.c.scope == Scope.PARTY.value)
        rows = self._connection.execute(query).all()
        return sorted({name for row in rows for name in row if name})

    def versions(self, record_id: str) -> list[Version]:
        """Every version of one record, oldest first."""
        query = select(disclosure).where(disclosure.c.id == record_id).order_by(disclosure.c.version)
        return [Version(_record(row), row.recorded_at, row.recorded_by) for row in self._connection.execute(query)]

    def count_versions(self) -> int:
        """How many versions are stored; it grows with every change."""
        return self._connection.execute(select(func.count()).select_from(disclosure)).scalar_one()

    def numbers(self) -> dict[str, int]:
        """The number of the current version of every record."""
        query = select(disclosure.c.id, func.max(disclosure.c.version).label("version")).group_by(disclosure.c.id)
        return {row.id: row.version for row in self._connection.execute(query)}

    def level(self) -> str:
        """A text that is another one after every change."""
        query = select(func.count().label("versions"), func.max(disclosure.c.recorded_at).label("at"))
        row = self._connection.execute(query).one()
        return f"{row.versions}@{row.at.isoformat() if row.at else ''}"

    def _insert(self, records: Sequence[Disclosure], at: datetime, by: str) -> None:
        rows = [
            {
                "id": record.id,
                "version": record.version,
                "title": record.title,
                "doc_number": record.doc_number,
                "published_at": record.published_at,
                "unit": record.unit,
                "catalogue_item": record.catalogue_item,
                "scope": record.scope.value,
                "url": record.url,
                "body": record.body,
                "watch_terms": list(record.watch_terms),
                "risk": record.risk and record.risk.value,
                "explanation": record.explanation,
                "interpretation": record.interpretation,
                "withdrawn": record.withdrawn,
                "recorded_at": at,
                "recorded_by": by,
            }
            for record in records
        ]
        if rows:
            self._connection.execute(insert(disclosure), rows)


def _same(known: Disclosure, record: Disclosure) -> bool:
    return replace(record, version=known.version, explanation=known.explanation) == known


def _next_version(known: Disclosure | None, record: Disclosure, explained: Explained) -> Disclosure:
    if known is None:
        return replace(record, version=1)
    explanation = record.explanation or explained(known, record)
    if explanation is None:
        raise ExplanationMissing(f"“{record.id}”已有内容不同的版本：更正要写明说明")
    return replace(record, version=known.version + 1, explanation=explanation)


def _current() -> Select[Any]:
    newer = disclosure.alias("newer")
    later = select(newer.c.id).where(newer.c.id == disclosure.c.id, newer.c.version > disclosure.c.version).exists()
    return select(disclosure).where(~later)


def _record(row: Row[Any]) -> Disclosure:
    return Disclosure(
        id=row.id,
        title=row.title,
        doc_number=row.doc_number,
        published_at=row.published_at,
        unit=row.unit,
        catalogue_item=row.catalogue_item,
        scope=Scope(row.scope),
        url=row.url,
        body=row.body,
        watch_terms=tuple(row.watch_terms),
        risk=None if row.risk is None else Risk(row.risk),
        version=row.version,
        explanation=row.explanation,
        interpretation=row.interpretation,
        withdrawn=row.withdrawn,
    )
