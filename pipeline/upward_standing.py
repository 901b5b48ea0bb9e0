"""Reads from the store where the upward reports of incidents stand, with the proof of what the channels carried."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from casework.upward.standing import BodyStanding, standings
from records.deliveries import AttemptOutcome, Delivery
from storage.store import Transaction


def standings_of(t: Transaction, incident_ids: Sequence[str]) -> dict[str, list[BodyStanding]]:
    """Where each body stands that the entries of these incidents speak of, by incident."""
    entries = t.upward.of_incidents(incident_ids)
    keys = [one.alert for found in entries.values() for one in found if one.alert is not None]
    deliveries = t.alerts.deliveries(keys) if keys else {}
    went_out = _went_out(t, [one for found in deliveries.values() for one in found])
    return {name: standings(found, deliveries, went_out) for name, found in entries.items()}


def _went_out(t: Transaction, deliveries: Sequence[Delivery]) -> dict[int, datetime]:
    """When each of these deliveries was accepted by its channel."""
    accepted = {}
    for one in deliveries:
        ends = [
            attempt.ended_at
            for attempt in t.alerts.attempts(one.id)
            if attempt.outcome is AttemptOutcome.SENT and attempt.ended_at is not None
        ]
        if ends:
            accepted[one.id] = min(ends)
    return accepted
