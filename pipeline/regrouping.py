"""What merging, splitting and re-linking have in common: who may, which rules count, what a new count of the posts raises."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from casework.incidents.moves import categorised, raised
from casework.incidents.regrouping import gravest_step, together
from casework.incidents.severity import overruled_by_person
from pipeline.acts import Actor
from pipeline.closer_watch import RulesInForce
from pipeline.meant import Meant
from pipeline.merged import require_unmerged
from pipeline.notify import Routes
from pipeline.owing import NONE, Owed
from pipeline.own_figures import Below, own_figures
from pipeline.refusals import Refused
from pipeline.rising import risen
from records.disclosures import Disclosure
from records.incidents import Incident, Member, SeverityChange
from records.naming import office_name
from records.words import Severity
from regulation.escalation import Escalation
from regulation.permissions import allowed, may_read_record
from regulation.rule_rows import BadRules
from regulation.severity import REGROUPED
from storage.incidents import StoredGathering
from storage.store import Transaction

MERGE, SPLIT, RELINK = "merge_incident", "split_incident", "relink_incident"
"""The acts as permissions.yaml and the audit name them."""

_LONGEST = 500


@dataclass(frozen=True, slots=True)
class Regrouping:
    """What the acts need besides the store: the rules below the office's own figures, who is told, what is owed."""

    below: Below
    routes: Routes
    escalation: Escalation | None = None
    owed: Owed = NONE

    def in_force(self, t: Transaction) -> RulesInForce:
        """The severity rules with the office's own figures, as far as these can be used."""
        try:
            return self.below.in_force(own_figures(t))
        except BadRules:
            return self.below.in_force({})


def check_permission(actor: Actor, act: str) -> None:
    """Raises Refused for one who may not."""
    if actor.role is not None and not allowed(actor.role, act, own=False):
        raise Refused(f"您没有权限做这一步：合并、拆分、改关联由{office_name()}或值班员办理")


def ongoing(t: Transaction, incident_id: str, seen: int | None) -> Incident:
    """The incident, worked on still and as the person has seen it. Raises Refused."""
    incident = t.incidents.get(incident_id)
    if incident is None:
        raise Refused(f"没有编号为“{incident_id[:40]}”的事件")
    require_unmerged(incident)
    if not incident.state.ongoing:
        raise Refused(f"事件 {incident.id} {incident.state.label}，请先重新打开")
    if seen is not None and seen != incident.revision:
        raise Refused(f"事件 {incident.id} 刚被他人改动，请刷新后再试")
    return incident


def needed_reason(given: str | None, what: str) -> str:
    """The reason. Raises Refused where there is none."""
    said = (given or "").strip()
    if not said:
        raise Refused(f"请填写{what}")
    if len(said) > _LONGEST:
        raise Refused(f"理由过长：最多 {_LONGEST} 个字")
    return said


def record_to_link(t: Transaction, actor: Actor, record_id: str | None) -> Disclosure | None:
    """The record that is meant, None for none. Raises Refused for one that is not there or that the person may not read."""
    record = None if record_id is None else t.disclosures.get(record_id)
    if record_id is not None and record is None:
        raise Refused(f"没有编号为“{record_id[:80]}”的公开事项")
    if record is None or actor.role is None or may_read_record(actor.role, actor.unit, record.scope, record.unit):
        return record
    raise Refused("这个公开事项不属于您可以查看的范围")


def audited(t: Transaction, meant: Meant, act: str, subject: str, facts: dict[str, object]) -> None:
    """Write the log's row of what was done to that incident."""
    t.audit.append(meant.at, meant.actor.name, meant.actor.role, act, subject, True, facts)


def gathering_now(t: Transaction, record_id: str | None, at: datetime, rules: RulesInForce) -> StoredGathering | None:
    """What gathers on that record at the moment and is no incident yet; None where nothing does."""
    found = [] if record_id is None else t.incidents.joinable(record_id)[:1]
    for one in found:
        lasts = one.ended_at is None and (one.last_post_at is None or at - one.last_post_at <= rules.usual.gap)
        if lasts and t.incidents.of_gathering(one.id) is None:
            return one
    return None


def united(t: Transaction, gathering: int, *others: int) -> Sequence[Member]:
    """Let the gathering have the posts of all of them, each once, and take what would have joined the others; its posts."""
    rows = [one for row in (gathering, *others) for one in t.incidents.members_of(row)]
    members = together(rows).members
    for other in others:
        t.incidents.continue_in(other, gathering)
    t.incidents.regroup(gathering, members)
    return members


def overruled_in(t: Transaction, incident: Incident, at: datetime, regrouping: Regrouping) -> frozenset[str]:
    """The rules that hold for the incident's own posts and that a person has overruled."""
    rules = regrouping.in_force(t).of(t, incident.disclosure, at)
    return overruled_by_person(t.incidents.history(incident.id), t.incidents.members(incident.id), rules)


def recounted(
    t: Transaction,
    before: Incident,
    members: Sequence[Member],
    meant: Meant,
    why: str,
    regrouping: Regrouping,
    overruled: frozenset[str],
    least: Severity | None = None,
) -> Incident:
    """Store the incident with what its posts say of it now: category, first post, and a severity that only rises.

    It becomes what the rules, but for the `overruled`, make of the posts, and at the `least` what it must not be below: a
    rise is told, with all that follows from one.
    """
    figures = together(members)
    changed = categorised(before, figures.leading_category(before.category))
    changed = replace(changed, first_post_at=figures.first_post_at)
    rules = regrouping.in_force(t).of(t, before.disclosure, meant.at)
    rule = gravest_step(members, rules, before.severity, overruled)
    severity, name, wording = (before.severity, "", "") if rule is None else (rule.severity, rule.name, rule.wording)
    if least is not None and least.rank > severity.rank:
        severity, name, wording = least, REGROUPED, f"{least.label}事件并入"
    rises = severity.rank > before.severity.rank
    changed = t.incidents.save(raised(changed, severity) if rises else changed, before.revision)
    if rises:
        by = meant.actor.name
        t.incidents.record(before.id, SeverityChange(meant.at, severity, name, reason=f"{why}：{wording}"))
        facts = {"by": by, "why": f"{why}：{wording}", "posts": f"{len(members)}条"}
        risen(t, before, changed, meant.at, by, facts, regrouping.routes, regrouping.escalation, regrouping.owed)
    return changed
