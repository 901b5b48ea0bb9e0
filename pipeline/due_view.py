"""Turns what must be published into the rows of the pages, for one person: nothing that they may not see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from casework.disclosures.due import Due, Left
from pipeline import proposing
from pipeline.acts import Actor
from pipeline.due_days import Pending, pending
from pipeline.proposal_reading import seen_by
from pipeline.views import may, title_for
from records.disclosures import Disclosure
from records.naming import office_name
from records.people import Person
from regulation.disclosure_time import DisclosureTime
from regulation.permissions import allowed
from regulation.procedures import PUBLISH
from storage.proposals import Kept
from storage.store import Transaction


@dataclass(frozen=True, slots=True)
class DueRow:
    """One line: `proposal` or `record` names the page to open, `what` what of the record is to come.

    `may_act` says whether the person may bring it on: publish it or sign next, or propose what is to come.
    """

    title: str
    unit: str
    due: Due
    left: Left
    proposal: str | None
    record: str | None
    what: str | None
    may_act: bool


def due_rows(t: Transaction, person: Person, now: datetime, rules: DisclosureTime) -> list[DueRow]:
    """What must be published and this person may see, the first due day at the head."""
    found = pending(t, now, rules)
    records = t.disclosures.many(one.record for one in found if one.record is not None)
    rows = [_row(person, one, records.get(one.record or "")) for one in found]
    return [row for row in rows if row is not None]


def _row(person: Person, one: Pending, record: Disclosure | None) -> DueRow | None:
    if one.proposal is not None and one.proposal.standing.form is not None:
        if not seen_by(person, one.proposal):
            return None
        title, kept = one.proposal.standing.form.title, one.proposal.kept
        return DueRow(title, one.unit, one.due, one.left, kept.id, None, None, _brings_on(person, kept))
    if record is None or not may(person, proposing.VIEW, one.unit):
        return None
    title, begins = title_for(person, record), _allowed(person, proposing.FILL, one.unit, office_name())
    return DueRow(title, one.unit, one.due, one.left, None, record.id, one.what, begins)


def _brings_on(person: Person, kept: Kept) -> bool:
    signs = [(PUBLISH, kept.unit), *kept.waits]
    return any(_allowed(person, f"proposal_{sign}", unit, kept.office) for sign, unit in signs)


def _allowed(person: Person, act: str, unit: str, office: str) -> bool:
    actor = Actor(person.name, person.role, person.unit)
    return allowed(person.role, act, own=proposing.own(actor, unit, office))
