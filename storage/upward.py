"""Keeps the upward ledger: entries are added and never changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, insert, or_, select

from records.deliveries import DeliveryState
from records.incidents import IncidentState
from records.upward import Need, Noted, UpwardEntry
from records.words import ReportKind, Severity
from storage.tables import incident, outbox, upward


class Upward:
    """The entries of the upward ledger."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, entry: UpwardEntry) -> UpwardEntry:
        """Write an entry for good; the same with its number."""
        values = {key: value for key, value in asdict(entry).items() if key != "id"}
        number = self._connection.execute(insert(upward).values(**values).returning(upward.c.id)).scalar_one()
        return replace(entry, id=number)

    def of_incident(self, incident_id: str) -> list[UpwardEntry]:
        """The entries of an incident, oldest first."""
        return self.of_incidents([incident_id]).get(incident_id, [])

    def of_incidents(self, incident_ids: Sequence[str]) -> dict[str, list[UpwardEntry]]:
        """The entries of several incidents, oldest first, by incident."""
        query = select(upward).where(upward.c.incident.in_(incident_ids)).order_by(upward.c.id)
        found: dict[str, list[UpwardEntry]] = {incident_id: [] for incident_id in incident_ids}
        for row in self._connection.execute(query):
            found[row.incident].append(_entry(row))
        return found

    def by_alert(self, key: str) -> UpwardEntry | None:
        """The entry of what an alert carried."""
        row = self._connection.execute(select(upward).where(upward.c.alert == key)).one_or_none()
        return None if row is None else _entry(row)

    def incidents_since(self, since: datetime | None, limit: int) -> list[str]:
        """The incidents that have entries, the newest first; only those opened `since` then."""
        query = select(incident.c.id).where(select(upward.c.id).where(upward.c.incident == incident.c.id).exists())
        if since is not None:
            query = query.where(incident.c.opened_at >= since)
        return list(
            self._connection.execute(query.order_by(incident.c.opened_at.desc(), incident.c.id).limit(limit)).scalars()
        )

    def unsettled(self) -> list[str]:
        """The incidents, but dismissed ones, of which somebody may still have to be told: a need without a later answer,
        or something sent that no channel will deliver any more."""
        answer, taken_back = upward.alias("answer"), upward.alias("taken_back")
        holds = (
            ~select(taken_back.c.id).where(taken_back.c.of == answer.c.id, taken_back.c.noted == Noted.VOID).exists()
        )
        answered = (
            select(answer.c.id)
            .where(answer.c.incident == upward.c.incident, answer.c.body == upward.c.body, answer.c.id > upward.c.id)
            .where(or_(answer.c.noted == Noted.SENT, and_(answer.c.noted == Noted.DECISION, answer.c.send.is_(False))))
            .where(holds)
            .exists()
        )
        asks = or_(
            and_(upward.c.noted == Noted.NEED, upward.c.need != Need.NONE),
            and_(upward.c.noted == Noted.DECISION, upward.c.send.is_(True)),
        )
        carried = and_(outbox.c.alert == upward.c.alert, outbox.c.note.is_(None))
        lost = and_(
            upward.c.alert.is_not(None),
            ~select(outbox.c.id).where(carried, outbox.c.state != DeliveryState.FAILED).exists(),
        )
        query = (
            select(upward.c.incident)
            .join(incident, incident.c.id == upward.c.incident)
            .where(incident.c.state != IncidentState.DISMISSED, or_(and_(asks, ~answered), lost))
            .distinct()
            .order_by(upward.c.incident)
        )
        return list(self._connection.execute(query).scalars())


def _entry(row: Row[Any]) -> UpwardEntry:
    return UpwardEntry(
        id=row.id,
        incident=row.incident,
        body=row.body,
        label=row.label,
        noted=Noted(row.noted),
        at=row.at,
        actor=row.actor,
        need=None if row.need is None else Need(row.need),
        severity=None if row.severity is None else Severity(row.severity),
        clause=row.clause,
        send=row.send,
        reason=row.reason,
        way=row.way,
        report=None if row.report is None else ReportKind(row.report),
        report_number=row.report_number,
        serial=row.serial,
        text=row.text,
        note=row.note,
        happened_at=row.happened_at,
        alert=row.alert,
        who=row.who,
        of=row.of,
    )
