"""A crash at any commit or send boundary loses no alert and leaves no repeat unmarked."""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from alerts.channels.page import Page
from alerts.delivery import Channel, Outgoing
from benchmarks._stores import MINUTE, NOON, databases, open_incident, start_plan
from pipeline import plan
from pipeline.message_writing import message_writer
from pipeline.notify import PAGE
from pipeline.send import Sender, Terms
from pipeline.sweep import sweep
from records.deliveries import AttemptOutcome
from records.incidents import Incident
from records.people import Contact
from storage.store import Store, Transaction

TERMS = Terms(lease=MINUTE, retry_after=(timedelta(seconds=5),), base_address="http://desk.example")
QUICK_EVERY = 10
ADDRESSES = 4
"""Each recipient has so many: then several messages are in hand at once."""


class Crash(BaseException):
    """The process dies here."""


class Boundaries:
    """Counts the boundaries that a run passes, and crashes at one of them."""

    def __init__(self, crash_at: int | None = None) -> None:
        self.passed = 0
        self._crash_at = crash_at

    def cross(self) -> None:
        """Pass one boundary. Raises Crash where that is the one."""
        self.passed += 1
        if self.passed == self._crash_at:
            raise Crash


class CrashingStore(Store):
    """A store with a boundary before and after every commit."""

    boundaries = Boundaries()

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """A writing transaction between two boundaries."""
        with super().transaction() as t:
            yield t
            self.boundaries.cross()
        self.boundaries.cross()


class CrashingMail:
    """Mail with a boundary before and after every send."""

    idempotent = False
    budget = None
    timeout = timedelta(seconds=20)

    def __init__(self, store: CrashingStore) -> None:
        self._store = store
        self.received: list[Outgoing] = []

    def send(self, outgoing: Outgoing) -> None:
        """Take it in."""
        self._store.boundaries.cross()
        self.received.append(outgoing)
        self._store.boundaries.cross()


