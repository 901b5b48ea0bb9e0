"""Opens incidents and moves them from state to state; says what an acknowledgement (签收) still holds for."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from records.disclosures import Disclosure
from records.incidents import IllegalMove, Incident, IncidentState
from records.words import Category, Scope, Severity


def title_of(record: Disclosure) -> str:
    """The incident's title. A party record's title never enters it: an incident's title travels in messages."""
    if record.scope is Scope.PARTY:
        return f"{record.outward_title}相关舆情"
    return f"“{record.outward_title}”相关舆情"


def opened(
    incident_id: str,
    *,
    disclosure: str | None,
    title: str,
    unit: str | None,
    severity: Severity,
    category: Category | None,
    at: datetime,
    first_post_at: datetime | None,
    gathering: int,
) -> Incident:
    """A new incident, waiting to be confirmed."""
    return Incident(
        id=incident_id,
        disclosure=disclosure,
        title=title,
        unit=unit,
        category=category,
        severity=severity,
        state=IncidentState.OPEN,
        opened_at=at,
        first_post_at=first_post_at,
        gathering=gathering,
    )


def acknowledged(incident: Incident, at: datetime, by: str) -> Incident:
    """签收: the first one stays, a later one changes nothing."""
    if incident.acknowledged_at is not None:
        return incident
    return replace(incident, acknowledged_at=at, acknowledged_by=by)


def unacknowledged(incident: Incident) -> Incident:
    """As if nobody had acknowledged it: what was noted holds no longer."""
    return replace(incident, acknowledged_at=None, acknowledged_by=None)


def handed_over(incident: Incident, unit: str) -> Incident:
    """转办: another unit answers for it, and has not acknowledged it yet."""
    return replace(unacknowledged(incident), unit=unit)


def confirmed(incident: Incident) -> Incident:
    """核实: confirming what is confirmed changes nothing. Raises IllegalMove."""
    return incident if incident.state is IncidentState.CONFIRMED else incident.moved_to(IncidentState.CONFIRMED)


def ended(incident: Incident, state: IncidentState, at: datetime) -> Incident:
    """Closed or dismissed at that moment. Raises IllegalMove."""
    return replace(incident.moved_to(state), closed_at=at)


def merged(incident: Incident, into: str, at: datetime) -> Incident:
    """并入: part of another incident from that moment on. Raises IllegalMove."""
    return replace(incident.moved_to(IncidentState.MERGED), merged_into=into, closed_at=at)


def reopened(incident: Incident) -> Incident:
    """Ongoing again, and to be acknowledged again: what was closed is confirmed, what was dismissed is open.

    Raises IllegalMove.
    """
    if incident.state.ongoing:
        raise IllegalMove(f"事件现为“{incident.state.label}”，不需要重新打开")
    back = IncidentState.OPEN if incident.state is IncidentState.DISMISSED else IncidentState.CONFIRMED
    return replace(unacknowledged(incident.moved_to(back)), closed_at=None)


def raised(incident: Incident, severity: Severity) -> Incident:
    """Of a higher severity: who acknowledged the lower one has not seen this."""
    return replace(unacknowledged(incident), severity=severity)


def categorised(incident: Incident, leading: Category | None) -> Incident:
    """With the category of most voices, unless a person has set one (第三十八条)."""
    return incident if incident.category_by_person else replace(incident, category=leading)
