"""Once a report is filed nothing of its clock is claimed any more, and the sends under way are listed."""

from __future__ import annotations

import argparse
import json
import random
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from threading import Event, Thread

from alerts.delivery import Outgoing
from benchmarks._stores import MINUTE, NOON, databases, open_incident, start_plan
from pipeline import plan
from pipeline.send import Sender, Terms
from records.alerts import DeadlineState
from records.deliveries import Delivery
from records.people import Contact
from storage.store import Store, Transaction

ROUNDS, QUICK_ROUNDS = 100, 12
ADDRESSES = 6
TERMS = Terms(lease=MINUTE, retry_after=(timedelta(seconds=5),))
File = Callable[[Transaction, str], Sequence[Delivery]]


class SlowMail:
    """Mail that takes a few milliseconds, so that a report is filed in the middle of it."""

    idempotent = False
    budget = None
    timeout = timedelta(seconds=20)

    def __init__(self) -> None:
        self._pause = Event()

    def send(self, outgoing: Outgoing) -> None:
        """Take a while."""
        self._pause.wait(0.003)


def main(argv: list[str]) -> int:
    """File while two senders are at work; with --mutant the report only stops the clock and withdraws nothing."""
    parser = argparse.ArgumentParser(prog="filed", description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--mutant", action="store_true")
    chosen = parser.parse_args(argv)
    file = file_carelessly if chosen.mutant else file_well
    with databases() as urls:
        rounds = QUICK_ROUNDS if chosen.quick else ROUNDS
        found = {name: measured(url, file, rounds) for name, url in urls.items()}
    broken = any(result["claimed_after_filing"] or result["unlisted"] for result in found.values())
    print(json.dumps({"benchmark": "filed", "mutant": chosen.mutant, "broken": broken, **found}))
    return 1 if broken else 0


def measured(url: str, file: File, rounds: int) -> dict[str, int]:
    """Several rounds, each with an incident of its own and a report at a random moment."""
    store = Store(url)
    chance = random.Random(42)
    totals: Counter[str] = Counter()
    for number in range(1, rounds + 1):
        totals.update(_round(store, url, number, file, chance.uniform(0, 0.06)))
    store.close()
    keys = ("rounds", "sent_before", "withdrawn", "listed_under_way", "claimed_after_filing", "unlisted")
    return {key: totals[key] for key in keys}


def file_well(t: Transaction, incident: str) -> Sequence[Delivery]:
    """The filing as it is."""
    ended = plan.met(t, incident, NOON, "责任单位")
    return () if ended is None else ended.under_way


def file_carelessly(t: Transaction, incident: str) -> Sequence[Delivery]:
    """Stop the clock and forget what is queued."""
    for deadline in t.deadlines.of_incident(incident):
        if deadline.id is not None:
            t.deadlines.end(deadline.id, DeadlineState.MET, NOON, "责任单位")
    return ()


def _round(store: Store, url: str, number: int, file: File, after: float) -> Counter[str]:
    incident = open_incident(store, number)
    start_plan(store, incident, NOON, _addresses)
    stop = Event()
    stores = [Store(url), Store(url)]
    threads = [
        Thread(target=Sender(each, {"email": SlowMail()}, f"s{place}", TERMS).run, args=(stop, _noon, MINUTE / 6000))
        for place, each in enumerate(stores)
    ]
    for thread in threads:
        thread.start()
    stop.wait(after)
    with store.transaction() as t:
        listed = {delivery.id for delivery in file(t, incident.id)}
        before = _claimed(t, incident.id)
    stop.wait(0.1)
    stop.set()
    for thread in threads:
        thread.join(60)
    for each in stores:
        each.close()
    with store.reading() as t:
        claimed = _claimed(t, incident.id)
        rows = [row for row in _mails(t, incident.id) if row.id in claimed]
    late = claimed - before
    return Counter(
        rounds=1,
        sent_before=len(before - listed),
        listed_under_way=len(listed),
        withdrawn=ADDRESSES * 2 - len(claimed),
        claimed_after_filing=len(late),
        unlisted=sum(row.state.value == "sending" and row.id not in listed for row in rows),
    )


def _noon() -> datetime:
    return NOON


def _addresses(t: Transaction, recipient: str) -> list[Contact]:
    return [Contact(recipient, "email", f"{recipient}.{number}@example.cn") for number in range(ADDRESSES)]


def _mails(t: Transaction, incident: str) -> list[Delivery]:
    keys = [alert.key for alert in t.alerts.of_incident(incident)]
    return [row for rows in t.alerts.deliveries(keys).values() for row in rows if row.channel == "email"]


def _claimed(t: Transaction, incident: str) -> set[int]:
    return {row.id for row in _mails(t, incident) if row.fence}
