"""The periods of regular disclosure (二（五）2): in which month, quarter, half-year or year a day lies, and which comes next."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from records.words import Period

_MONTHS: Mapping[Period, int] = {Period.MONTH: 1, Period.QUARTER: 3, Period.HALF_YEAR: 6, Period.YEAR: 12}
_ORDER = "一二三四"


@dataclass(frozen=True, slots=True)
class Span:
    """One period, from its first to its last day."""

    period: Period
    first: date
    last: date

    @property
    def label(self) -> str:
        """The period as people say it."""
        year, number = self.first.year, (self.first.month - 1) // _MONTHS[self.period]
        return {
            Period.MONTH: f"{year}年{number + 1}月",
            Period.QUARTER: f"{year}年第{_ORDER[number % 4]}季度",
            Period.HALF_YEAR: f"{year}年{'下' if number % 2 else '上'}半年",
            Period.YEAR: f"{year}年",
        }[self.period]

    def before(self) -> Span:
        """The period before it."""
        return span_of(self.period, self.first - timedelta(days=1))

    def next(self) -> Span:
        """The period after it."""
        return span_of(self.period, self.last + timedelta(days=1))


def span_of(period: Period, day: date) -> Span:
    """The period in which a day lies."""
    length = _MONTHS[period]
    first = date(day.year, (day.month - 1) // length * length + 1, 1)
    year, month = divmod(first.year * 12 + first.month - 1 + length, 12)
    return Span(period, first, date(year, month + 1, 1) - timedelta(days=1))


def spans_after(span: Span, today: date) -> Iterator[Span]:
    """Every period after `span` that has begun."""
    following = span.next()
    while following.first <= today:
        yield following
        following = following.next()
