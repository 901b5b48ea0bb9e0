"""Keeps the suggestions ledger: suggestions and entries are added and never changed, but for words that must be taken away."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, func, insert, or_, select, update

from records.suggestions import REDACTED_TEXT, Did, Suggestion, SuggestionEntry
from storage.tables import suggestion, suggestion_entry
from storage.turns import take_turn

_CHUNK = 500


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which suggestions: `unit` handles or handled them, they came in `since` and before `until`, are about `record`, are
    not `finished`. None: all the same."""

    unit: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    record: str | None = None
    open_only: bool = False


class Suggestions:
    """Suggestions and the entries of their ledger."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def take_turn(self) -> None:
        """Make this transaction the only one that reads and then writes the ledger until it ends."""
        take_turn(self._connection, "suggestions")

    def last_number(self, year: int) -> int:
        """The highest number given in that year, 0 before the first."""
        query = select(func.max(suggestion.c.id)).where(suggestion.c.id.startswith(f"{year}-"))
        found = self._connection.execute(query).scalar()
        return 0 if found is None else int(str(found).partition("-")[2])

    def add(self, made: Suggestion) -> None:
        """Keep a suggestion for good."""
        self._connection.execute(insert(suggestion).values(**asdict(made)))

    def note(self, entry: SuggestionEntry) -> SuggestionEntry:
        """Write an entry for good; the same with its number."""
        values = {key: value for key, value in asdict(entry).items() if key != "id"}
        number = self._connection.execute(
            insert(suggestion_entry).values(**values).returning(suggestion_entry.c.id)
        ).scalar_one()
        return replace(entry, id=number)

    def get(self, suggestion_id: str) -> Suggestion | None:
        """The suggestion of that number."""
        row = self._connection.execute(select(suggestion).where(suggestion.c.id == suggestion_id)).one_or_none()
        return None if row is None else _suggestion(row)

    def many(self, suggestion_ids: Iterable[str]) -> list[Suggestion]:
        """The suggestions of these numbers, in the order of the numbers; those that are not here are left out."""
        found: list[Suggestion] = []
        for part in _chunks(sorted(set(suggestion_ids))):
            query = select(suggestion).where(suggestion.c.id.in_(part)).order_by(suggestion.c.id)
            found += [_suggestion(row) for row in self._connection.execute(query)]
        return found

    def by_origin(self, origins: Iterable[str]) -> dict[str, str]:
        """The numbers of the suggestions that were taken from these, by origin."""
        found: dict[str, str] = {}
        for part in _chunks(list(origins)):
            query = select(suggestion.c.origin, suggestion.c.id).where(suggestion.c.origin.in_(part))
            found |= {row.origin: row.id for row in self._connection.execute(query)}
        return found

    def listed(self, wanted: Wanted, limit: int) -> list[Suggestion]:
        """The suggestions that are wanted, the newest first."""
        query = _those(select(suggestion), wanted)
        query = query.order_by(suggestion.c.received_at.desc(), suggestion.c.id.desc()).limit(limit)
        return [_suggestion(row) for row in self._connection.execute(query)]

    def entries(self, suggestion_ids: Sequence[str]) -> dict[str, list[SuggestionEntry]]:
        """The entries of several suggestions, oldest first, by suggestion."""
        found: dict[str, list[SuggestionEntry]] = {suggestion_id: [] for suggestion_id in suggestion_ids}
        for part in _chunks(list(found)):
            query = select(suggestion_entry).where(suggestion_entry.c.suggestion.in_(part))
            for row in self._connection.execute(query.order_by(suggestion_entry.c.id)):
                found[row.suggestion].append(_entry(row))
        return found

    def overdue(self, now: datetime) -> list[str]:
        """The open suggestions of which some entry names a moment that has passed: where something may be overdue."""
        passed = suggestion_entry.alias("passed")
        late = select(passed.c.id).where(passed.c.suggestion == suggestion.c.id, passed.c.due_at < now).exists()
        query = _those(select(suggestion.c.id).where(late), Wanted(open_only=True))
        return list(self._connection.execute(query.order_by(suggestion.c.id)).scalars())

    def redact(self, suggestion_ids: Collection[str]) -> None:
        """Leave nothing of the words of these suggestions and of what was noted of them."""
        for part in _chunks(list(suggestion_ids)):
            self._connection.execute(update(suggestion).where(suggestion.c.id.in_(part)).values(text=REDACTED_TEXT))
            self._connection.execute(
                update(suggestion_entry)
                .where(suggestion_entry.c.suggestion.in_(part), suggestion_entry.c.text.is_not(None))
                .values(text=REDACTED_TEXT)
            )


def _those(query: Select[Any], wanted: Wanted) -> Select[Any]:
    if wanted.unit is not None:
        query = query.where(or_(suggestion.c.unit == wanted.unit, _noted(Did.TRANSFERRED, unit=wanted.unit)))
    if wanted.since is not None:
        query = query.where(suggestion.c.received_at >= wanted.since)
    if wanted.until is not None:
        query = query.where(suggestion.c.received_at < wanted.until)
    if wanted.record is not None:
        query = query.where(suggestion.c.record == wanted.record)
    if wanted.open_only:
        query = query.where(~_noted(Did.FINISHED))
    return query


def _noted(did: Did, **values: str) -> ColumnElement[bool]:
    """Whether an entry of that kind stands that was not taken back."""
    one, taken_back = suggestion_entry.alias(), suggestion_entry.alias()
    gone = select(taken_back.c.id).where(taken_back.c.of == one.c.id, taken_back.c.did == Did.VOID).exists()
    named = [one.c[name] == value for name, value in values.items()]
    return select(one.c.id).where(one.c.suggestion == suggestion.c.id, one.c.did == did, *named, ~gone).exists()


def _chunks(values: Sequence[str]) -> Iterator[Sequence[str]]:
    for begin in range(0, len(values), _CHUNK):
        yield values[begin : begin + _CHUNK]


def _suggestion(row: Row[Any]) -> Suggestion:
    return Suggestion(
        id=row.id,
        text=row.text,
        way=row.way,
        received_at=row.received_at,
        record=row.record,
        unit=row.unit,
        origin=row.origin,
    )


def _entry(row: Row[Any]) -> SuggestionEntry:
    return SuggestionEntry(
        id=row.id,
        suggestion=row.suggestion,
        did=Did(row.did),
        at=row.at,
        actor=row.actor,
        text=row.text,
        unit=row.unit,
        way=row.way,
        happened_at=row.happened_at,
        due_at=row.due_at,
        counted=row.counted,
        of=row.of,
    )
