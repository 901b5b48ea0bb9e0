"""Keeps the statements that people heard of incidents, and what ended each: entries are added and never changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace

from sqlalchemy import Connection, insert, select

from records.claims import Claim, Way
from storage.merged import wholes_of
from storage.tables import claim


class Claims:
    """The statements of incidents."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, entry: Claim) -> Claim:
        """Write an entry for good; the same with its number."""
        values = {key: value for key, value in asdict(entry).items() if key != "id"}
        written = insert(claim).values(**values).returning(claim.c.id)
        return replace(entry, id=self._connection.execute(written).scalar_one())

    def of_incidents(self, incident_ids: Sequence[str]) -> dict[str, list[Claim]]:
        """The entries of several incidents and of those merged into them, oldest first, what ended others among them;
        incidents without any are left out."""
        wholes = wholes_of(self._connection, incident_ids)
        found: dict[str, list[Claim]] = {}
        query = select(claim).where(claim.c.incident.in_(list(wholes))).order_by(claim.c.id)
        for row in self._connection.execute(query):
            for whole in wholes[row.incident]:
                found.setdefault(whole, []).append(Claim(**{**row._mapping, "way": Way(row.way)}))
        return found
