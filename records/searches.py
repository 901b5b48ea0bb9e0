"""A search as a person asks it: words, a time and filters. Days that are past move on with the day, dates stay."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any, TypeVar

from records.words import Category, Channel, Sentiment, Severity
from records.zone import CHINA

_DAY = timedelta(days=1)
W = TypeVar("W", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Search:
    """What is looked for; None and "" mean any.

    The time is the last `days`, or from the day `first` to the day `last`, both included. `record` are words that name
    records; `severity` is that of the incident which a post belongs to.
    """

    words: str = ""
    days: int | None = None
    first: date | None = None
    last: date | None = None
    channel: Channel | None = None
    source: str | None = None
    record: str = ""
    category: Category | None = None
    severity: Severity | None = None
    sentiment: Sentiment | None = None

    @property
    def asks_nothing(self) -> bool:
        """Whether it holds neither words nor a filter; a time alone is none."""
        filters = (self.channel, self.source, self.category, self.severity, self.sentiment)
        return not self.words.strip() and not self.record.strip() and all(one is None for one in filters)

    def since(self, now: datetime) -> datetime | None:
        """From when on; None from the beginning."""
        if self.days is not None:
            return now - self.days * _DAY
        return None if self.first is None else datetime.combine(self.first, time(), CHINA)

    @property
    def until(self) -> datetime | None:
        """Until when, the moment itself included; None without an end."""
        if self.last is None:
            return None
        return datetime.combine(self.last, time(), CHINA) + _DAY - timedelta(microseconds=1)

    def row(self) -> dict[str, Any]:
        """What of it is asked for, as JSON can hold it."""
        asked = ((field.name, getattr(self, field.name)) for field in fields(self))
        return {name: _written(value) for name, value in asked if value not in (None, "")}


def search_from(row: Mapping[str, Any]) -> Search:
    """Read what `Search.row` wrote. A word that is none any more is left out; raises ValueError for a date that is none."""
    read = {name: _READ[name](value) for name, value in row.items() if name in _READ}
    return Search(**read)


def _word(kind: type[W]) -> Callable[[str], W | None]:
    return lambda written: next((word for word in kind if word.value == written), None)


_READ: dict[str, Callable[[Any], Any]] = {
    "words": str,
    "days": int,
    "first": date.fromisoformat,
    "last": date.fromisoformat,
    "channel": _word(Channel),
    "source": str,
    "record": str,
    "category": _word(Category),
    "severity": _word(Severity),
    "sentiment": _word(Sentiment),
}


def _written(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
