"""Turns the log of acts into that of a shift (值班日志): what was done on incidents since the duty began, by time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from pipeline import answering, checklists, measures, upward, verifying
from records.actions import Act
from records.alerts import OFFICE
from storage.audit import Entry
from storage.store import Transaction

_LONGEST = timedelta(hours=24)
_USUAL = timedelta(hours=12)
_PAGE = 200
_MOST = 2000
"""So many entries of the log are looked through, and so many acts listed at most."""

UPWARD = frozenset({upward.DECIDE, upward.REPORT, upward.RECEIVE, upward.TAKE_BACK})
"""The acts on the upward ledger, which is the office's alone: they stand in no unit's log."""

LOGGED = UPWARD | frozenset(
    {
        *(act.value for act in Act),
        answering.WRITE,
        answering.APPROVE,
        answering.ACKNOWLEDGE,
        checklists.ADD,
        checklists.TICK,
        measures.NOTE,
        verifying.VERIFY,
        "edit_part",
        "confirm_part",
    }
)
"""What people do on an incident, as permissions.yaml names it."""


@dataclass(frozen=True, slots=True)
class Logged:
    """One act on an incident: when, who, which act as permissions.yaml names it."""

    at: datetime
    actor: str
    act: str
    incident: str


def shift_log(t: Transaction, recipient: str, now: datetime) -> list[Logged]:
    """What was done since the duty of the recipient began, oldest first: the office's all, a unit's on its own incidents.

    Without a roster it begins with the last handing over; without that, twelve hours ago. Never more than a day back.
    """
    begin = max(_begin(t, recipient, now), now - _LONGEST)
    acts = LOGGED if recipient == OFFICE else LOGGED - UPWARD
    found = [
        one for one in _since(t, begin) if one.allowed and one.act in acts and _concerns(t, one.subject, recipient)
    ]
    return [Logged(one.at, one.actor, one.act, one.subject) for one in reversed(found)]


def _begin(t: Transaction, recipient: str, now: datetime) -> datetime:
    shift = t.duty.on_duty(recipient, now)
    if shift is not None:
        return shift.begins_at
    last = t.duty.handovers(recipient, 1)
    return last[0].written_at if last else now - _USUAL


def _since(t: Transaction, begin: datetime) -> Iterator[Entry]:
    """The entries from that moment on, the newest first."""
    before: int | None = None
    for _ in range(0, _MOST, _PAGE):
        page = t.audit.newest(_PAGE, before)
        yield from (one for one in page if one.at >= begin)
        if len(page) < _PAGE or page[-1].at < begin:
            return
        before = page[-1].seq


def _concerns(t: Transaction, incident_id: str, recipient: str) -> bool:
    if recipient == OFFICE:
        return True
    incident = t.incidents.get(incident_id)
    return incident is not None and (incident.unit == recipient or recipient in t.co_units.names(incident_id))
