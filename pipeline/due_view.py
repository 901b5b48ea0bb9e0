"""Turns what must be published into the rows of the pages, for one person: nothing that they may not see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from casework.disclosures.due import Due, Left
from pipeline import proposing
from pipeline.acts import Actor
from pipeline.due_days import Pending, pending
from pipeline.views import may, title_for
from records.disclosures import Disclosure
from records.people import Person
from regulation.disclosure_time import DisclosureTime
from storage.store import Transaction


@dataclass(frozen=True, slots=True)
class DueRow:
    """One line: `proposal` or `record` names the page to open, `what` what of the record is to come."""

    title: str
    unit: str
    due: Due
    left: Left
    proposal: str | None
    record: str | None
    what: str | None


def due_rows(t: Transaction, person: Person, now: datetime, rules: DisclosureTime) -> list[DueRow]:
    """What must be published and this person may see, the first due day at the head."""
    found = pending(t, now, rules)
    records = t.disclosures.many(one.record for one in found if one.record is not None)
    rows = [_row(person, one, records.get(one.record or "")) for one in found]
    return [row for row in rows if row is not None]


def _row(person: Person, one: Pending, record: Disclosure | None) -> DueRow | None:
    if one.proposal is not None and one.proposal.standing.form is not None:
        if not proposing.may(Actor(person.name, person.role, person.unit), proposing.VIEW, one.proposal):
            return None
        title = one.proposal.standing.form.title
        return DueRow(title, one.unit, one.due, one.left, one.proposal.kept.id, None, None)
    if record is None or not may(person, proposing.VIEW, one.unit):
        return None
    return DueRow(title_for(person, record), one.unit, one.due, one.left, None, record.id, one.what)
