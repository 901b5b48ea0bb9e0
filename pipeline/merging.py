"""Merges an incident into another one (合并): its posts, units and running clocks go over, and it is read there from then on.

Nothing of it is lost: number, course, alerts, reports and published answers stay where they are.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from casework.incidents import moves
from pipeline import plan, regrouping
from pipeline.attempts import attempting, done_before, note_done
from pipeline.carrying import carry_over, join_units, running_of
from pipeline.correcting import check_permission as check_may_correct
from pipeline.correcting import correct_links
from pipeline.meant import Meant
from pipeline.notify import tell
from pipeline.owing import begin
from pipeline.refusals import Refused
from pipeline.regrouping import MERGE, Regrouping, audited, needed_reason, ongoing, overruled_in, recounted, united
from records.answers import AnswerState
from records.incidents import Incident, IncidentState
from regulation.time_limits import Start
from storage.incidents import Stale
from storage.store import Store, Transaction

_UNDER_WAY = (AnswerState.DRAFT, AnswerState.SUBMITTED, AnswerState.APPROVED)


@dataclass(frozen=True, slots=True)
class Into:
    """The incident that another is merged into, as the person has seen it; `relinks` says that the posts were linked to a
    wrong record and are about the one of this incident."""

    incident: str
    reason: str | None
    seen: int | None = None
    relinks: bool = False


def merge(store: Store, meant: Meant, into: Into, how: Regrouping) -> None:
    """Merge the incident that is meant `into` the other. A request that was carried out before changes nothing. Raises Refused."""
    with attempting(store, meant.actor, MERGE, meant.subject, meant.at) as t:
        regrouping.check_permission(meant.actor, MERGE)
        t.incidents.take_turn()
        if meant.request is not None and done_before(t, meant.request) is not None:
            return
        source, target = ongoing(t, meant.subject, meant.seen), ongoing(t, into.incident, into.seen)
        if source.id == target.id:
            raise Refused("不能并入自己：请选择另一个事件")
        reason = needed_reason(into.reason, "合并的理由")
        _check_link(source, target, into, meant)
        try:
            _merge(t, source, target, replace(into, reason=reason), meant, how)
        except Stale as fault:
            raise Refused(str(fault)) from None
        if meant.request is not None:
            note_done(t, meant.request, target.id)


def _check_link(source: Incident, target: Incident, into: Into, meant: Meant) -> None:
    if into.relinks and target.disclosure is None:
        raise Refused(f"事件 {target.id} 没有关联公开事项，帖文的关联不能随它更正")
    if into.relinks and target.disclosure != source.disclosure:
        check_may_correct(meant.actor)


def _merge(t: Transaction, source: Incident, target: Incident, into: Into, meant: Meant, how: Regrouping) -> None:
    by, why = meant.actor.name, f"{source.id} 并入"
    running = running_of(t, source, target)
    join_units(t, source, target, meant.at, by)
    own, other = t.incidents.gathering_of(target.id).id, t.incidents.gathering_of(source.id).id
    overruled = overruled_in(t, target, meant.at, how)
    moved = [one.post_id for one in t.incidents.members_of(other)]
    members = united(t, own, other)
    t.incidents.end_gathering(other, meant.at)
    changed = recounted(t, target, members, meant, why, how, overruled, source.severity)
    changed = _confirmed(t, source, changed, meant, how)
    changed = carry_over(t, source, changed, running, meant.at, by, how.escalation)
    t.incidents.save(moves.merged(source, target.id, meant.at), source.revision)
    t.answers.take_turn()
    answers = t.answers.hand_on(source.id, target.id, *_UNDER_WAY)
    taught = 0
    if into.relinks:
        taught = correct_links(t, moved, target.disclosure, f"事件 {source.id} 并入 {target.id}：{into.reason}", meant)
    facts = {"reason": into.reason, "posts": len(moved), "corrected": taught}
    audited(t, meant, MERGE, source.id, {**facts, "into": target.id, "severity": source.severity.value})
    audited(t, meant, MERGE, target.id, {**facts, "taken": source.id, "answers": answers})
    said = {"by": by, "before": source.id, "reason": into.reason or "", "posts": f"{len(members)}条"}
    clock = plan.running(t, target.id)
    due_at = None if clock is None else clock.due_at
    tell(t, "merged", changed, meant.at, source.id, how.routes, said, due_at)


def _confirmed(t: Transaction, source: Incident, target: Incident, meant: Meant, how: Regrouping) -> Incident:
    """What was found real is real there too."""
    if source.state is not IncidentState.CONFIRMED or target.state is IncidentState.CONFIRMED:
        return target
    confirmed = t.incidents.save(moves.confirmed(target), target.revision)
    begin(t, confirmed, (Start.CONFIRMED,), meant.at, meant.actor.name, how.owed, how.routes)
    return confirmed
