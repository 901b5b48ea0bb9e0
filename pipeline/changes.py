"""Notes what stood before and after an act of administration beside its row of the log, so that it can be taken back.

What stands there may hold how colleagues are reached, which the log never does: it is let go after its time. Passwords and
secrets stand in neither.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from storage.admin_changes import AdminChange
from storage.store import Transaction

CONTACTS, ROSTER, SWAP, SOURCE, CALENDAR, ACCOUNT, CATALOGUE = (
    "contacts",
    "roster",
    "swap",
    "source",
    "calendar",
    "account",
    "catalogue",
)
"""The kinds of change beside the office's own values, whose kind is the subject of their rows in the log."""

CALENDAR_KEY = "working_days"
"""Under which the imported tables of days off are kept."""

_ROSTER_BACK = timedelta(days=40)
"""So far before an act its roster is noted: no shift is longer."""


def note(t: Transaction, seq: int, kind: str, subject: str, before: Any, after: Any, at: datetime) -> None:
    """Keep what the act of that row of the log changed; one that changed nothing leaves nothing."""
    if before != after:
        t.admin_changes.add(AdminChange(seq, kind, subject, before, after, at))


def contacts_of(t: Transaction, recipient: str) -> Any:
    """How a recipient is reached."""
    found = [asdict(one) | {"level": one.level.value} for one in t.people.contacts_of(recipient)]
    return sorted(found, key=lambda one: (one["channel"], one["address"]))


def roster_of(t: Transaction, recipients: Iterable[str], since: datetime) -> Any:
    """The rosters of these recipients around and after that moment."""
    return {
        "since": since.isoformat(),
        "shifts": {one: _shifts(t, one, since) for one in sorted(set(recipients))},
        "stopped": {one: t.duty.stopped(one) for one in sorted(set(recipients))},
    }


def source_of(t: Transaction, source: str) -> Any:
    """The row of a source that the desk keeps; None where there never was one."""
    found = t.source_rows.get(source)
    return None if found is None else {"row": dict(found.row), "removed": found.removed}


def calendar_of(t: Transaction, year: str) -> Any:
    """The imported table of that year; None without one."""
    return (t.meta.get(CALENDAR_KEY) or {}).get(year)


def account_of(t: Transaction, username: str) -> Any:
    """What of an account may be changed; never its password."""
    person = t.people.get(username)
    if person is None:
        return None
    return {"name": person.name, "role": person.role.value, "unit": person.unit, "active": person.active}


def catalogue_of(t: Transaction) -> Any:
    """Which version of the office's own catalogue holds; None without one."""
    newest = t.catalogues.newest()
    return None if newest is None else newest.number


def _shifts(t: Transaction, recipient: str, since: datetime) -> list[list[str | None]]:
    found = t.duty.between(recipient, since - _ROSTER_BACK, None)
    return [[one.name, one.begins_at.isoformat(), one.ends_at.isoformat(), one.instead_of, one.reason] for one in found]
