"""The office's own figures in place of those of the severity rules: changed by a person with a reason, audited, taken back.

The shipped rules and the settings stay as they are; what is kept here stands over them for what is judged from then on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from pipeline import own_values
from pipeline.acts import Actor
from pipeline.closer_watch import RulesInForce
from pipeline.own_values import Made, Own, Standing
from records.people import Person
from records.words import Severity
from regulation.closer_watch import CloserWatch
from regulation.permissions import allowed
from regulation.severity import SeverityRules, figures_of, severity_rules
from storage.store import Store, Transaction

CHANGE = "change_figures"
"""The act in permissions.yaml and in the log."""

SUBJECT = "severity"
LARGEST = 1_000_000

Changes = Mapping[str, Mapping[str, Any]]
"""Figures by rule and name, as the settings write them under rules.severity."""

_KEY = "own_figures"


@dataclass(frozen=True, slots=True)
class Below(own_values.Ground):
    """What the office's own figures stand over: what the settings change of the rules. Beside them stands the closer watch
    on records of a higher risk, whose thresholds must be possible with them."""

    act: ClassVar = CHANGE
    subject: ClassVar = SUBJECT
    kept_as: ClassVar = _KEY
    called: ClassVar = "等级规则的数值"
    settings: Changes
    closer: CloserWatch

    def rules(self, own: Changes) -> SeverityRules:
        """The shipped rules, over them the settings, over them the office's own figures. Raises BadRules.

        A figure of a rule that is gone with a new version of the program counts no more.
        """
        changes = {name: dict(values) for name, values in self.settings.items()}
        for rule in severity_rules(self.settings).rules:
            mine = {name: value for name, value in own.get(rule.name, {}).items() if name in figures_of(rule)}
            changes[rule.name] = {**changes.get(rule.name, {}), **mine}
        return severity_rules(changes)

    def in_force(self, own: Changes) -> RulesInForce:
        """The same with the thresholds of the closer watch. Raises BadRules."""
        return RulesInForce(self.rules(own), self.closer, own)

    def own(self, t: Transaction) -> Own:
        """The figures that the office has changed, by rule and name."""
        return {_name(rule, name): value for rule, values in own_figures(t).items() for name, value in values.items()}

    def keep(self, t: Transaction, own: Own) -> None:
        """Keep these from now on."""
        t.meta.put(self.kept_as, _by_rule(own))

    def standing(self, own: Own) -> Mapping[str, Standing]:
        """Every figure. Raises BadRules where these cannot stand together."""
        self.in_force(_by_rule(own))
        return {
            _name(one.rule, one.name): Standing(
                _name(one.rule, one.name),
                one.wording,
                one.now,
                one.usual,
                {"rule": one.rule, "figure": one.name, "clause": one.clause},
            )
            for one in _figures(_by_rule(own), self)
        }

    def fault(self, name: str, after: Any) -> str | None:
        """Why this can be no figure."""
        fits = isinstance(after, int) and not isinstance(after, bool) and 1 <= after <= LARGEST
        return None if fits else f"应为 1 到 {LARGEST} 的整数"

    def name_in(self, facts: Mapping[str, Any]) -> str:
        """Which figure a row of the log is about."""
        return _name(str(facts["rule"]), str(facts["figure"]))


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of one rule: what it is now, and what it would be without the office's own change."""

    rule: str
    name: str
    severity: Severity
    wording: str
    clause: str
    now: int
    usual: int


@dataclass(frozen=True, slots=True)
class Changed:
    """One change as the log has it. `may_undo`: it is the last one of its figure and holds still."""

    seq: int
    at: datetime
    actor: str
    rule: str
    name: str
    before: int
    after: int
    reason: str
    may_undo: bool


@dataclass(frozen=True, slots=True)
class FiguresPage:
    """Every figure, and the newest changes."""

    figures: tuple[Figure, ...]
    changes: tuple[Changed, ...]


def own_figures(t: Transaction) -> Changes:
    """What the office has changed and not taken back."""
    kept: dict[str, dict[str, int]] = t.meta.get(_KEY) or {}
    return kept


def figures_page(t: Transaction, person: Person, below: Below) -> FiguresPage | None:
    """What the page shows; None for somebody who may not change it."""
    if not allowed(person.role, CHANGE):
        return None
    made = own_values.history(t, below)
    return FiguresPage(_figures(own_figures(t), below), tuple(_changed(one) for one in made))


def change_figure(
    store: Store,
    below: Below,
    figure: Figure,
    after: int,
    reason: str,
    actor: Actor,
    at: datetime,
    request: str | None = None,
) -> None:
    """Count by `after` from now on; `figure` is what the person saw. Raises Refused."""
    name = _name(figure.rule, figure.name)
    own_values.change(store, below, {name: figure.now}, {name: after}, reason, actor, at, request)


def undo(store: Store, below: Below, made: Changed, actor: Actor, at: datetime) -> None:
    """Count as before that change. Raises Refused where the figure was changed again."""
    name = _name(made.rule, made.name)
    change = Made(made.seq, made.at, made.actor, name, made.before, made.after, made.reason)
    own_values.undo(store, below, change, actor, at)


def _figures(own: Changes, below: Below) -> tuple[Figure, ...]:
    usual = {rule.name: figures_of(rule) for rule in below.rules({}).rules}
    return tuple(
        Figure(rule.name, name, rule.severity, rule.wording, rule.clause, value, usual[rule.name][name])
        for rule in below.rules(own).rules
        for name, value in figures_of(rule).items()
    )


def _changed(made: Made) -> Changed:
    rule, name = made.name.split(".", 1)
    return Changed(made.seq, made.at, made.actor, rule, name, made.before, made.after, made.reason, made.may_undo)


def _name(rule: str, name: str) -> str:
    return f"{rule}.{name}"


def _by_rule(own: Own) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for key, value in own.items():
        rule, name = key.split(".", 1)
        found.setdefault(rule, {})[name] = value
    return found
