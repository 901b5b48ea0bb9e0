"""Keeps what people note on the checklists of incidents: entries are added and never changed."""

from __future__ import annotations

from dataclasses import asdict, replace

from sqlalchemy import Connection, insert, select

from records.checklists import ChecklistEntry, Noted
from storage.tables import checklist_entry


class Checklists:
    """The entries of the checklists."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, entry: ChecklistEntry) -> ChecklistEntry:
        """Write an entry for good; the same with its number."""
        values = {key: value for key, value in asdict(entry).items() if key != "id"}
        written = insert(checklist_entry).values(**values).returning(checklist_entry.c.id)
        return replace(entry, id=self._connection.execute(written).scalar_one())

    def of_incident(self, incident_id: str) -> list[ChecklistEntry]:
        """The entries of an incident, oldest first."""
        query = select(checklist_entry).where(checklist_entry.c.incident == incident_id).order_by(checklist_entry.c.id)
        return [
            ChecklistEntry(**{**row._mapping, "noted": Noted(row.noted)}) for row in self._connection.execute(query)
        ]
