"""The office's own figures in place of those of the severity rules: changed by a person with a reason, audited, taken back.

The shipped rules and the settings stay as they are; what is kept here stands over them for what is judged from then on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pipeline.acts import Actor
from pipeline.attempts import attempting, done_before, note_done
from pipeline.closer_watch import RulesInForce
from pipeline.refusals import Refused
from records.naming import office_name
from records.people import Person
from records.words import Severity
from regulation.closer_watch import CloserWatch
from regulation.permissions import allowed
from regulation.rule_rows import BadRules
from regulation.severity import SeverityRules, figures_of, severity_rules
from storage.audit import Entry
from storage.store import Store, Transaction

CHANGE = "change_figures"
"""The act in permissions.yaml and in the log."""

SUBJECT = "severity"
LARGEST = 1_000_000

Changes = Mapping[str, Mapping[str, Any]]
"""Figures by rule and name, as the settings write them under rules.severity."""

_KEY = "own_figures"
_LONGEST_REASON = 200


@dataclass(frozen=True, slots=True)
class Below:
    """What the office's own figures stand over: what the settings change of the rules. Beside them stands the closer watch
    on records of a higher risk, whose thresholds must be possible with them."""

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
    figures = _figures(own_figures(t), below)
    values = {(one.rule, one.name): one.now for one in figures}
    changes: list[Changed] = []
    last: set[tuple[str, str]] = set()
    for entry in sorted(t.audit.about(SUBJECT), key=lambda one: -one.seq):
        if entry.act != CHANGE or not entry.allowed:
            continue
        made = _changed(entry)
        figure = (made.rule, made.name)
        holds = figure not in last and values.get(figure) == made.after
        last.add(figure)
        changes.append(_changed(entry, may_undo=holds))
    return FiguresPage(figures, tuple(changes))


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
    with attempting(store, actor, CHANGE, SUBJECT, at) as t:
        _require(actor)
        if request is not None and done_before(t, request) is not None:
            return
        _put(t, below, figure, after, _needed(reason), actor, at)
        if request is not None:
            note_done(t, request, SUBJECT)


def undo(store: Store, below: Below, made: Changed, actor: Actor, at: datetime) -> None:
    """Count as before that change. Raises Refused where the figure was changed again."""
    with attempting(store, actor, CHANGE, SUBJECT, at) as t:
        _require(actor)
        figures = _figures(own_figures(t), below)
        figure = next((one for one in figures if (one.rule, one.name) == (made.rule, made.name)), None)
        if figure is None or figure.now != made.after:
            raise Refused("这个数值后来又改过：请刷新后再看")
        _put(t, below, figure, made.before, f"撤销第 {made.seq} 行的改动", actor, at)


def _put(t: Transaction, below: Below, seen: Figure, after: int, reason: str, actor: Actor, at: datetime) -> None:
    t.meta.take_turn(_KEY)
    own = {rule: dict(values) for rule, values in own_figures(t).items()}
    figure = next((one for one in _figures(own, below) if (one.rule, one.name) == (seen.rule, seen.name)), None)
    if figure is None:
        raise Refused(f"没有“{seen.rule}”的“{seen.name}”这个数值")
    if figure.now != seen.now:
        raise Refused(f"这个数值刚被他人改成 {figure.now}：请刷新后再改")
    if after == figure.now:
        raise Refused("与现在的数值相同，没有改动")
    if not 1 <= after <= LARGEST:
        raise Refused(f"应为 1 到 {LARGEST} 的整数")
    own.setdefault(figure.rule, {})[figure.name] = after
    if after == figure.usual:
        del own[figure.rule][figure.name]
    own = {rule: values for rule, values in own.items() if values}
    try:
        below.in_force(own)
    except BadRules as fault:
        raise Refused(str(fault)) from None
    t.meta.put(_KEY, own)
    facts = {"rule": figure.rule, "figure": figure.name, "clause": figure.clause, "reason": reason}
    facts_of_change = {**facts, "before": figure.now, "after": after}
    t.audit.append(at, actor.name, actor.role, CHANGE, SUBJECT, True, facts_of_change)


def _figures(own: Changes, below: Below) -> tuple[Figure, ...]:
    usual = {rule.name: figures_of(rule) for rule in below.rules({}).rules}
    return tuple(
        Figure(rule.name, name, rule.severity, rule.wording, rule.clause, value, usual[rule.name][name])
        for rule in below.rules(own).rules
        for name, value in figures_of(rule).items()
    )


def _changed(entry: Entry, *, may_undo: bool = False) -> Changed:
    said = entry.detail
    return Changed(
        seq=entry.seq,
        at=entry.at,
        actor=entry.actor,
        rule=str(said["rule"]),
        name=str(said["figure"]),
        before=int(said["before"]),
        after=int(said["after"]),
        reason=str(said["reason"]),
        may_undo=may_undo,
    )


def _require(actor: Actor) -> None:
    if actor.role is not None and not allowed(actor.role, CHANGE):
        raise Refused(f"您没有权限改等级规则的数值：由{office_name()}或管理员办理")


def _needed(reason: str) -> str:
    if not reason.strip():
        raise Refused("请填写改动的理由")
    return reason.strip()[:_LONGEST_REASON]
