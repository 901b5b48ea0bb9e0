"""What whoever keeps the archive sees of incidents: which have ended and are not put away as they ended, and one by itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Subquery, and_, func, or_, select

from pipeline.acts import Actor
from pipeline.archiving import ARCHIVE_INCIDENT, readable_of_incident
from pipeline.evaluating import owed, owed_of
from pipeline.views import may, may_read, visible
from records.alerts import Deadline
from records.archives import ArchivePackage
from records.disclosures import Disclosure
from records.incidents import Incident, IncidentState, SeverityChange
from records.people import Person
from storage import tables
from storage.store import Transaction

_ENDED = [state.value for state in IncidentState if not state.ongoing]


@dataclass(frozen=True, slots=True)
class ToArchive:
    """An incident that has ended: `put_away` is when its last package was made, before it ended or not at all; `owed` is its
    evaluation, without which it cannot be put away."""

    incident: Incident
    put_away: datetime | None
    owed: Deadline | None = None


@dataclass(frozen=True, slots=True)
class ArchivePage:
    """One incident as whoever puts it away sees it: no post, no report. `record` is None where there is none."""

    incident: Incident
    record: Disclosure | None
    history: Sequence[SeverityChange]
    posts: int
    responses: int
    reports: int
    packages: Sequence[ArchivePackage]
    owed: Deadline | None = None


def to_archive(t: Transaction, person: Person, limit: int = 100) -> tuple[list[ToArchive], int]:
    """The incidents that have ended and were not put away since, the first to end on top, and how many there are.

    Those whose record the person may not read are left to somebody who may.
    """
    last, table = _last_packages(), tables.incident
    columns = select(table.c.id, table.c.disclosure, last.c.made_at)
    query = columns.outerjoin(last, last.c.record == table.c.id).where(_waits(person, last))
    rows = t.connection.execute(query.order_by(table.c.closed_at, table.c.id)).all()
    records = t.disclosures.many(row.disclosure for row in rows if row.disclosure is not None)
    open_to = [row for row in rows if _may_read(person, row.disclosure, records)]
    ids = [row.id for row in open_to[:limit]]
    incidents, owing = t.incidents.many(ids), owed_of(t, ids)
    found = [ToArchive(incidents[row.id], row.made_at, owing.get(row.id)) for row in open_to[:limit]]
    return found, len(open_to)


def page(t: Transaction, person: Person, incident_id: str) -> ArchivePage | None:
    """One incident; None where there is none, or the person may not put it away."""
    incident = t.incidents.get(incident_id)
    if incident is None or not may(person, ARCHIVE_INCIDENT, incident.unit):
        return None
    record = None if incident.disclosure is None else t.disclosures.get(incident.disclosure)
    if record is not None and not may_read(person, record):
        return None
    return ArchivePage(
        incident=incident,
        record=record,
        history=list(t.incidents.history(incident_id)),
        posts=len(t.incidents.members(incident_id)),
        responses=len(t.reports.responses(incident_id)),
        reports=len(t.reports.of(incident_id)),
        packages=readable_of_incident(t, Actor(person.name, person.role, person.unit), incident),
        owed=owed(t, incident_id),
    )


def _last_packages() -> Subquery:
    table = tables.archive_package
    made = select(table.c.record, func.max(table.c.made_at).label("made_at")).where(table.c.of_incident)
    return made.group_by(table.c.record).subquery()


def _waits(person: Person, last: Subquery) -> ColumnElement[bool]:
    table = tables.incident
    since = or_(last.c.made_at.is_(None), last.c.made_at < table.c.closed_at)
    return and_(table.c.state.in_(_ENDED), since, visible(person, ARCHIVE_INCIDENT, table.c.unit))


def _may_read(person: Person, disclosure: str | None, records: Mapping[str, Disclosure]) -> bool:
    record = None if disclosure is None else records.get(disclosure)
    return record is None or may_read(person, record)
