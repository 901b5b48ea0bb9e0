"""Takes in a statement that somebody heard (说法) as something to verify, on an incident that there is or on a new one.

第四十二条（一）. Kept is how it was heard, never from whom. A verification record that finds something settles it
(pipeline/verifying.py), or a named person sets it aside with a reason; the desk itself finds nothing to be so or not so.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from pipeline.acts import Actor, Deps
from pipeline.answering import Mask, check_permission, incident_of
from pipeline.attempts import attempting, done_before, note_done
from pipeline.meant import Meant
from pipeline.opening import open_without_record
from pipeline.refusals import Refused
from pipeline.unacknowledged import followed_up
from records.claims import Claim, Way, waiting
from records.incidents import Incident
from records.naming import office_name
from regulation.permissions import allowed, concerns
from storage.store import Store, Transaction

ENTER, SET_ASIDE, OPEN = "enter_claim", "set_aside_claim", "open_incident"
"""The acts as permissions.yaml and the audit name them."""

LONGEST = 1000
_TITLE = 40


@dataclass(frozen=True, slots=True)
class Heard:
    """A statement as it is told, not masked yet, and where it belongs: `incident` is one that there is; without it a new
    one is opened, for which `unit` answers, called `title` or by the statement itself."""

    text: str
    way: Way
    incident: str | None = None
    title: str = ""
    unit: str | None = None


def enter_claim(
    store: Store, heard: Heard, actor: Actor, at: datetime, deps: Deps, mask: Mask, request: str | None = None
) -> str:
    """Keep the statement; the id of its incident. A request that was carried out before changes nothing. Raises Refused."""
    text, title = (mask(words).strip() for words in (heard.text, heard.title))
    with attempting(store, actor, ENTER, heard.incident or "", at) as t:
        t.incidents.take_turn()
        if request is not None and (done := done_before(t, request)) is not None:
            return done
        if not text:
            raise Refused("请写明听到的说法，例如“有人说……”")
        if len(text) > LONGEST:
            raise Refused(f"文字过长：一个说法最多 {LONGEST} 个字")
        incident = _opened(t, heard, title or _called(text), text, actor, at, deps) if heard.incident is None else None
        incident = incident or _ongoing(t, actor, heard.incident or "")
        kept = t.claims.add(Claim(incident.id, at, actor.name, actor.unit, heard.way, text))
        if request is not None:
            note_done(t, request, incident.id)
        facts = {"claim": kept.id, "way": heard.way.label, "reason": text, "opened": heard.incident is None}
        t.audit.append(at, actor.name, actor.role, ENTER, incident.id, True, facts)
    return incident.id


def set_aside(store: Store, meant: Meant, number: int, reason: str, mask: Mask) -> None:
    """End a statement without verifying it, with a reason. Raises Refused."""
    why = mask(reason).strip()
    with attempting(store, meant.actor, SET_ASIDE, meant.subject, meant.at) as t:
        t.incidents.take_turn()
        incident = incident_of(t, meant.subject)
        check_permission(t, meant.actor, SET_ASIDE, incident)
        if meant.request is not None and done_before(t, meant.request) is not None:
            return
        if not why:
            raise Refused("请写明为什么不必再核实")
        if len(why) > LONGEST:
            raise Refused(f"文字过长：最多 {LONGEST} 个字")
        ended = waiting_claim(t, incident.id, number)
        t.claims.add(
            replace(ended, at=meant.at, actor=meant.actor.name, unit=meant.actor.unit, text=why, of=number, id=None)
        )
        followed_up(t, incident.id, meant.at, meant.actor.name)
        if meant.request is not None:
            note_done(t, meant.request, incident.id)
        facts = {"claim": number, "reason": why}
        t.audit.append(meant.at, meant.actor.name, meant.actor.role, SET_ASIDE, incident.id, True, facts)


def waiting_claims(t: Transaction, incident_ids: Sequence[str]) -> dict[str, list[Claim]]:
    """The statements that wait to be verified, by incident, oldest first."""
    found = t.claims.of_incidents(incident_ids)
    return {
        incident_id: waiting(found[incident_id], t.answers.verifications(incident_id)) if incident_id in found else []
        for incident_id in incident_ids
    }


def waiting_claim(t: Transaction, incident_id: str, number: int) -> Claim:
    """The one of that number that waits. Raises Refused."""
    for one in waiting_claims(t, [incident_id])[incident_id]:
        if one.id == number:
            return one
    raise Refused("这个说法已经核实或不再核实：请刷新页面再看")


def _opened(t: Transaction, heard: Heard, title: str, text: str, actor: Actor, at: datetime, deps: Deps) -> Incident:
    unit = (heard.unit or "").strip() or None
    _permit(actor, ENTER, unit)
    _permit(actor, OPEN, unit)
    reason = f"{heard.way.label}得知的说法，待核实：{text}"
    return open_without_record(t, title, unit, at, actor.name, reason, deps.routes, deps.escalation, deps.owed)


def _ongoing(t: Transaction, actor: Actor, incident_id: str) -> Incident:
    incident = incident_of(t, incident_id)
    _permit(actor, ENTER, incident.unit, t.co_units.names(incident.id))
    if not incident.state.ongoing:
        raise Refused(f"事件 {incident.id} {incident.state.label}：请先重新打开，或另立新事件")
    return incident


def _permit(actor: Actor, act: str, unit: str | None, helping: Collection[str] = ()) -> None:
    if actor.role is None:
        return
    if not allowed(actor.role, act, own=concerns(actor.unit, unit), helping=actor.unit in helping):
        raise Refused(f"您没有权限登记这个说法：请联系{office_name()}值班人员")


def _called(text: str) -> str:
    """The name of an incident after the first line of what was said."""
    line = text.splitlines()[0].strip()
    return f"待核实：{line if len(line) <= _TITLE else f'{line[: _TITLE - 1]}…'}"
