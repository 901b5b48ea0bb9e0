"""Notes what was done about an incident online and offline, each with its time and unit (第四十二条（四）)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from pipeline.answering import Mask, check_permission, incident_of, may
from pipeline.attempts import attempting, done_before, note_done
from pipeline.meant import Meant
from pipeline.refusals import Refused
from pipeline.unacknowledged import followed_up
from records.incidents import Incident
from records.measures import Measure, Side, valid
from storage.store import Store, Transaction

NOTE = "note_measure"
"""The act as permissions.yaml and the audit name it."""

LONGEST = 500


@dataclass(frozen=True, slots=True)
class Taken:
    """A measure as it is told; its text is not masked yet."""

    side: Side
    text: str
    unit: str
    happened_at: datetime


def note(store: Store, meant: Meant, taken: Taken, mask: Mask) -> None:
    """Keep a measure. A request that was carried out before changes nothing. Raises Refused."""
    text, unit = mask(taken.text).strip(), taken.unit.strip()
    with attempting(store, meant.actor, NOTE, meant.subject, meant.at) as t:
        if not text or not unit:
            raise Refused("请写明做了什么、由哪个单位做的")
        if len(text) > LONGEST:
            raise Refused(f"文字过长：最多 {LONGEST} 个字")
        if taken.happened_at > meant.at:
            raise Refused("时间还没有到：只登记已经做了的")
        incident = _begin(t, meant)
        if incident is None:
            return
        made = Measure(meant.subject, taken.side, text, unit, taken.happened_at, meant.at, meant.actor.name)
        _keep(t, meant, incident, made)


def take_back(store: Store, meant: Meant, number: int, reason: str | None, mask: Mask) -> None:
    """Take a mistaken measure back: it stays, crossed out, and counts no more. Raises Refused."""
    why = mask(reason or "").strip()
    with attempting(store, meant.actor, NOTE, meant.subject, meant.at) as t:
        if not why:
            raise Refused("请填写作废的理由")
        incident = _begin(t, meant)
        if incident is None:
            return
        known = next((one for one in valid(t.measures.of_incident(meant.subject)) if one.id == number), None)
        if known is None:
            raise Refused("没有这条措施，或它已经作废")
        back = replace(known, at=meant.at, actor=meant.actor.name, text=why, of=number, id=None)
        _keep(t, meant, incident, back)


def _begin(t: Transaction, meant: Meant) -> Incident | None:
    """The incident, nobody else changing what is noted of it; None where this request was carried out before. Raises Refused."""
    t.incidents.take_turn()
    incident = incident_of(t, meant.subject)
    check_permission(t, meant.actor, NOTE, incident)
    return None if meant.request is not None and done_before(t, meant.request) is not None else incident


def _keep(t: Transaction, meant: Meant, incident: Incident, entry: Measure) -> None:
    t.measures.add(entry)
    if may(meant.actor, NOTE, incident, ()):
        followed_up(t, incident.id, meant.at, meant.actor.name)
    if meant.request is not None:
        note_done(t, meant.request, incident.id)
    facts = {"side": entry.side.value, "unit": entry.unit, "reason": entry.text, "of": entry.of}
    t.audit.append(meant.at, meant.actor.name, meant.actor.role, NOTE, incident.id, True, facts)
