"""Reads the log of a shift (值班日志): what was done on incidents and noted by people since the duty began, by time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from pipeline import answering, checklists, claiming, measures, regrouping, upward, verifying
from records.actions import Act
from records.alerts import OFFICE
from records.duty import LogEntry
from records.zone import CHINA
from storage.audit import Entry
from storage.store import Transaction

_LONGEST = timedelta(hours=24)
_USUAL = timedelta(hours=12)
_INSTANT = timedelta(microseconds=1)
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
        claiming.ENTER,
        claiming.SET_ASIDE,
        regrouping.MERGE,
        regrouping.SPLIT,
        regrouping.RELINK,
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
    begin = shift_begin(t, recipient, now)
    acts = LOGGED if recipient == OFFICE else LOGGED - UPWARD
    found = [
        one for one in _since(t, begin) if one.allowed and one.act in acts and _concerns(t, one.subject, recipient)
    ]
    return [Logged(one.at, one.actor, one.act, one.subject) for one in reversed(found)]


def shift_entries(t: Transaction, recipient: str, now: datetime) -> list[LogEntry]:
    """What people have noted, or what they noted happened, since that moment; what strikes an entry is among them."""
    return t.duty.noted(recipient, shift_begin(t, recipient, now), now + _INSTANT)


def day_entries(t: Transaction, recipient: str, day: date) -> list[LogEntry]:
    """What people noted of a day, Beijing time."""
    begin = datetime.combine(day, time(), CHINA)
    return t.duty.noted(recipient, begin, begin + timedelta(days=1))


def in_one(acts: Iterable[Logged], entries: Iterable[LogEntry]) -> list[Logged | LogEntry]:
    """Acts and entries by time, oldest first; an entry that only strikes another stands beside that one alone."""
    return sorted([*acts, *(one for one in entries if one.text)], key=_when)


def _when(one: Logged | LogEntry) -> datetime:
    return one.at if isinstance(one, Logged) else one.happened_at


def shift_begin(t: Transaction, recipient: str, now: datetime) -> datetime:
    """Since when the log of the present shift runs."""
    return max(_begin(t, recipient, now), now - _LONGEST)


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
