"""Turns roster and handovers into what the duty page shows, for one person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from pipeline.duty_handover import HAND_OVER, takers
from pipeline.duty_log import Logged, shift_log
from pipeline.duty_roster import IMPORT, SWAP, known_names, said, uncovered
from pipeline.views import may, may_everywhere, open_incidents
from records.alerts import KEEPER, OFFICE
from records.duty import Handover, Shift
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

    `log` is what was done since the duty began; `names` may stand on the roster, `takers` may be handed over to; `titles` are those of the ongoing incidents that the
    person may see.
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
    log: Sequence[Logged]
    may_import: bool
    may_swap: bool
    may_hand_over: bool


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
        log=shift_log(t, recipient, now),
        may_import=may(person, IMPORT, recipient),
        may_swap=may(person, SWAP, recipient),
        may_hand_over=may(person, HAND_OVER, recipient),
    )


def duty_holes(t: Transaction, person: Person, now: datetime, rules: DutyRules) -> list[str]:
    """The holes to come of the rosters that the person may see, in Chinese."""
    return [said(recipient, hole) for recipient, hole in uncovered(t, now, rules) if may(person, VIEW, recipient)]


def _day(t: Transaction, recipient: str, day: date) -> list[Shift]:
    begin = datetime.combine(day, time(), CHINA)
    end = begin + timedelta(days=1)
    return [
        replace(one, begins_at=max(one.begins_at, begin), ends_at=min(one.ends_at, end))
        for one in t.duty.between(recipient, begin, end)
    ]
