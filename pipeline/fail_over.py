"""Tells the next contacts where nobody was reached over the first ones, and at last the office; and who was not reached."""

from __future__ import annotations

from datetime import datetime, timedelta

from alerts.desk_message import CONTACT_TEST
from alerts.message import templates
from pipeline.notify import PAGE, Routes, first_of, stand_in, turn_of
from records.alerts import Alert
from regulation.telling import Telling
from storage.store import Store, Transaction

LOOKED_BACK = timedelta(days=1)
"""How old an alert may be: what reached nobody for so long stands on the desk."""

NEVER_PASSED_ON = (CONTACT_TEST,)
"""Kinds that are meant for one contact alone."""


def fail_over(store: Store, now: datetime, routes: Routes, telling: Telling) -> int:
    """Queue every urgent alert that has reached nobody for too long for the next contacts in order; how many were queued."""
    with store.reading() as t:
        keys = unreached(t, now, telling)
    return sum(_one(store, key, now, routes, telling) for key in keys)


def unreached(t: Transaction, now: datetime, telling: Telling) -> list[str]:
    """The urgent alerts of the last day that reached nobody beside the message page, although they had the time."""
    before = now - telling.fail_over_after
    return t.alerts.unreached(now - LOOKED_BACK, before, PAGE, but=NEVER_PASSED_ON)


def _one(store: Store, key: str, now: datetime, routes: Routes, telling: Telling) -> int:
    with store.transaction() as t:
        # Looked up again: somebody may have been reached, or the alert withdrawn, meanwhile.
        alert = t.alerts.get(key)
        if alert is None or key not in unreached(t, now, telling):
            return 0
        return _next(t, alert, now, routes)


def _next(t: Transaction, alert: Alert, now: datetime, routes: Routes) -> int:
    rows = [row for row in t.alerts.deliveries([alert.key])[alert.key] if row.channel != PAGE]
    tried = {(row.channel, row.address) for row in rows}
    turn = turn_of(t, alert.recipient, alert.level, now, routes)
    left = [one for one in turn.contacts if (one.channel, one.address) not in tried]
    if left:
        return sum(t.alerts.enqueue(alert, one.channel, one.address, now, turn.note(one)) for one in first_of(left))
    return stand_in(t, alert, routes, templates().beyond_reach, now, tried)
