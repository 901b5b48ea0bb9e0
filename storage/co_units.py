"""Keeps which units help with which incident; a unit that is taken off stays on record."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select, update

from records.co_units import CoUnit
from storage.inserting import insert_new
from storage.tables import co_unit


class CoUnits:
    """The units that help with incidents now, each in the order in which it was named."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of(self, incident_id: str) -> list[CoUnit]:
        """Those of one incident."""
        return self.of_incidents([incident_id])[incident_id]

    def of_incidents(self, incident_ids: Sequence[str]) -> dict[str, list[CoUnit]]:
        """Those of several incidents, by incident id."""
        query = select(co_unit).where(co_unit.c.incident.in_(incident_ids), co_unit.c.removed_at.is_(None))
        found: dict[str, list[CoUnit]] = {incident_id: [] for incident_id in incident_ids}
        for row in self._connection.execute(query.order_by(co_unit.c.id)):
            found[row.incident].append(_co_unit(row))
        return found

    def names(self, incident_id: str) -> tuple[str, ...]:
        """Their names alone."""
        return tuple(one.unit for one in self.of(incident_id))

    def get(self, incident_id: str, unit: str) -> CoUnit | None:
        """That unit where it helps with that incident."""
        return next((one for one in self.of(incident_id) if one.unit == unit), None)

    def name(self, new: CoUnit) -> bool:
        """Let a unit help; False where it does already."""
        return insert_new(
            self._connection,
            co_unit,
            incident=new.incident,
            unit=new.unit,
            named_at=new.named_at,
            named_by=new.named_by,
            reason=new.reason,
        )

    def remove(self, incident_id: str, unit: str, at: datetime) -> None:
        """Let it help no longer."""
        self._change(incident_id, unit, removed_at=at)

    def acknowledge(self, incident_id: str, unit: str, at: datetime | None, by: str | None) -> None:
        """Note its acknowledgement, or with None that it holds no longer."""
        self._change(incident_id, unit, acknowledged_at=at, acknowledged_by=by)

    def _change(self, incident_id: str, unit: str, **values: Any) -> None:
        here = (co_unit.c.incident == incident_id, co_unit.c.unit == unit, co_unit.c.removed_at.is_(None))
        self._connection.execute(update(co_unit).where(*here).values(**values))


def _co_unit(row: Row[Any]) -> CoUnit:
    return CoUnit(
        incident=row.incident,
        unit=row.unit,
        named_at=row.named_at,
        named_by=row.named_by,
        reason=row.reason,
        acknowledged_at=row.acknowledged_at,
        acknowledged_by=row.acknowledged_by,
    )
