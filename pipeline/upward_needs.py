"""Writes into the upward ledger who must be told of an incident at its severity, in the transaction that set it."""

from __future__ import annotations

from datetime import datetime

from records.incidents import Incident
from records.upward import Need, Noted, UpwardEntry
from regulation.upward import UpwardRules
from storage.store import Transaction


def note_needs(t: Transaction, incident: Incident, at: datetime, by: str, rules: UpwardRules) -> None:
    """Ask of every body what its row says at this severity: anew at every rise, after that only where it differs."""
    needs = {one.body: one for one in t.upward.of_incident(incident.id) if one.noted is Noted.NEED}
    for body in rules.bodies:
        need, before = body.need(incident.severity), needs.get(body.name)
        was = Need.NONE if before is None else before.need
        risen = before is None or before.severity is None or incident.severity.rank > before.severity.rank
        if need is not was or (risen and need is not Need.NONE):
            t.upward.add(
                UpwardEntry(
                    incident=incident.id,
                    body=body.name,
                    label=body.label,
                    noted=Noted.NEED,
                    at=at,
                    actor=by,
                    need=need,
                    severity=incident.severity,
                    clause=body.grounds(need),
                )
            )
