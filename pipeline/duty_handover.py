"""Hands duty over (交接班): whoever leaves writes a note, whoever comes signs for it; what is open is listed by the desk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from pipeline.attempts import attempting, done_before, note_done
from pipeline.claiming import waiting_claims
from pipeline.duty_noting import Writing, as_noted
from pipeline.refusals import Refused
from records.alerts import OFFICE, Deadline, DeadlineState
from records.duty import Handover
from records.incidents import Incident
from records.people import Person
from regulation.permissions import allowed, concerns
from storage.store import Store, Transaction

HAND_OVER, TAKE_OVER = "hand_over_duty", "take_over_duty"
"""The acts as permissions.yaml and the audit name them."""

LONGEST_NOTE = 4000
_ALTERED = "这份交接记录与写下时不一致，不能签收：请联系管理员查操作日志"


def hand_over(store: Store, recipient: str, to: str, told: str, writing: Writing) -> int:
    """Keep a note, masked, for the account `to`, with what is open now; its number. A repeated request changes nothing.

    Raises Refused.
    """
    by, at = writing.by, writing.at
    with attempting(store, by, HAND_OVER, recipient, at) as t:
        t.duty.take_turn(recipient)
        if writing.request is not None and (done := done_before(t, writing.request)) is not None:
            return int(done)
        writer = _somebody(t, by.username, HAND_OVER, recipient)
        if writer is None:
            raise Refused("您没有权限写这里的交接记录")
        taker = None if to == by.username else _somebody(t, to, TAKE_OVER, recipient)
        if taker is None:
            raise Refused("请选择接班人：另一位可以接这个班的在用账户")
        note = as_noted(t, told, writing.mask)
        if not note or len(note) > LONGEST_NOTE:
            raise Refused(f"请填写交接的内容，不超过 {LONGEST_NOTE} 字；没有特别事项也请写明")
        written = Handover(
            recipient=recipient,
            by=writer.username,
            by_name=writer.name,
            to=taker.username,
            to_name=taker.name,
            note=note,
            open_matters=tuple(open_matters(t, recipient)),
            written_at=at,
        )
        number = t.duty.write(written)
        if writing.request is not None:
            note_done(t, writing.request, str(number))
        facts = {"handover": number, "to": taker.username, "digest": written.digest}
        t.audit.append(at, writer.name, writer.role, HAND_OVER, recipient, True, facts)
    return number


def take_over(store: Store, number: int, by: Person, at: datetime) -> None:
    """Sign for a note; once is enough. Only the account to whom it is written may. Raises Refused."""
    with attempting(store, by, TAKE_OVER, str(number), at) as t:
        note = t.duty.handover(number)
        if note is None:
            raise Refused("没有这份交接记录")
        if not note.intact:
            raise Refused(_ALTERED)
        if note.to != by.username or _somebody(t, by.username, TAKE_OVER, note.recipient) is None:
            raise Refused(f"这份交接记录由{note.to_name}本人签收")
        if t.duty.sign(number, at):
            facts = {"handover": number, "digest": note.digest}
            t.audit.append(at, by.name, by.role, TAKE_OVER, note.recipient, True, facts)


def takers(t: Transaction, recipient: str, by: Person) -> list[Person]:
    """Whom `by` may hand the recipient's duty over to."""
    return [one for one in t.people.all() if one.username != by.username and _may(one, TAKE_OVER, recipient)]


def open_matters(t: Transaction, recipient: str) -> list[Mapping[str, Any]]:
    """What is open at this moment: the ongoing incidents with the clocks that run, without titles.

    The office's are all, a unit's those for which it answers or with which it helps.
    """
    ongoing = t.incidents.ongoing()
    helping = t.co_units.of_incidents([one.id for one in ongoing])
    found = [
        one
        for one in ongoing
        if recipient in (OFFICE, one.unit) or recipient in {other.unit for other in helping[one.id]}
    ]
    clocks = t.deadlines.of_incidents([one.id for one in found])
    claims = waiting_claims(t, [one.id for one in found])
    return [
        _matter(one, [clock for clock in clocks[one.id] if clock.state is DeadlineState.OPEN], len(claims[one.id]))
        for one in found
    ]


def _matter(incident: Incident, clocks: Sequence[Deadline], claims: int) -> Mapping[str, Any]:
    return {
        "incident": incident.id,
        "unit": incident.unit,
        "severity": incident.severity.value,
        "state": incident.state.value,
        "acknowledged": incident.acknowledged_at is not None,
        "claims": claims,
        "clocks": [
            {"kind": clock.kind, "label": clock.label, "unit": clock.unit, "due_at": clock.due_at.isoformat()}
            for clock in sorted(clocks, key=lambda one: (one.due_at, one.kind))
        ],
    }


def _somebody(t: Transaction, username: str, act: str, recipient: str) -> Person | None:
    person = t.people.get(username)
    return person if person is not None and _may(person, act, recipient) else None


def _may(person: Person, act: str, recipient: str) -> bool:
    return person.active and allowed(person.role, act, own=concerns(person.unit, recipient))
