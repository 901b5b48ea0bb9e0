"""Decides which severity step a gathering takes its incident to: by rule severity only rises (第四十二条)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet

from casework.incidents.grouping import Gathering
from records.incidents import Member, SeverityChange
from records.words import Severity
from regulation.severity import PERSON, Rule, SeverityRules


def step_up(
    gathering: Gathering,
    rules: SeverityRules,
    current: Severity | None,
    overruled: AbstractSet[str] = frozenset(),
) -> Rule | None:
    """The rule that opens an incident (`current` None) or raises it now, or None.

    The highest severity counts, and of it the first row. Nothing opens before a rule of the opening severity holds.
    Rules named in `overruled` raise nothing.
    """
    holding = rules.holding(gathering)
    if current is None and not any(rule.severity is rules.opening for rule in holding):
        return None
    rank = 0 if current is None else current.rank
    higher = [rule for rule in holding if rule.severity.rank > rank and rule.name not in overruled]
    return max(higher, key=lambda rule: rule.severity.rank, default=None)


def overruled_by_person(
    history: Sequence[SeverityChange], members: Iterable[Member], rules: SeverityRules
) -> frozenset[str]:
    """Names of the rules that held when a person last lowered the severity, and have held ever since.

    That person knew what they said: the same facts do not raise the incident again, new ones do. Empty where the last
    step of the history is not a lowering by a person.
    """
    if not _lowered_by_person(history):
        return frozenset()
    lowered_at = history[-1].at
    gathering = Gathering(rules.windows)
    held: frozenset[str] | None = None
    for member in members:
        if held is None and member.seen_at > lowered_at:
            gathering.advance(lowered_at)
            held = _names(gathering, rules)
        gathering.restore(member)
        if held is not None:
            held &= _names(gathering, rules)
    if held is None:
        gathering.advance(lowered_at)
        held = _names(gathering, rules)
    return held


def still_overruled(gathering: Gathering, rules: SeverityRules, overruled: frozenset[str]) -> frozenset[str]:
    """Of the overruled rules those that still hold: one that stops holding may raise again when it next holds."""
    return overruled & _names(gathering, rules) if overruled else overruled


def _lowered_by_person(history: Sequence[SeverityChange]) -> bool:
    if len(history) < 2 or history[-1].rule != PERSON:
        return False
    return history[-1].severity.rank < history[-2].severity.rank


def _names(gathering: Gathering, rules: SeverityRules) -> frozenset[str]:
    return frozenset(rule.name for rule in rules.holding(gathering))
