"""Names the index of an engine into which a moment falls: each holds so many days and says in its name which."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from storage.search.text_index import Span

_DAY = timedelta(days=1)
_FIRST = datetime(1970, 1, 1, tzinfo=UTC)
_NAME = re.compile(r"-(\d{4}-\d{2}-\d{2})-(\d+)d$")


def span_of(moment: datetime, days: int, family: str) -> Span:
    """The part of `family` with `days` a part that holds posts of that moment; days are those of UTC."""
    since = _FIRST + (moment - _FIRST) // (days * _DAY) * days * _DAY
    return Span(f"{family}-{since:%Y-%m-%d}-{days}d", since, since + days * _DAY)


def span_named(name: str) -> Span | None:
    """The part of that name, whatever number of days parts have by now; None for a name of something else."""
    found = _NAME.search(name)
    if found is None:
        return None
    since = datetime.fromisoformat(found[1]).replace(tzinfo=UTC)
    return Span(name, since, since + int(found[2]) * _DAY)
