"""Sends the head of the log of acts outside: kept there, it shows what a chain alone cannot, that its tail was cut off."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta

from alerts.desk_message import AUDIT_HEAD, alert_about_desk
from pipeline.accounts import CONSOLE
from pipeline.notify import PAGE, Routes
from pipeline.refusals import Refused
from pipeline.timekeeping import CLOCK
from records.alerts import KEEPER, Alert
from records.people import Contact
from records.zone import CHINA
from storage.store import Store, Transaction

_SENT = "audit_head_sent"
_DAY = timedelta(days=1)


def send_head_when_due(store: Store, times: Sequence[time], now: datetime, routes: Routes) -> int:
    """Send the head for the latest of these times of day in China, once for all processes; to how many it goes.

    Nothing is sent while nobody keeps it.
    """
    due = latest(times, now)
    if due is None:
        return 0
    with store.reading() as t:
        alert = _alert(t, due.isoformat(), now)
        if alert is None or not _keepers(t, routes) or t.alerts.get(alert.key) is not None:
            return 0
    with store.transaction() as t:
        alert = _alert(t, due.isoformat(), now)
        return 0 if alert is None else _send(t, alert, _keepers(t, routes), now, CLOCK)


def send_head(store: Store, now: datetime, routes: Routes) -> int:
    """Send the head now, for whoever sits at the console; to how many it goes. Raises Refused."""
    with store.transaction() as t:
        keepers, alert = _keepers(t, routes), _alert(t, now.isoformat(), now)
        if not keepers:
            raise Refused(f"还没有链首保管人：请先用 huiying contact add {KEEPER} 渠道 地址 登记")
        if alert is None:
            raise Refused("日志还是空的，没有链首")
        return _send(t, alert, keepers, now, CONSOLE)


def latest(times: Sequence[time], now: datetime) -> datetime | None:
    """The last moment not after `now` that one of these times of day in China was; None without times."""
    today = now.astimezone(CHINA).date()
    moments = [datetime.combine(day, at, CHINA) for day in (today - _DAY, today) for at in times]
    return max((moment for moment in moments if moment <= now), default=None)


def _keepers(t: Transaction, routes: Routes) -> list[Contact]:
    return [contact for contact in routes(t, KEEPER) if contact.channel != PAGE]


def _alert(t: Transaction, distinct: str, now: datetime) -> Alert | None:
    head = t.audit.head()
    if head is None:
        return None
    return alert_about_desk(AUDIT_HEAD, KEEPER, now, distinct, {"head": str(head), "rows": str(head.seq)})


def _send(t: Transaction, alert: Alert, keepers: Sequence[Contact], now: datetime, by: str) -> int:
    """To every keeper, in whatever order they are called: the more keep it, the better."""
    if not keepers or not t.alerts.add(alert):
        return 0
    for contact in keepers:
        t.alerts.enqueue(alert, contact.channel, contact.address)
    t.audit.append(now, by, None, _SENT, KEEPER, True, {"head": alert.body.partition("\n")[0], "keepers": len(keepers)})
    return len(keepers)
