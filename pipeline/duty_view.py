"""Turns roster and handovers into what the duty page shows, for one person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from pipeline.duty_handover import HAND_OVER, open_matters, takers
from pipeline.duty_log import Logged, day_entries, in_one, shift_entries, shift_log
from pipeline.duty_noting import WRITE
from pipeline.duty_roster import IMPORT, SWAP, known_names, said, uncovered
from pipeline.views import may, may_everywhere, open_incidents
from records.alerts import KEEPER, OFFICE
from records.duty import Handover, LogEntry, Shift, struck
from records.people import Person
from records.zone import CHINA
from regulation.duty import DutyRules
from storage.store import Transaction

VIEW = "view_duty"
DAYS = 7
_NOTES = 20


@dataclass(frozen=True, slots=True)
class DutyPage:
    """One recipient's week: for each day the shifts as far as they lie in it; who is on duty now, and the newest notes.

    `log` is what was done and noted since the duty began, `struck` what strikes an entry of it by that one's number; `open` is
    what is open now. `names` may stand on the roster, `takers` may be handed over to; `titles` are those of the ongoing
    incidents that the person may see.
    """

    recipient: str
    days: Mapping[date, Sequence[Shift]]
    now: Shift | None
    planned: bool
    holes: Sequence[str]
    names: Sequence[str]
    handovers: Sequence[Handover]
    takers: Sequence[Person]
    titles: Mapping[str, str]
    log: Sequence[Logged | LogEntry]
    struck: Mapping[int, LogEntry]
    open: Sequence[Mapping[str, Any]]
    may_import: bool
    may_swap: bool
    may_hand_over: bool
    may_write: bool


def rosters(t: Transaction, person: Person) -> list[str]:
    """Whose rosters the person may see: the office's first, then the units'; those that have contacts or had a roster."""
    known = {contact.recipient for contact in t.people.contacts()} - {KEEPER} | {*t.duty.recipients()}
    if may_everywhere(person, VIEW):
        return [OFFICE, *sorted(known - {OFFICE})]
    return [person.unit] if person.unit is not None and may(person, VIEW, person.unit) else []


def duty_page(
    t: Transaction, person: Person, recipient: str, first: date, now: datetime, rules: DutyRules
) -> DutyPage | None:
    """The week from `first` on; None where the person may not see it."""
    if recipient not in rosters(t, person):
        return None
    days = {
        first + timedelta(days=number): _day(t, recipient, first + timedelta(days=number)) for number in range(DAYS)
    }
    entries = shift_entries(t, recipient, now)
    return DutyPage(
        recipient=recipient,
        days=days,
        now=t.duty.on_duty(recipient, now),
        planned=t.duty.has_roster(recipient),
        holes=[said(whose, hole) for whose, hole in uncovered(t, now, rules) if whose == recipient],
        names=known_names(t, recipient),
        handovers=t.duty.handovers(recipient, _NOTES),
        takers=takers(t, recipient, person),
        titles={row.id: row.title for row in open_incidents(t, person)},
        log=in_one(shift_log(t, recipient, now), entries),
        struck=struck(entries),
        open=open_matters(t, recipient),
        may_import=may(person, IMPORT, recipient),
        may_swap=may(person, SWAP, recipient),
        may_hand_over=may(person, HAND_OVER, recipient),
        may_write=may(person, WRITE, recipient),
    )


def entries_of_day(t: Transaction, person: Person, recipient: str, day: date) -> list[LogEntry]:
    """What was noted in the recipient's shift log of a day; nothing where the person may not see it."""
    return day_entries(t, recipient, day) if recipient in rosters(t, person) else []


def duty_holes(t: Transaction, person: Person, now: datetime, rules: DutyRules) -> list[str]:
    """The holes to come of the rosters that the person may see, in Chinese."""
    holes = t.shared("holes of the rosters", rules, now, lambda: list(uncovered(t, now, rules)))
    return [said(recipient, hole) for recipient, hole in holes if may(person, VIEW, recipient)]


def _day(t: Transaction, recipient: str, day: date) -> list[Shift]:
    begin = datetime.combine(day, time(), CHINA)
    end = begin + timedelta(days=1)
    return [
        replace(one, begins_at=max(one.begins_at, begin), ends_at=min(one.ends_at, end))
        for one in t.duty.between(recipient, begin, end)
    ]
