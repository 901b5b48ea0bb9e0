"""Lost in mid-clock and restored from a backup, the desk goes on with its clocks, and whatever it tells twice is marked."""

from __future__ import annotations

import argparse
import json
import os
import tempfile
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path

from alerts.delivery import Outgoing
from benchmarks._server import PostgresServer
from benchmarks._stores import MINUTE, NOON, UNIT, by_mail, open_incident, start_plan
from benchmarks._worker import written_settings
from huiying.backing_up import check, pack, unpack
from huiying.clock import SimulatedClock
from huiying.settings import Settings, load
from huiying.wiring import Desk
from huiying.workers import tick
from pipeline.acts import Actor
from pipeline.notify import stored_contacts
from pipeline.restoring import take_up
from pipeline.send import Sender, Terms
from records.people import Contact
from storage.backup import program

ROUNDS, QUICK_ROUNDS = 12, 2
PLANS = 10
END = NOON + 170 * MINUTE
TERMS = Terms(lease=MINUTE, retry_after=(timedelta(seconds=5),))
OPERATOR = Actor("基准", None)


class Mail:
    """Mail that keeps what arrived, in the life before the loss and in the one after it."""

    idempotent = False
    budget = None
    timeout = timedelta(seconds=20)

    def __init__(self) -> None:
        self.received: list[Outgoing] = []

    def send(self, outgoing: Outgoing) -> None:
        """Take it."""
        self.received.append(outgoing)


def main(argv: list[str]) -> int:
    """A backup and a loss at changing moments; with --mutant the restored desk knows nothing of what may have gone out."""
    parser = argparse.ArgumentParser(prog="restore", description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--mutant", action="store_true")
    chosen = parser.parse_args(argv)
    rounds = QUICK_ROUNDS if chosen.quick else ROUNDS
    expected = _undisturbed()
    totals: dict[str, Counter[str]] = {"sqlite": Counter()}
    for number in range(rounds):
        urls = [f"sqlite:///{{folder}}/{name}.db" for name in ("lost", "new")]
        totals["sqlite"].update(_round(urls[0], urls[1], number, chosen.mutant, expected))
    if os.environ.get("HUIYING_TEST_POSTGRES") and program("pg_ctl") is not None:
        with PostgresServer() as server:
            totals["postgresql"] = Counter()
            for number in range(rounds):
                urls = [server.add_database(f"{name}{number}") for name in ("lost", "new")]
                totals["postgresql"].update(_round(urls[0], urls[1], number, chosen.mutant, expected))
    keys = ("backups", "alerts", "lost", "marked_repeats", "unmarked_repeats")
    found = {name: {key: total[key] for key in keys} for name, total in totals.items()}
    broken = any(result["lost"] or result["unmarked_repeats"] for result in found.values())
    print(json.dumps({"benchmark": "restore", "mutant": chosen.mutant, "broken": broken, **found}))
    return 1 if broken else 0


def _round(url: str, new_url: str, number: int, mutant: bool, expected: frozenset[str]) -> Counter[str]:
    """A backup 61 to 105 minutes after the start and a loss a quarter of an hour later."""
    backed_up = NOON + (61 + 4 * number % 45) * MINUTE
    lost = backed_up + 15 * MINUTE
    mail = Mail()
    with tempfile.TemporaryDirectory(prefix="huiying-bench-") as name:
        folder = Path(name)
        archive = folder / "desk.huiying"
        clock = SimulatedClock(NOON)
        first = Desk(_settings(folder / "first", url.format(folder=folder)), clock)
        first.store.migrate()
        _start(first)
        _live(first, clock, mail, backed_up)
        pack(first.settings, archive, clock.now())
        _live(first, clock, mail, lost)
        first.close()
        second = Desk(_settings(folder / "second", new_url.format(folder=folder)), clock)
        manifest = unpack(second.settings, archive)
        check(second.store, manifest)
        if not mutant:
            take_up(second.store, OPERATOR, second.look, stored_contacts, {"backup": archive.name})
        _live(second, clock, mail, END)
        second.close()
    return _counted(mail, expected)


def _settings(folder: Path, url: str) -> Settings:
    (folder / "data").mkdir(parents=True)
    return load(written_settings(folder, url), {})


def _start(desk: Desk) -> None:
    with desk.store.transaction() as t:
        for recipient in (UNIT, "office"):
            t.people.set_contacts(recipient, [Contact(recipient, "email", f"{recipient}@example.cn")])
    tick(desk)
    for number in range(PLANS):
        started = NOON + number * MINUTE / 4
        start_plan(desk.store, open_incident(desk.store, number + 1, started), started, by_mail)


def _live(desk: Desk, clock: SimulatedClock, mail: Mail, until: datetime) -> None:
    """Tick and send every minute."""
    sender = Sender(desk.store, {"email": mail}, "bench", TERMS)
    while clock.now() < until:
        clock.move_to(clock.now() + MINUTE)
        tick(desk)
        sender.send_due(clock.now())


def _undisturbed() -> frozenset[str]:
    """What a desk that nothing happens to tells."""
    mail, clock = Mail(), SimulatedClock(NOON)
    with tempfile.TemporaryDirectory(prefix="huiying-bench-") as name:
        desk = Desk(_settings(Path(name), f"sqlite:///{name}/store.db"), clock)
        desk.store.migrate()
        _start(desk)
        _live(desk, clock, mail, END)
        desk.close()
    return frozenset(one.key for one in mail.received)


def _counted(mail: Mail, expected: frozenset[str]) -> Counter[str]:
    """What never arrived, and what arrived a second time with and without a mark."""
    found = Counter(backups=1, alerts=len(expected), lost=len(expected - {one.key for one in mail.received}))
    seen: set[str] = set()
    for one in mail.received:
        if one.key in seen:
            found["marked_repeats" if one.maybe_repeated else "unmarked_repeats"] += 1
        seen.add(one.key)
    return found
