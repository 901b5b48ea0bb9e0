"""Keeps the measures taken about incidents: entries are added and never changed."""

from __future__ import annotations

from dataclasses import asdict, replace

from sqlalchemy import Connection, insert, select

from records.measures import Measure, Side
from storage.merged import with_merged
from storage.tables import measure


class Measures:
    """The measures of incidents."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, entry: Measure) -> Measure:
        """Write an entry for good; the same with its number."""
        values = {key: value for key, value in asdict(entry).items() if key != "id"}
        written = insert(measure).values(**values).returning(measure.c.id)
        return replace(entry, id=self._connection.execute(written).scalar_one())

    def of_incident(self, incident_id: str) -> list[Measure]:
        """The entries of an incident and of those merged into it, oldest first, what takes another back among them."""
        query = select(measure).where(measure.c.incident.in_(with_merged(incident_id))).order_by(measure.c.id)
        return [Measure(**{**row._mapping, "side": Side(row.side)}) for row in self._connection.execute(query)]
