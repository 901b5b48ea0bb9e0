"""Reads from the store what must be published until when: the proposals that run, and what is to be published again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from casework.disclosures.again import Missing, Published, missing
from casework.disclosures.due import Due, Left, due_of, left, plausible
from casework.disclosures.interpreting import awaits_draft
from pipeline.own_catalogue import own
from pipeline.proposing import Proposal, running
from pipeline.working_calendar import working_days
from records.proposals import Form, Noted
from records.words import Attribute, TimeKind
from records.zone import CHINA
from regulation.disclosure_time import DisclosureTime
from regulation.procedures import PUBLISH
from regulation.working_days import WorkingDays
from storage.store import Transaction

_FOLLOWED = (TimeKind.REGULAR, TimeKind.STAGED)


@dataclass(frozen=True, slots=True)
class Pending:
    """One thing that must be published: a proposal that runs, or with `what` the next one after a `record`."""

    unit: str
    due: Due
    left: Left
    proposal: Proposal | None = None
    record: str | None = None
    what: str | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """An interpretation that is not drafted yet: `unit` drafts it until `day` (第二十九条、第三十条)."""

    proposal: Proposal
    unit: str
    day: date
    left: Left


def drafts(t: Transaction, now: datetime, rules: DisclosureTime) -> list[Draft]:
    """Every interpretation that its plan wants by a day and that is not there, of what is still to be published."""
    calendar, today = working_days(t), now.astimezone(CHINA).date()
    found = []
    for one in running(t):
        form = one.standing.form
        day = None if form is None or not awaits_draft(form) else form.interpretation_due
        if form is None or day is None or not plausible(day) or not _runs(one):
            continue
        due = Due(day, (), remind=rules.interpretation.remind)
        found.append(Draft(one, form.interpreting_unit, day, left(due, today, calendar)))
    return found


def pending(t: Transaction, now: datetime, rules: DisclosureTime) -> Sequence[Pending]:
    """Everything that must be published, the first due day at the head, what has none yet at the end."""
    calendar, today = working_days(t), now.astimezone(CHINA).date()
    mark = (t.proposals.last_entry(), _mark_of_records(t), calendar.imported, today, rules)
    return t.remembered("what must be published", mark, lambda: _pending(t, today, calendar, rules))


def _pending(t: Transaction, today: date, calendar: WorkingDays, rules: DisclosureTime) -> Sequence[Pending]:
    under_way = [one for one in running(t) if _runs(one)]
    found = [_of_proposal(one, today, calendar, rules) for one in under_way]
    forms = [one.standing.form for one in under_way if one.standing.form is not None]
    found += [_of_record(one, today, calendar) for one in missing(_published(t), forms, today, calendar, rules)]
    return tuple(sorted(found, key=lambda one: (one.due.day is None, one.due.day or today, one.unit)))


def due_day(t: Transaction, proposal: Proposal, now: datetime, rules: DisclosureTime) -> Pending | None:
    """Until when this proposal must be published; None where it need not be any more."""
    today = now.astimezone(CHINA).date()
    return _of_proposal(proposal, today, working_days(t), rules) if _runs(proposal) else None


def due_ever(t: Transaction, proposal: Proposal, rules: DisclosureTime) -> Due:
    """Until when this proposal had to be published, or has to be, whatever became of it."""
    assert proposal.standing.form is not None  # a proposal begins with its form
    return due_of(proposal.standing.form, _extensions(proposal), working_days(t), rules)


def _runs(proposal: Proposal) -> bool:
    now = proposal.standing
    return now.end is None and now.published is None and now.attribute is not Attribute.WITHHELD


def _of_proposal(proposal: Proposal, today: date, calendar: WorkingDays, rules: DisclosureTime) -> Pending:
    assert proposal.standing.form is not None  # a proposal begins with its form
    due = due_of(proposal.standing.form, _extensions(proposal), calendar, rules)
    return Pending(proposal.kept.unit, due, left(due, today, calendar), proposal=proposal)


def _extensions(proposal: Proposal) -> list[date]:
    entries = proposal.entries
    return [entry.until for entry in entries if entry.noted is Noted.EXTENDED and entry.until is not None]


def _of_record(one: Missing, today: date, calendar: WorkingDays) -> Pending:
    return Pending(one.unit, one.due, left(one.due, today, calendar), record=one.record, what=one.what)


def _mark_of_records(t: Transaction) -> tuple[int, int, int]:
    """Changes with everything that says what is to be published again."""
    kept = t.catalogues.newest()
    return t.proposals.last_entry(PUBLISH), t.disclosures.count_versions(), 0 if kept is None else kept.number


def _published(t: Transaction) -> Sequence[Published]:
    """The records under items of which something is to be published again, each with the form from which it came."""
    return t.remembered("what is published again", _mark_of_records(t), lambda: _read_published(t))


def _read_published(t: Transaction) -> Sequence[Published]:
    forms = t.proposals.forms_with(PUBLISH)
    return tuple(
        Published(one.id, one.unit, one.catalogue_item, one.published_at.astimezone(CHINA).date(), forms.get(one.id))
        for one in t.disclosures.of_items(_standing_items(t, forms.values()))
    )


def _standing_items(t: Transaction, forms: Iterable[Form]) -> Sequence[str]:
    """The items of which something was published that is followed by something else. What was taken out of the office's own
    catalogue is disclosed no more; a shipped one rules nothing out."""
    items = sorted({form.catalogue_item for form in forms if form.catalogue_item and form.time_kind in _FOLLOWED})
    kept = own(t)
    return items if kept is None else [item for item in items if kept.catalogue.matching(item)]
