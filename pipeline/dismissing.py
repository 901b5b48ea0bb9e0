"""Corrects the posts of an incident that was dismissed because they were read wrongly: all of them at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from pipeline.acts import Actor
from pipeline.attempts import attempting, done_before, note_done
from pipeline.correcting import CORRECT, check_permission, correct_all_of
from pipeline.refusals import Refused
from records.actions import Act
from records.corrections import Verdict
from records.incidents import Incident, IncidentState
from regulation.dismissals import Dismissal, dismissal
from storage.audit import Entry
from storage.store import Store, Transaction


def dismissal_of(incident: Incident, log: Iterable[Entry]) -> Dismissal | None:
    """The reason by which the incident stands dismissed; None while it does not, or where none of the list was given."""
    if incident.state is not IncidentState.DISMISSED:
        return None
    given = [entry.detail.get("why") for entry in log if entry.act == Act.DISMISS and entry.allowed]
    return dismissal(str(given[-1])) if given and given[-1] is not None else None


def wrongly_read(t: Transaction, incident: Incident, why: Dismissal) -> list[str]:
    """The incident's posts that are still read as the dismissal says they should not be.

    What a person has said of the very post stays.
    """
    if why.wrong is None:
        return []
    read = t.assessments.many(member.post_id for member in t.incidents.members(incident.id))
    said = t.corrections.latest(post_id for post_id, found in read.items() if found.corrected)
    mine = [
        found
        for post_id, found in read.items()
        if not (post_id in said and said[post_id].follows is None) and found.disclosure == incident.disclosure
    ]
    return [found.post_id for found in mine if Verdict.of(found).without(why.wrong) != Verdict.of(found)]


def correct_all(store: Store, incident_id: str, actor: Actor, at: datetime, request: str | None = None) -> None:
    """Correct what the dismissal says was read wrongly, as ordinary corrections of every post; copies follow theirs.

    A `request` that was carried out before changes nothing. Raises Refused.
    """
    with attempting(store, actor, CORRECT, incident_id, at) as t:
        check_permission(actor)
        t.incidents.take_turn()
        if request is not None and done_before(t, request) is not None:
            return
        incident, why = _dismissed(t, incident_id)
        reason = f"排除事件 {incident.id}：{why.label}"
        posts = len(_correct(t, wrongly_read(t, incident, why), why, reason, actor, at))
        if not posts:
            raise Refused("没有需要更正的帖文：可能已被他人更正，请刷新")
        if request is not None:
            note_done(t, request, incident.id)
        facts = {"reason": f"{why.press}，共 {posts} 条", "posts": posts}
        t.audit.append(at, actor.name, actor.role, CORRECT, incident.id, True, facts)


def _dismissed(t: Transaction, incident_id: str) -> tuple[Incident, Dismissal]:
    incident = t.incidents.get(incident_id)
    why = None if incident is None else dismissal_of(incident, t.audit.about(incident_id))
    if incident is None or why is None or why.wrong is None:
        raise Refused("只有因研判有误而排除的事件，才能一次更正全部帖文")
    return incident, why


def _correct(t: Transaction, ids: list[str], why: Dismissal, reason: str, actor: Actor, at: datetime) -> Sequence[str]:
    """The posts that were corrected."""
    if why.wrong is None:
        return ()
    wrong = why.wrong
    return correct_all_of(t, ids, lambda seen: seen.without(wrong), reason, actor, at)
