"""Hands an incident over to another unit (转办): who answers for it changes, no clock of the plan does."""

from __future__ import annotations

from datetime import datetime

from casework.incidents.moves import handed_over
from pipeline import plan
from pipeline.notify import Routes, tell
from pipeline.refusals import Refused
from pipeline.unacknowledged import co_unit_off
from pipeline.units import require_known
from records.incidents import Incident
from records.spans import until_start
from regulation.recipients import FORMER_UNIT
from storage.store import Transaction


def hand_over(
    t: Transaction, incident: Incident, unit: str, at: datetime, by: str, reason: str | None, routes: Routes
) -> Incident:
    """Let `unit` answer for the incident from now on: it is told at once, its predecessor that it is off.

    A unit that has helped until then answers for it now. The caller then waits for its acknowledgement. Whom the running
    clocks tell is looked up when they do, so that they need no change. Raises Refused for a unit that the desk does not
    know, or that answers for it already.
    """
    require_known(t, unit)
    if unit == incident.unit:
        raise Refused(f"责任单位已经是“{unit}”，不需要转办")
    changed = t.incidents.save(handed_over(incident, unit), incident.revision)
    facts = {"by": by, "before": incident.unit or "未定", "reason": reason or "未写理由"}
    distinct = f"handed_over/{changed.revision}"
    if t.co_units.get(incident.id, unit) is not None:
        t.co_units.remove(incident.id, unit, at)
        co_unit_off(t, incident.id, unit, at, by)
    clock = plan.running(t, incident.id)
    lag = {} if clock is None else {"until_start": until_start(incident.detected_at, clock.started_at)}
    tell(t, "handed_over", changed, at, distinct, routes, facts | lag, None if clock is None else clock.due_at)
    former = () if incident.unit is None else (incident.unit,)
    tell(t, "taken_off", changed, at, distinct, routes, facts, others={FORMER_UNIT: former}, off=incident.unit)
    return changed
