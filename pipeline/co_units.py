"""Names the units that help with an incident (协办单位), takes them off, and notes that each has acknowledged for itself."""

from __future__ import annotations

from datetime import datetime

from pipeline import plan
from pipeline.notify import Routes, tell
from pipeline.refusals import Refused
from pipeline.unacknowledged import await_co_unit, co_unit_acknowledged, co_unit_off
from pipeline.units import require_known
from records.co_units import CoUnit
from records.incidents import Incident
from records.spans import until_start
from regulation.recipients import THIS_CO_UNIT
from storage.store import Transaction


def name_co_unit(
    t: Transaction, incident: Incident, unit: str, at: datetime, by: str, reason: str | None, routes: Routes
) -> None:
    """Let `unit` help from now on: it is told at once, with the clock that runs. Raises Refused."""
    require_known(t, unit)
    if unit == incident.unit:
        raise Refused(f"“{unit}”是牵头单位，不能同时协办")
    if not t.co_units.name(CoUnit(incident.id, unit, at, by, reason)):
        raise Refused(f"“{unit}”已经是协办单位")
    _tell(t, "co_unit_named", incident, unit, at, by, reason, routes)
    await_co_unit(t, incident, unit, at, by)


def remove_co_unit(
    t: Transaction, incident: Incident, unit: str, at: datetime, by: str, reason: str | None, routes: Routes
) -> None:
    """Let `unit` help no longer, and tell it so. Raises Refused where it does not help."""
    require_co_unit(t, incident, unit)
    _tell(t, "co_unit_removed", incident, unit, at, by, reason, routes, off=unit)
    t.co_units.remove(incident.id, unit, at)
    co_unit_off(t, incident.id, unit, at, by)


def acknowledge_for(t: Transaction, incident: Incident, unit: str, at: datetime, by: str) -> bool:
    """Note that `unit`, which helps, has acknowledged; False where it had before. Raises Refused where it does not help."""
    if require_co_unit(t, incident, unit).acknowledged_at is not None:
        return False
    t.co_units.acknowledge(incident.id, unit, at, by)
    co_unit_acknowledged(t, incident.id, unit, at, by)
    return True


def require_co_unit(t: Transaction, incident: Incident, unit: str) -> CoUnit:
    """That unit as it helps with the incident. Raises Refused where it does not."""
    found = t.co_units.get(incident.id, unit)
    if found is None:
        raise Refused(f"“{unit[:40]}”不是这个事件的协办单位")
    return found


def _tell(
    t: Transaction,
    kind: str,
    incident: Incident,
    unit: str,
    at: datetime,
    by: str,
    reason: str | None,
    routes: Routes,
    off: str | None = None,
) -> None:
    clock = plan.running(t, incident.id)
    facts = {"co_unit": unit, "by": by, "reason": reason or "未写理由"}
    if clock is not None:
        facts["until_start"] = until_start(incident.detected_at, clock.started_at)
    due_at = None if clock is None else clock.due_at
    tell(t, kind, incident, at, f"{unit}@{at.isoformat()}", routes, facts, due_at, {THIS_CO_UNIT: (unit,)}, off)
