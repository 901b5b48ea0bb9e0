"""Who must be told of what: reads recipients.yaml; a kind of alert that it does not know is an error."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from records.alerts import OFFICE
from records.shipped_files import content_of

RESPONSIBLE_UNIT = "responsible_unit"
"""The word for the unit that answers for an incident, whichever it is when the alert goes out."""

CO_UNITS = "co_units"
"""The word for the units that help with an incident (协办单位), whichever they are when the alert goes out."""

THIS_CO_UNIT = "this_co_unit"
"""The word for the one of them that is named or taken off, or that has to acknowledge."""

FORMER_UNIT = "former_unit"
"""The word for the unit from which an incident is handed over."""

_FILE = Path(__file__).with_name("recipients.yaml")
_KEYS = {"kind", "to", "clause"}
_WORDS = (RESPONSIBLE_UNIT, CO_UNITS, THIS_CO_UNIT, FORMER_UNIT, OFFICE)


class UnknownKind(ValueError):
    """A kind of alert that stands in no row of recipients.yaml."""


class BadRecipients(ValueError):
    """recipients.yaml cannot be read as rows; the message names the row and the fault."""


@dataclass(frozen=True, slots=True)
class Route:
    """One row: alerts of `kind` go `to` these words."""

    kind: str
    to: tuple[str, ...]
    clause: str


def words_for(kind: str) -> tuple[str, ...]:
    """The words of the row for `kind`: what a clock's policy keeps. Raises UnknownKind."""
    try:
        return _routes()[kind].to
    except KeyError:
        raise UnknownKind(f"no row for the alert {kind!r} in {_FILE.name}") from None


def named(
    words: Iterable[str], unit: str | None, others: Mapping[str, Sequence[str]] = MappingProxyType({})
) -> tuple[str, ...]:
    """The recipients that the words stand for now, each once; `others` are those of every word but the first two.

    Without a responsible unit it is the office (H-40(3)). So it is for a word that a running clock has kept although the
    rules know it no more: nothing goes to nobody.
    """
    stand = (
        {RESPONSIBLE_UNIT: (unit or OFFICE,)} | {word: () for word in _WORDS[1:]} | dict(others) | {OFFICE: (OFFICE,)}
    )
    return tuple(dict.fromkeys(who for word in words for who in stand.get(word, (OFFICE,))))


def recipients_for(
    kind: str, unit: str | None, others: Mapping[str, Sequence[str]] = MappingProxyType({})
) -> tuple[str, ...]:
    """Who is told of an alert of `kind` about an incident of `unit`; see `named`. Raises UnknownKind."""
    return named(words_for(kind), unit, others)


def routes_from(rows: Any, file: str) -> dict[str, Route]:
    """Read the rows. Raises BadRecipients naming the file, the row and the fault."""
    if not isinstance(rows, list):
        raise BadRecipients(f"{file}: a list of rows is expected")
    routes: dict[str, Route] = {}
    for number, row in enumerate(rows, 1):
        route = _read(row, f"{file}: row {number}")
        if route.kind in routes:
            raise BadRecipients(f"{file}: row {number}: {route.kind} stands twice")
        routes[route.kind] = route
    return routes


def _read(row: Any, place: str) -> Route:
    if not isinstance(row, dict) or row.keys() != _KEYS:
        raise BadRecipients(f"{place}: exactly these keys are expected: {', '.join(sorted(_KEYS))}")
    to = row["to"]
    if not isinstance(to, list) or not to or any(word not in _WORDS for word in to):
        raise BadRecipients(f"{place}: `to` must be a list of {', '.join(_WORDS)}")
    if not isinstance(row["kind"], str) or not isinstance(row["clause"], str):
        raise BadRecipients(f"{place}: `kind` and `clause` must be text")
    return Route(row["kind"], tuple(to), row["clause"])


@cache
def _routes() -> dict[str, Route]:
    return routes_from(content_of(_FILE), _FILE.name)
