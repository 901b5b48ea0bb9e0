"""Tells the office of trouble with the desk itself over the outbox: once when it has lasted, and once when it is over.

What cannot go this way, since nobody sends any more or the store is away, is told past it: by `huiying up` and by
`huiying doctor --watch`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from alerts.desk_message import DESK_TROUBLE, DESK_WELL, alert_about_desk
from pipeline.notify import Routes, queue
from pipeline.oversight import SILENT, Trouble, newest_beats, troubles
from regulation.oversight import OversightRules
from regulation.recipients import recipients_for
from storage.store import Store, Transaction

_KEPT = "desk_troubles"
_GAP = timedelta(minutes=5)
"""Where nobody has looked for longer, everything may have been off: what is wrong now counts from now."""

_MOST = 6
_LINK = "/"


@dataclass(frozen=True, slots=True)
class _Open:
    """Trouble that was there at the last look: since when, and in what words the office was told, None where it was not."""

    since: datetime
    told: str | None


def watch_desk(
    store: Store,
    now: datetime,
    rules: OversightRules,
    workers: Iterable[str],
    routes: Routes,
    alarm: Sequence[tuple[str, str]] = (),
) -> int:
    """Look once, and tell what has lasted and what is over; the number of new alerts.

    `workers` are the processes that there may be; who has never been started is not missed. `alarm` are further channels and
    addresses that are told what the office is told.
    """
    with store.transaction() as t:
        t.meta.take_turn(_KEPT)
        looked, before = _kept(t)
        found = _found(t, now, rules, workers)
        watched = looked is not None and looked <= now <= looked + _GAP
        standing = {key: _standing(before.get(key), now, watched=watched) for key in found}
        due = [key for key, one in standing.items() if one.told is None and now - one.since >= rules.told]
        over = [one.told for key, one in before.items() if key not in found and one.told is not None]
        _keep(t, now, standing | {key: replace(standing[key], told=found[key].said) for key in due})
        urgent = any(found[key].grave for key in due)
        return _tell(t, DESK_TROUBLE, [found[key].said for key in due], now, routes, alarm, urgent=urgent) + _tell(
            t, DESK_WELL, [f"此前：{told}" for told in over], now, routes, alarm, urgent=False
        )


def _found(t: Transaction, now: datetime, rules: OversightRules, workers: Iterable[str]) -> dict[str, Trouble]:
    known = newest_beats(t.clock.heartbeats())
    found = troubles(t, now, rules, [worker for worker in workers if worker in known])
    return {f"{one.kind}/{one.subject}": one for one in found if one.grave or one.kind == SILENT}


def _standing(before: _Open | None, now: datetime, *, watched: bool) -> _Open:
    if before is None or before.since > now or not (watched or before.told):
        return _Open(now, None)
    return before


def _tell(
    t: Transaction,
    kind: str,
    said: Sequence[str],
    now: datetime,
    routes: Routes,
    alarm: Sequence[tuple[str, str]],
    *,
    urgent: bool,
) -> int:
    if not said:
        return 0
    facts = {"count": str(len(said))}
    told = [
        alert_about_desk(kind, recipient, now, now.isoformat(), facts, urgent=urgent, link=_LINK)
        for recipient in recipients_for(kind, None)
    ]
    # The words of troubles are our own; where several messages go as one, the first lines of each are kept.
    alerts = [replace(one, body="\n".join([*said[:_MOST], one.body])) for one in told]
    new = queue(t, alerts, routes)
    for channel, address in alarm if new else ():
        t.alerts.enqueue(alerts[0], channel, address)
    return new


def _kept(t: Transaction) -> tuple[datetime | None, Mapping[str, _Open]]:
    kept: dict[str, Any] | None = t.meta.get(_KEPT)
    if kept is None:
        return None, {}
    rows = {key: _Open(datetime.fromisoformat(row["since"]), row["told"]) for key, row in kept["open"].items()}
    return datetime.fromisoformat(kept["looked"]), rows


def _keep(t: Transaction, now: datetime, standing: Mapping[str, _Open]) -> None:
    rows = {key: {"since": one.since.isoformat(), "told": one.told} for key, one in standing.items()}
    t.meta.put(_KEPT, {"looked": now.isoformat(), "open": rows})
