"""A channel is down for thirty minutes: everything arrives, and whoever it concerns is told over the next one within two."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from alerts.delivery import DeliveryFailed, Outgoing
from benchmarks._stores import MINUTE, NOON, UNIT, databases, open_incident, start_plan
from pipeline.fail_over import fail_over
from pipeline.send import Sender, Terms
from pipeline.sweep import sweep
from records.people import Contact
from regulation.telling import telling
from storage.store import Store, Transaction

SECOND = timedelta(seconds=1)
DOWN_FROM, DOWN_UNTIL, END = NOON + 2 * MINUTE, NOON + 32 * MINUTE, NOON + 45 * MINUTE
EVERY = 2 * MINUTE
"""So often a plan starts: the whole time there is something to tell."""
LIMIT = timedelta(minutes=2)
RULES = telling()
TERMS = Terms(lease=MINUTE, retry_after=[seconds * SECOND for seconds in (5, 15, 60, 120, 300, 600)], telling=RULES)
PassOn = Callable[[Store, datetime], int]


class Mail:
    """Mail with an outage; `arrived` notes the moment of each message by alert."""

    idempotent = False
    budget = None
    timeout = 20 * SECOND

    def __init__(self, down: bool) -> None:
        self.now = NOON
        self.arrived: dict[str, datetime] = {}
        self._down = down

    def send(self, outgoing: Outgoing) -> None:
        """Take it, except in the outage."""
        if self._down and DOWN_FROM <= self.now < DOWN_UNTIL:
            raise DeliveryFailed("连不上", channel_down=True)
        self.arrived[f"{outgoing.kind}/{outgoing.title}/{outgoing.number}"] = self.now


def main(argv: list[str]) -> int:
    """Simulated time, second by second; with --mutant nobody looks for the next channel."""
    parser = argparse.ArgumentParser(prog="chanout", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="in steps of five seconds")
    parser.add_argument("--mutant", action="store_true")
    chosen = parser.parse_args(argv)
    pass_on: PassOn = (lambda store, now: 0) if chosen.mutant else _pass_on
    step = (5 if chosen.quick else 1) * SECOND
    with databases() as urls:
        found = {name: measured(url, pass_on, step) for name, url in urls.items()}
    broken = any(
        result["undelivered"] or result["reached_late"] or not result["told_over_the_next"] for result in found.values()
    )
    print(json.dumps({"benchmark": "chanout", "mutant": chosen.mutant, "broken": broken, **found}))
    return 1 if broken else 0


def measured(url: str, pass_on: PassOn, step: timedelta) -> dict[str, float | int]:
    """How many alerts to the unit never came by mail, how many reached nobody within two minutes, and the slowest."""
    store = Store(url)
    with store.transaction() as t:
        t.people.set_contacts(UNIT, routes(t, UNIT))
    mail, phone = Mail(down=True), Mail(down=False)
    sender = Sender(store, {"email": mail, "sms": phone}, "bench", TERMS)
    now, number, plan_at = NOON, 0, NOON
    while now <= END:
        if now >= plan_at and now < DOWN_UNTIL:
            number, plan_at = number + 1, plan_at + EVERY
            start_plan(store, open_incident(store, number, now), now, routes)
        mail.now = phone.now = now
        sweep(store, now, routes)
        pass_on(store, now)
        sender.send_due(now)
        now += step
    with store.reading() as t:
        alerts = [alert for alert in t.alerts.all() if alert.recipient == UNIT]
    store.close()
    keys = [f"{alert.kind}/{alert.title}/{alert.key[:8]}" for alert in alerts]
    first = [min((box.arrived[key] for box in (mail, phone) if key in box.arrived), default=END) for key in keys]
    waits = [came - alert.at for came, alert in zip(first, alerts, strict=True)]
    return {
        "alerts": len(alerts),
        "undelivered": sum(key not in mail.arrived for key in keys),
        "told_over_the_next": len(phone.arrived),
        "reached_late": sum(wait > LIMIT for wait in waits),
        "slowest_seconds": max(waits).total_seconds(),
    }


def routes(t: Transaction, recipient: str) -> Sequence[Contact]:
    """Mail first, then a telephone."""
    if recipient != UNIT:
        return ()
    return (Contact(UNIT, "email", "a@example.cn"), Contact(UNIT, "sms", "13800138000", rank=2))


def _pass_on(store: Store, now: datetime) -> int:
    return fail_over(store, now, routes, RULES)
