"""Puts what must be told of sources into one short message, however many sources it is about."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from alerts.message import BadTemplates, check_names, filled, neutral, shown
from records.alerts import Alert
from records.patrols import Trouble
from records.shipped_files import content_of
from records.spans import span

FACTS = frozenset({"count", "guess", "others"})
"""Facts that a caller may add. `guess` is one of the words under `guesses` in the templates."""

_FILE = Path(__file__).with_name("source_templates.yaml")
_KEYS = {"link", "list_link", "rest", "items", "guesses", "kinds"}
_FIELDS = frozenset({"name", "count", "guess", "advice", "others"})
_ITEM_FIELDS = frozenset({"name", "since", "until", "span", "why", "what"})
_NAME_LENGTH = 40


@dataclass(frozen=True, slots=True)
class Troubled:
    """A trouble with the name of its source, and what it is in Chinese."""

    trouble: Trouble
    name: str
    what: str


@dataclass(frozen=True, slots=True)
class SourceTemplate:
    """The words of one kind of alert about sources."""

    titles: tuple[str, ...]
    item: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SourceTemplates:
    """All the words of alerts about sources. No more than `items` sources are named."""

    kinds: Mapping[str, SourceTemplate]
    guesses: Mapping[str, Mapping[str, str]]
    link: str
    list_link: str
    rest: str
    items: int


def alerts_about_sources(
    kind: str,
    troubled: Sequence[Troubled],
    at: datetime,
    recipients: Iterable[str],
    facts: Mapping[str, str] | None = None,
) -> list[Alert]:
    """One alert a recipient, about all of these at once; its text is frozen and waits behind what is urgent.

    Its key is made from the troubles and when each was last told: the same state of things makes the same key. Raises
    KeyError for an unknown kind or guess, ValueError for an unknown fact.
    """
    known = dict(facts or {})
    if not known.keys() <= FACTS:
        raise ValueError(f"unknown facts: {', '.join(sorted(known.keys() - FACTS))}")
    words = source_templates()
    template = words.kinds[kind]
    values = _values(troubled, known)
    title = next((text for wanted in template.titles if (text := filled(wanted, values)) is not None), None)
    if title is None:
        raise ValueError(f"no title of {kind} fits")
    items = [filled(template.item, _item_values(one, at)) for one in troubled[: words.items]]
    rest = len(troubled) - words.items
    lines = [line for line in items if line is not None]
    lines += [words.rest.format(rest=rest)] if rest > 0 else []
    lines += [line for wanted in template.lines if (line := filled(wanted, values)) is not None]
    link = words.link.format(source=troubled[0].trouble.source) if len(troubled) == 1 else words.list_link
    told = "|".join(f"{one.trouble.id}@{one.trouble.told_at}" for one in troubled)
    return [
        Alert(
            key=hashlib.sha256(f"{kind}|{told}|{recipient}".encode()).hexdigest(),
            at=at,
            kind=kind,
            incident=None,
            recipient=recipient,
            due_at=None,
            title=title,
            body="\n".join(lines),
            link=link,
            urgent=False,
        )
        for recipient in recipients
    ]


@cache
def source_templates() -> SourceTemplates:
    """The shipped words."""
    return source_templates_from(content_of(_FILE), _FILE.name)


def source_templates_from(row: Any, file: str) -> SourceTemplates:
    """Read the words. Raises BadTemplates naming the file, the place and the fault."""
    if not isinstance(row, dict) or row.keys() != _KEYS:
        raise BadTemplates(f"{file}: exactly these keys are expected: {', '.join(sorted(_KEYS))}")
    if not isinstance(row["items"], int) or not all(isinstance(row[key], dict) for key in ("kinds", "guesses")):
        raise BadTemplates(f"{file}: `items` must be a whole number, `kinds` and `guesses` rows")
    for key, allowed in (("link", {"source"}), ("list_link", set()), ("rest", {"rest"})):
        check_names(row[key], allowed, f"{file}: {key}")
    for name, guess in row["guesses"].items():
        if not isinstance(guess, dict) or guess.keys() != {"guess", "advice"}:
            raise BadTemplates(f"{file}: {name}: exactly `guess` and `advice` are expected")
    kinds = {kind: _template(value, f"{file}: {kind}") for kind, value in row["kinds"].items()}
    return SourceTemplates(kinds, row["guesses"], row["link"], row["list_link"], row["rest"], row["items"])


def _template(row: Any, place: str) -> SourceTemplate:
    if not isinstance(row, dict) or row.keys() != {"titles", "item", "lines"}:
        raise BadTemplates(f"{place}: exactly `titles`, `item` and `lines` are expected")
    if not isinstance(row["titles"], list) or not row["titles"] or not isinstance(row["lines"], list):
        raise BadTemplates(f"{place}: `titles` and `lines` must be lists")
    for text in (*row["titles"], *row["lines"]):
        check_names(text, _FIELDS, place)
    check_names(row["item"], _ITEM_FIELDS, place)
    return SourceTemplate(tuple(row["titles"]), row["item"], tuple(row["lines"]))


def _values(troubled: Sequence[Troubled], facts: Mapping[str, str]) -> dict[str, str]:
    values = {key: neutral(value) for key, value in facts.items() if value not in ("", "0")}
    if "guess" in values:
        values |= source_templates().guesses[values["guess"]]
    if len(troubled) == 1 and "count" not in values:
        return {**values, "name": neutral(troubled[0].name, _NAME_LENGTH)}
    return {"count": str(len(troubled)), **values}


def _item_values(one: Troubled, at: datetime) -> dict[str, str]:
    trouble = one.trouble
    until = trouble.ended_at or at
    values = {
        "name": neutral(one.name, _NAME_LENGTH),
        "since": shown(trouble.since),
        "until": shown(until),
        "what": neutral(one.what),
        "why": neutral(trouble.detail or ""),
    }
    return values | {"span": span(until - trouble.since)}
