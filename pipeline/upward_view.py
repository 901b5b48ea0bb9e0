"""Turns the upward ledger into what its page, the incident's page and the watch page show."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from casework.upward.standing import BodyStanding, Standing
from pipeline.upward_standing import standings_of
from pipeline.views import IncidentRow, incident_rows, may, may_everywhere
from records.incidents import Incident, IncidentState
from records.people import Person
from regulation.upward import UpwardRules
from storage.store import Transaction

VIEW = "view_upward"
MOST = 500
"""So many incidents are looked through for the ledger, the newest first."""


@dataclass(frozen=True, slots=True)
class UpwardRow:
    """One line of the ledger: an incident and where the report to one body stands."""

    incident: IncidentRow
    body: BodyStanding


@dataclass(frozen=True, slots=True)
class UpwardPage:
    """What an incident's page shows. `acts` are those that the person may do, `without_contact` the bodies that the desk
    cannot reach over its channels."""

    bodies: Sequence[BodyStanding]
    acts: frozenset[str]
    without_contact: frozenset[str]


def upward_page(
    t: Transaction, person: Person, incident: Incident, rules: UpwardRules, acts: Iterable[str]
) -> UpwardPage | None:
    """Every body of the rules and of the entries, in that order; None for a person who may not see the ledger."""
    if not may(person, VIEW, incident.unit):
        return None
    found = {one.body: one for one in standings_of(t, [incident.id])[incident.id]}
    asked = [
        found.pop(body.name, BodyStanding(incident.id, body.name, body.label, Standing.NOT_ASKED, None, None, (), ()))
        for body in rules.bodies
    ]
    bodies = [*asked, *found.values()]
    unreachable = frozenset(one.body for one in bodies if not t.people.contacts_of(one.label))
    return UpwardPage(bodies, frozenset(act for act in acts if may(person, act, incident.unit)), unreachable)


def ledger(
    t: Transaction,
    person: Person,
    since: datetime | None = None,
    body: str | None = None,
    standing: Standing | None = None,
) -> list[UpwardRow]:
    """The lines of the ledger that this person may read, the newest incident first; only those that are wanted."""
    if not may_everywhere(person, VIEW):
        return []
    rows = _rows(t, t.upward.incidents_since(since, MOST))
    return [
        row
        for row in rows
        if body in (None, row.body.body) and standing in (None, row.body.standing) and not _nothing(row)
    ]


def waiting(t: Transaction, person: Person, now: datetime) -> Sequence[UpwardRow]:
    """What somebody has to do now: to tell, to tell again, or to decide; nothing of dismissed incidents."""
    if not may_everywhere(person, VIEW):
        return []
    return t.shared("upward reports that wait", None, now, lambda: _waiting(t))


def _waiting(t: Transaction) -> list[UpwardRow]:
    return [
        row
        for row in _rows(t, t.upward.unsettled())
        if row.body.standing.waits_for_somebody and row.incident.state is not IncidentState.DISMISSED
    ]


def _rows(t: Transaction, incident_ids: Sequence[str]) -> list[UpwardRow]:
    found = standings_of(t, incident_ids)
    return [UpwardRow(row, body) for row in incident_rows(t, incident_ids) for body in found[row.id]]


def _nothing(row: UpwardRow) -> bool:
    return row.body.standing is Standing.NOT_ASKED and not row.body.dispatches