def main(argv: list[str]) -> int:
    """Crash at every boundary; with --quick at every tenth; with --mutant in the naive order, which must lose."""
    parser = argparse.ArgumentParser(prog="crashpoints", description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--mutant", action="store_true")
    chosen = parser.parse_args(argv)
    send = send_naively if chosen.mutant else send_well
    with databases() as urls:
        found = {name: measured(url, send, QUICK_EVERY if chosen.quick else 1) for name, url in urls.items()}
    broken = any(result["lost"] or result["unmarked_repeats"] for result in found.values())
    print(json.dumps({"benchmark": "crashpoints", "mutant": chosen.mutant, "broken": broken, **found}))
    return 1 if broken else 0


def measured(url: str, send: Callable[[CrashingStore, CrashingMail, datetime], None], every: int) -> dict[str, int]:
    """One run without a crash, then one for each boundary that it passed."""
    store = CrashingStore(url)
    expected, passed, _ = _run(store, 1, Boundaries(), send)
    totals: Counter[str] = Counter()
    for number, crash_at in enumerate(range(1, passed + 1, every), 2):
        received, _, repeats = _run(store, number, Boundaries(crash_at), send)
        totals["lost"] += len(expected - received)
        totals["crashes"] += 1
        totals.update(repeats)
    store.close()
    return {
        "boundaries": passed,
        **{key: totals[key] for key in ("crashes", "lost", "marked_repeats", "unmarked_repeats")},
    }


def send_well(store: CrashingStore, mail: CrashingMail, now: datetime) -> None:
    """The sender as it is."""
    channels: dict[str, Channel] = {PAGE: Page(message_writer(store), timedelta(seconds=5)), "email": mail}
    Sender(store, channels, "bench", TERMS).send_due(now)


def send_naively(store: CrashingStore, mail: CrashingMail, now: datetime) -> None:
    """The order that loses: marked as sent first, sent afterwards."""
    while True:
        with store.transaction() as t:
            claim = t.alerts.claim("email", now, now + MINUTE, "naive")
            if claim is not None:
                t.alerts.settle(claim, AttemptOutcome.SENT, now)
        if claim is None:
            return
        alert, row = claim.alert, claim.delivery
        mail.send(
            Outgoing(
                row.idem_key,
                alert.key[:8],
                alert.recipient,
                row.address,
                alert.kind,
                alert.at,
                alert.due_at,
                alert.title,
                alert.body,
                alert.link,
                claim.maybe_repeated,
            )
        )


def _run(
    store: CrashingStore,
    number: int,
    boundaries: Boundaries,
    send: Callable[[CrashingStore, CrashingMail, datetime], None],
) -> tuple[set[tuple[str, str, int]], int, Counter[str]]:
    store.boundaries = Boundaries()
    incident = open_incident(store, number)
    mail = CrashingMail(store)
    store.boundaries = boundaries
    for step in _script(store, incident, mail, send):
        try:
            step()
        except Crash:
            # The supervisor starts the process again, the operator presses the button again.
            step()
    seen: Counter[str] = Counter()
    repeats: Counter[str] = Counter()
    for outgoing in mail.received:
        if seen[outgoing.key]:
            repeats["marked_repeats" if outgoing.maybe_repeated else "unmarked_repeats"] += 1
        seen[outgoing.key] += 1
    firsts = {outgoing.key: outgoing for outgoing in mail.received}.values()
    told = {(first.kind, first.address, round((first.at - NOON) / MINUTE)) for first in firsts}
    told |= _shown(store, incident)
    return told, boundaries.passed, repeats


def routes(t: Transaction, recipient: str) -> list[Contact]:
    """Several mail addresses for every recipient."""
    return [Contact(recipient, "email", f"{number}.{recipient}@example.cn") for number in range(ADDRESSES)]


def _shown(store: CrashingStore, incident: Incident) -> set[tuple[str, str, int]]:
    """What stands on the message page."""
    with store.reading() as t:
        alerts = {alert.key: alert for alert in t.alerts.of_incident(incident.id)}
        pages = [row for rows in t.alerts.deliveries(list(alerts)).values() for row in rows if row.channel == PAGE]
        messages = {message.idem_key for message in t.messages.of(limit=100_000)}
    shown = [alerts[row.alert] for row in pages if row.idem_key in messages]
    return {(alert.kind, f"page of {alert.recipient}", round((alert.at - NOON) / MINUTE)) for alert in shown}


def _script(
    store: CrashingStore,
    incident: Incident,
    mail: CrashingMail,
    send: Callable[[CrashingStore, CrashingMail, datetime], None],
) -> Iterator[Callable[[], object]]:
    """Start, three reminders, overdue, two escalations and a late report, sending after each and again later."""

    def filed() -> None:
        with store.transaction() as t:
            plan.met(t, incident.id, NOON + 140 * MINUTE, "责任单位")

    yield lambda: start_plan(store, incident, NOON, routes)
    for minutes in (0, 60, 90, 110, 120, 135):
        now = NOON + minutes * MINUTE
        yield lambda now=now: sweep(store, now, routes)  # type: ignore[misc]
        # After a crash the lease of what was in hand has to run out: it is sent with the next round.
        for later in (0, 2, 4):
            yield lambda: leases_age(store, 2 * MINUTE)
            yield lambda now=now, later=later: send(store, mail, now + later * MINUTE)  # type: ignore[misc]
    yield filed
    yield lambda: sweep(store, NOON + 600 * MINUTE, routes)
    yield lambda: leases_age(store, 2 * MINUTE)
    yield lambda: send(store, mail, NOON + 600 * MINUTE)


def leases_age(store: Store, by: timedelta) -> None:
    """Let so much go by for leases too: on PostgreSQL they run by the server's clock, which the benchmark does not move."""
    if store.engine.dialect.name == "postgresql":
        back = by // timedelta(microseconds=1)
        with store.engine.begin() as connection:
            connection.exec_driver_sql(f"UPDATE outbox SET lease_until = lease_until - {back} WHERE lease_until > 0")
