"""What an office has changed at its desk of what rules and settings say: changed by a person with a reason, audited, taken back.

The shipped rules and the settings file stay as they are; what is kept here stands over them from then on.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from pipeline import changes
from pipeline.acts import Actor
from pipeline.attempts import attempting, done_before, note_done
from pipeline.refusals import Refused
from records.naming import office_name
from regulation.permissions import allowed
from regulation.rule_rows import BadRules
from storage.audit import Entry
from storage.store import Store, Transaction

Own = Mapping[str, Any]
"""The office's own values by name."""

_LONGEST_REASON = 200


@dataclass(frozen=True, slots=True)
class Standing:
    """One value: what it is now, and what it would be without the office's own change. `facts` say in the log which it is."""

    name: str
    label: str
    now: Any
    usual: Any
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Made:
    """One change as the log has it. `may_undo`: it is the last one of its value and holds still."""

    seq: int
    at: datetime
    actor: str
    name: str
    before: Any
    after: Any
    reason: str
    may_undo: bool = False


class Ground(ABC):
    """What an office's own values of one kind stand over, and how they are kept."""

    act: ClassVar[str]
    """As permissions.yaml and the log name it."""
    subject: ClassVar[str]
    """Of the log's rows."""
    kept_as: ClassVar[str]
    """The key under which the store keeps them."""
    called: ClassVar[str]
    """What these values are called on the page."""

    @property
    def forbidden(self) -> str:
        """What somebody reads who may not change it."""
        return f"您没有权限改{self.called}：由{office_name()}或管理员办理"

    def own(self, t: Transaction) -> Own:
        """What the office has changed and not taken back."""
        kept: dict[str, Any] = t.meta.get(self.kept_as) or {}
        return kept

    def keep(self, t: Transaction, own: Own) -> None:
        """Keep that from now on."""
        t.meta.put(self.kept_as, dict(own))

    def take_turn(self, t: Transaction) -> None:
        """Let nobody else change these values meanwhile."""
        t.meta.take_turn(self.kept_as)

    @abstractmethod
    def standing(self, own: Own) -> Mapping[str, Standing]:
        """Every value by name. Raises BadRules where these cannot stand together."""

    @abstractmethod
    def fault(self, name: str, after: Any) -> str | None:
        """Why this can be no value of that name, in Chinese."""

    def name_in(self, facts: Mapping[str, Any]) -> str:
        """Which value a row of the log is about."""
        return str(facts["value"])


def change(
    store: Store,
    ground: Ground,
    seen: Mapping[str, Any],
    after: Mapping[str, Any],
    reason: str,
    actor: Actor,
    at: datetime,
    request: str | None = None,
) -> None:
    """Let these values count from now on; `seen` is what the person saw in their place. Raises Refused.

    Where several change, all of them do or none.
    """
    with attempting(store, actor, ground.act, ground.subject, at) as t:
        _require(ground, actor)
        if request is not None and done_before(t, request) is not None:
            return
        put(t, ground, seen, after, _needed(reason), actor, at)
        if request is not None:
            note_done(t, request, ground.subject)


def undo(store: Store, ground: Ground, made: Made, actor: Actor, at: datetime) -> None:
    """Let the value count again that stood before that change. Raises Refused where it was changed again since."""
    with attempting(store, actor, ground.act, ground.subject, at) as t:
        _require(ground, actor)
        found = ground.standing(usable(ground, ground.own(t))).get(made.name)
        if found is None or found.now != made.after:
            raise Refused("这个值后来又改过：请刷新后再看")
        [by] = put(t, ground, {made.name: made.after}, {made.name: made.before}, taken_back(made.seq), actor, at)
        t.admin_changes.undone(made.seq, by)


def put(
    t: Transaction,
    ground: Ground,
    seen: Mapping[str, Any],
    after: Mapping[str, Any],
    reason: str,
    actor: Actor,
    at: datetime,
) -> list[int]:
    """The same within a transaction of the caller, who has looked whether the person may; the rows of the log.

    Raises Refused.
    """
    ground.take_turn(t)
    own = dict(usable(ground, ground.own(t)))
    changed = _differing(ground.standing(own), seen, after)
    if not changed:
        raise Refused("与现在的值相同，没有改动")
    for found, value in changed:
        fault = ground.fault(found.name, value)
        if fault is not None:
            raise Refused(f"{found.label}：{fault}")
        own[found.name] = value
        if value == found.usual:
            del own[found.name]
    try:
        ground.standing(own)
    except BadRules as fault:
        raise Refused(str(fault)) from None
    ground.keep(t, own)
    rows = []
    for found, value in changed:
        facts = {**found.facts, "reason": reason, "before": found.now, "after": value}
        seq = t.audit.append(at, actor.name, actor.role, ground.act, ground.subject, True, facts)
        changes.note(t, seq, ground.subject, found.name, found.now, value, at)
        rows.append(seq)
    return rows


def history(t: Transaction, ground: Ground) -> list[Made]:
    """Every change, the newest first."""
    standing = ground.standing(usable(ground, ground.own(t)))
    found: list[Made] = []
    last: set[str] = set()
    for entry in sorted(t.audit.about(ground.subject), key=lambda one: -one.seq):
        if entry.act != ground.act or not entry.allowed:
            continue
        name = ground.name_in(entry.detail)
        holds = name not in last and name in standing and standing[name].now == entry.detail["after"]
        last.add(name)
        found.append(made_of(entry, ground, may_undo=holds))
    return found


def made_of(entry: Entry, ground: Ground, *, may_undo: bool = False) -> Made:
    """A row of the log as a change of one of these values."""
    facts = entry.detail
    return Made(
        seq=entry.seq,
        at=entry.at,
        actor=entry.actor,
        name=ground.name_in(facts),
        before=facts["before"],
        after=facts["after"],
        reason=str(facts["reason"]),
        may_undo=may_undo,
    )


def taken_back(seq: int) -> str:
    """The reason that stands in the log where a change is taken back."""
    return f"撤销第 {seq} 行的改动"


def usable(ground: Ground, own: Own) -> Own:
    """The office's own values; none of them where they cannot stand over what the settings or the rules say by now."""
    try:
        ground.standing(own)
    except BadRules:
        return {}
    return own


def said(value: Any) -> str:
    """A value as people read it."""
    return "、".join(str(one) for one in value) if isinstance(value, list | tuple) else str(value)


def _differing(
    standing: Mapping[str, Standing], seen: Mapping[str, Any], after: Mapping[str, Any]
) -> list[tuple[Standing, Any]]:
    """What really changes. Raises Refused for an unknown value, and for one that is not what the person saw."""
    for name in after:
        if name not in standing:
            raise Refused(f"没有“{name}”这个值")
        if standing[name].now != seen.get(name):
            raise Refused(f"“{standing[name].label}”刚被他人改成 {said(standing[name].now)}：请刷新后再改")
    return [(standing[name], value) for name, value in after.items() if value != standing[name].now]


def _require(ground: Ground, actor: Actor) -> None:
    if actor.role is not None and not allowed(actor.role, ground.act):
        raise Refused(ground.forbidden)


def _needed(reason: str) -> str:
    if not reason.strip():
        raise Refused("请填写改动的理由")
    return reason.strip()[:_LONGEST_REASON]
