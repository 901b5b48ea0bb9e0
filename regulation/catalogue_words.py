"""Says what the cells of a catalogue item mean: to whom, by which platforms, when; reads catalogue_words.yaml."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from records.shipped_files import content_of
from records.words import Period, Scope, TimeKind
from regulation.clauses import citation
from regulation.rule_rows import BadRules, fault_in

_FILE = Path(__file__).with_name("catalogue_words.yaml")
_BETWEEN = re.compile(r"[、，,；;\s]+|或者|或")


class UnknownWords(ValueError):
    """A cell in which no known word stands. The message is Chinese and says which words there are."""


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    word: str = Field(min_length=1)
    clause: str

    @field_validator("clause")
    @classmethod
    def _cited(cls, value: str) -> str:
        citation(value)
        return value


class ScopeWord(_Row):
    """A word that tells to whom."""

    scopes: frozenset[Scope]


class TimeWord(_Row):
    """A word that tells when."""

    kind: TimeKind


class PeriodWord(_Row):
    """A word that tells how often."""

    period: Period


class Words(BaseModel):
    """catalogue_words.yaml as read; see there for what each part means."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    as_content: str = Field(min_length=1)
    scope: tuple[ScopeWord, ...]
    time: tuple[TimeWord, ...]
    period: tuple[PeriodWord, ...]
    open_ended: tuple[str, ...]
    online: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Platforms:
    """The platforms that a cell names; `open_ended` where others fit as well."""

    names: tuple[str, ...]
    open_ended: bool

    def fits(self, platform: str) -> bool:
        """Whether something disclosed there is disclosed as the cell says."""
        if self.open_ended or platform in self.names:
            return True
        return is_online(platform) and any(is_online(name) for name in self.names)


@dataclass(frozen=True, slots=True)
class Timing:
    """When a cell says: the kind, None where the content decides; the period where it names one."""

    kind: TimeKind | None
    period: Period | None = None


def scopes_in(cell: str) -> frozenset[Scope]:
    """To whom. Raises UnknownWords."""
    words = catalogue_words()
    if words.as_content in cell:
        return frozenset(Scope)
    found = [row.scopes for row in words.scope if row.word in cell]
    if not found:
        raise UnknownWords(f"应写明{_listed([row.word for row in words.scope], words)}")
    return frozenset().union(*found)


def timing_in(cell: str) -> Timing:
    """When. Raises UnknownWords."""
    words = catalogue_words()
    if words.as_content in cell:
        return Timing(None)
    kinds = [row.kind for row in words.time if row.word in cell]
    if len(kinds) != 1:
        raise UnknownWords(f"应写明{_listed([row.word for row in words.time], words)}中的一种")
    named = (row.period for row in words.period if row.word in cell)
    return Timing(kinds[0], next(named, None) if kinds[0] is TimeKind.REGULAR else None)


def platforms_in(cell: str) -> Platforms:
    """By which platforms."""
    words = catalogue_words()
    parts = [part for part in _BETWEEN.split(cell) if part]
    open_ended = words.as_content in cell or any(part.endswith(words.open_ended) for part in parts)
    return Platforms(tuple(part.removesuffix("等") for part in parts), open_ended)


def is_online(platform: str) -> bool:
    """Whether a platform is read over a network."""
    return any(word in platform for word in catalogue_words().online)


@cache
def catalogue_words() -> Words:
    """The words in force."""
    return words_from(content_of(_FILE), _FILE.name)


def words_from(content: Any, file: str) -> Words:
    """Read the words. Raises BadRules naming the file, the place and the fault."""
    try:
        return Words.model_validate(content)
    except ValidationError as error:
        raise BadRules(f"{file}：{fault_in(error, {}, '缺少、多余或不是认识的词')}") from None


def _listed(known: list[str], words: Words) -> str:
    return f"{'、'.join(known)}或{words.as_content}"
