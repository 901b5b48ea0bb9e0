"""Takes up work in a store that was restored from a backup: its clocks go on, and whatever may have gone out is marked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from pipeline.acts import Actor
from pipeline.notify import Routes
from pipeline.sweep import sweep
from pipeline.timekeeping import Look, advance
from regulation.escalation import Escalation
from storage.store import Store

BACKUP = "backup"
RESTORE = "restore"
MOVE = "move"
"""The acts as the audit names them."""


def note_backup(store: Store, actor: Actor, at: datetime, name: str) -> None:
    """Note that everything was copied, before it is."""
    with store.transaction() as t:
        t.audit.append(at, actor.name, actor.role, BACKUP, name, True, {})


def note_move(store: Store, actor: Actor, at: datetime, facts: Mapping[str, int]) -> None:
    """Note in the new store that everything was carried over from another."""
    with store.transaction() as t:
        t.audit.append(at, actor.name, actor.role, MOVE, "", True, dict(facts))


def take_up(
    store: Store,
    actor: Actor,
    look: Look,
    routes: Routes,
    facts: Mapping[str, str],
    escalation: Escalation | None = None,
) -> int:
    """Fire what fell due since the backup, and mark all that is not known to have gone out; how many deliveries.

    After the backup and before the loss the desk may have sent any of them. `escalation` holds for clocks that begin
    thereby, the shipped rules without.
    """
    wall, boot, boottime = look()
    with store.transaction() as t:
        due_until = advance(t, wall, boot, boottime)
    try:
        sweep(store, due_until, routes, escalation)
    finally:
        with store.transaction() as t:
            marked = t.alerts.doubt(due_until)
            t.audit.append(wall, actor.name, actor.role, RESTORE, facts["backup"], True, {**facts, "in_doubt": marked})
    return marked
