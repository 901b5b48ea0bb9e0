"""Opens an incident because a person says so: people learn of matters by telephone, in a chat group, from above."""

from __future__ import annotations

from datetime import datetime

from casework.incidents.moves import opened, title_of
from pipeline.notify import Routes, tell
from pipeline.owing import NONE, OPENING, Owed, begin
from pipeline.unacknowledged import await_acknowledgement
from records.disclosures import Disclosure
from records.incidents import Incident, SeverityChange
from records.words import Severity
from regulation.escalation import Escalation
from regulation.severity import PERSON, SeverityRules
from storage.incidents import StoredGathering
from storage.store import Transaction


def open_for_record(
    t: Transaction,
    record: Disclosure,
    at: datetime,
    actor: str,
    reason: str | None,
    rules: SeverityRules,
    routes: Routes,
    steps: Escalation | None = None,
    owed: Owed = NONE,
) -> Incident:
    """Open an incident of the record: `general`, no category, on its present gathering; the rules raise it from then on.

    The caller has seen that none is ongoing.
    """
    gathering = _present_gathering(t, record.id, at, rules)
    return _open(t, record.id, title_of(record), record.unit, gathering, at, actor, reason, routes, steps, owed)


def open_without_record(
    t: Transaction,
    title: str,
    unit: str | None,
    at: datetime,
    actor: str,
    reason: str | None,
    routes: Routes,
    steps: Escalation | None = None,
    owed: Owed = NONE,
) -> Incident:
    """Open an incident that belongs to no disclosure record; no post joins it by rule."""
    gathering = t.incidents.start_gathering(None, at)
    return _open(t, None, title, unit, gathering, at, actor, reason, routes, steps, owed)


def _present_gathering(t: Transaction, disclosure: str, at: datetime, rules: SeverityRules) -> StoredGathering:
    newest = t.incidents.newest_gathering(disclosure)
    if newest is None or newest.ended_at is not None or t.incidents.of_gathering(newest.id) is not None:
        return t.incidents.start_gathering(disclosure, at)
    if newest.last_post_at is not None and at - newest.last_post_at > rules.gap:
        return t.incidents.start_gathering(disclosure, at)
    return newest


def _open(
    t: Transaction,
    disclosure: str | None,
    title: str,
    unit: str | None,
    gathering: StoredGathering,
    at: datetime,
    actor: str,
    reason: str | None,
    routes: Routes,
    steps: Escalation | None,
    owed: Owed,
) -> Incident:
    members = t.incidents.members_of(gathering.id)
    incident = opened(
        t.incidents.next_id(at),
        disclosure=disclosure,
        title=title,
        unit=unit,
        severity=Severity.GENERAL,
        category=None,
        at=at,
        first_post_at=min((member.seen_at for member in members), default=None),
        gathering=gathering.number,
    )
    first = SeverityChange(at, incident.severity, PERSON, actor, reason)
    t.incidents.open(incident, gathering.id, first)
    facts = {"where": "人工登记", "by": actor, "why": reason or "由人工登记"}
    tell(t, "opened", incident, at, "opened", routes, facts)
    await_acknowledgement(t, incident, at, actor, steps)
    begin(t, incident, OPENING, at, actor, owed, routes)
    return incident
