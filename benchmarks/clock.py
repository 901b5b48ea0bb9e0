"""Whatever happens to the machine's clocks (reboot, years back and forward, sleep, summer time), nobody is told late."""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from alerts.delivery import Outgoing
from benchmarks._stores import MINUTE, UNIT, by_mail, databases, open_incident, start_plan
from benchmarks._worker import written_settings
from huiying.clock import Reading
from huiying.settings import load
from huiying.wiring import Desk
from huiying.workers import tick
from pipeline.notify import stored_contacts
from pipeline.send import Sender, Terms
from pipeline.sweep import sweep
from records.people import Contact
from records.reminders import ReminderState

SECOND = timedelta(seconds=1)
YEARS = timedelta(days=5 * 365)
LIMIT = SECOND
TICK = timedelta(seconds=0.5)
COARSE = timedelta(seconds=30)
"""Between moments at which something is due, time passes in larger steps."""
END = 152 * MINUTE
STEPS = (0, 60, 90, 110, 120)
"""The steps of the shipped clock that are taken once, in its order; then comes the one that repeats."""
ESCALATIONS = (120, 135, 150)
ROUND = 15 * MINUTE
TERMS = Terms(lease=MINUTE, retry_after=(5 * SECOND,))
MARCH, OCTOBER = datetime(2026, 3, 29, 0, 10, tzinfo=UTC), datetime(2026, 10, 25, 0, 10, tzinfo=UTC)
"""Berlin goes over to summer time and back 50 minutes later."""


@dataclass
class Machine:
    """A machine whose wall clock is off by `error`; `true` is the time that it really is."""

    true: datetime
    error: timedelta = timedelta(0)
    boots: int = 1
    name: str = "one"
    booted: datetime = field(init=False)

    def __post_init__(self) -> None:
        self.booted = self.true

    def now(self) -> datetime:
        """Its wall clock."""
        return self.true + self.error

    def read(self) -> Reading:
        """Its clocks."""
        return Reading(self.now(), (self.true - self.booted).total_seconds(), f"{self.name}-{self.boots}")

    def reboot(self) -> None:
        """Begin to count the seconds anew."""
        self.boots, self.booted = self.boots + 1, self.true


Event = tuple[float, Callable[[Machine], None]]


@dataclass(frozen=True, slots=True)
class Scenario:
    """`events` happen so many minutes after the start; while the machine is `down`, or cannot know how long it was, nobody
    can be told."""

    events: Sequence[Event] = ()
    down: tuple[float, float] = (0.0, 0.0)
    blind_until: float = 0.0
    start: datetime = MARCH
    zone: str = "Asia/Shanghai"


def _wall(error: timedelta) -> Callable[[Machine], None]:
    def change(machine: Machine) -> None:
        machine.error = error

    return change


def _reboot(error: timedelta) -> Callable[[Machine], None]:
    def change(machine: Machine) -> None:
        machine.error = error
        machine.reboot()

    return change


def _other_machine(error: timedelta) -> Callable[[Machine], None]:
    def change(machine: Machine) -> None:
        machine.name, machine.error = "two", error
        machine.reboot()

    return change


RIGHT = timedelta(0)
SCENARIOS: Mapping[str, Scenario] = {
    "nothing": Scenario(),
    "years_back": Scenario(((30.2, _wall(-YEARS)),)),
    "years_back_for_a_while": Scenario(((30.2, _wall(-YEARS)), (100.2, _wall(RIGHT)))),
    "years_forward": Scenario(((30.2, _wall(YEARS)),)),
    "years_forward_for_a_while": Scenario(((30.2, _wall(YEARS)), (45.2, _wall(RIGHT)))),
    "forward_when_overdue": Scenario(((121.2, _wall(YEARS)), (123.2, _wall(RIGHT)))),
    "to_and_fro": Scenario(
        tuple((minute + 0.1, _wall(timedelta(minutes=(-1) ** minute * minute))) for minute in range(1, 150, 7))
    ),
    "reboot": Scenario(((62.0, _reboot(RIGHT)),), down=(58.0, 62.0)),
    "reboot_and_years_back": Scenario(
        ((62.0, _reboot(-YEARS)), (62.5, _wall(RIGHT))), down=(58.0, 62.0), blind_until=62.5
    ),
    "reboot_and_years_forward": Scenario(((62.0, _reboot(YEARS)), (62.5, _wall(RIGHT))), down=(58.0, 62.0)),
    "sleep": Scenario(down=(85.0, 95.0)),
    "another_machine_takes_over": Scenario(
        ((62.0, _other_machine(-10 * SECOND)), (62.2, _wall(RIGHT))), down=(58.0, 62.0), blind_until=62.2
    ),
    "summer_time_begins": Scenario(zone="Europe/Berlin"),
    "summer_time_ends": Scenario(start=OCTOBER, zone="Europe/Berlin"),
}
QUICK = ("years_back", "years_forward_for_a_while", "reboot", "summer_time_ends")


class Mail:
    """Mail that notes when a message really arrived."""

    idempotent = False
    budget = None
    timeout = 20 * SECOND

    def __init__(self, machine: Machine) -> None:
        self.arrived: list[str] = []
        self.escalated: list[datetime] = []
        self.machine = machine

    def send(self, outgoing: Outgoing) -> None:
        """Take it."""
        if outgoing.recipient == "office":
            self.arrived.append(outgoing.kind)
            if outgoing.kind == "escalated":
                self.escalated.append(self.machine.true)


def main(argv: list[str]) -> int:
    """A plan of two hours and a half on a machine of its own; with --mutant steps are due by the wall clock alone."""
    parser = argparse.ArgumentParser(prog="clock", description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--mutant", action="store_true")
    chosen = parser.parse_args(argv)
    fire = fire_by_the_wall_clock if chosen.mutant else tick
    found: dict[str, dict[str, float]] = {}
    for scenario in QUICK if chosen.quick else SCENARIOS:
        with databases() as urls:
            for name, url in urls.items():
                found.setdefault(name, {})[scenario] = measured(url, SCENARIOS[scenario], fire)
    latest = {name: max(waits.values()) for name, waits in found.items()}
    broken = any(wait > LIMIT.total_seconds() for wait in latest.values())
    shown = {name: {"latest_seconds": latest[name], "by_scenario": found[name]} for name in found}
    print(json.dumps({"benchmark": "clock", "mutant": chosen.mutant, "broken": broken, **shown}))
    return 1 if broken else 0


def fire_by_the_wall_clock(desk: Desk) -> int:
    """What the machine's wall clock says is taken for the time."""
    return sweep(desk.store, desk.clock.now(), stored_contacts)


def measured(url: str, scenario: Scenario, fire: Callable[[Desk], int]) -> float:
    """By how many seconds the latest of all came late."""
    machine = Machine(scenario.start)
    with tempfile.TemporaryDirectory(prefix="huiying-bench-") as folder, _zone(scenario.zone):
        settings = load(written_settings(Path(folder), url), {})
        desk, mail = Desk(settings, machine), Mail(machine)
        with desk.store.transaction() as t:
            for recipient in (UNIT, "office"):
                t.people.set_contacts(recipient, [Contact(recipient, "email", f"{recipient}@example.cn")])
        tick(desk)
        plan = start_plan(desk.store, open_incident(desk.store, 1, scenario.start), scenario.start, by_mail)
        assert plan is not None
        assert plan.id is not None
        taken: dict[int, datetime] = {}
        sender = Sender(desk.store, {"email": mail}, "bench", TERMS)
        for happened in _moments(scenario, machine):
            if happened:
                # After a reboot and on another machine the processes are new.
                desk.close()
                desk = Desk(settings, machine)
                sender = Sender(desk.store, {"email": mail}, "bench", TERMS)
            fire(desk)
            sender.send_due(desk.steady_now())
            _note_taken(desk, plan.id, mail, taken)
        desk.close()
    return max(_lateness(scenario, taken, mail.escalated))


def _note_taken(desk: Desk, plan: int, mail: Mail, taken: dict[int, datetime]) -> None:
    """Note when a step has been told of, or a later one in its place: both only once the mail is there."""
    with desk.store.reading() as t:
        steps = t.deadlines.steps(plan)
    if len(mail.arrived) == sum(step.state is ReminderState.FIRED for step in steps):
        for step in steps:
            if step.state is not ReminderState.PENDING:
                taken.setdefault(step.step, mail.machine.true)


def _moments(scenario: Scenario, machine: Machine) -> Iterator[bool]:
    """Let time pass; at each moment at which the machine is up: whether it has booted since the last one."""
    events = sorted(scenario.events, key=lambda event: event[0])
    boots = machine.boots
    while machine.true - scenario.start <= END:
        minutes = (machine.true - scenario.start) / MINUTE
        while events and events[0][0] <= minutes:
            events.pop(0)[1](machine)
        if not scenario.down[0] <= minutes < scenario.down[1]:
            yield machine.boots != boots
            boots = machine.boots
        machine.true += TICK if _interesting(scenario, minutes) else COARSE


def _interesting(scenario: Scenario, minutes: float) -> bool:
    marks = {*STEPS, *ESCALATIONS, *scenario.down, scenario.blind_until, *(at for at, _ in scenario.events)}
    return any(-0.6 < minutes - mark < 0.2 for mark in marks)


def _lateness(scenario: Scenario, taken: Mapping[int, datetime], escalated: Sequence[datetime]) -> Iterator[float]:
    """Of every step: early or on time is 0, and what never came is later than the end."""
    never = scenario.start + END + LIMIT
    for number, minute in enumerate(STEPS):
        yield _late(scenario, minute, taken.get(number, never))
    for minute in ESCALATIONS:
        begun = scenario.start + minute * MINUTE - ROUND
        yield _late(scenario, minute, min((at for at in escalated if at > begun), default=never))


def _late(scenario: Scenario, minute: float, came: datetime) -> float:
    could = max(minute, scenario.down[1] if scenario.down[0] <= minute else 0.0)
    if scenario.down[0] <= minute <= scenario.blind_until:
        could = max(could, scenario.blind_until)
    return max(0.0, round((came - scenario.start - could * MINUTE).total_seconds(), 3))


@contextmanager
def _zone(name: str) -> Iterator[None]:
    """The zone of the machine while the block runs."""
    before = os.environ.get("TZ")
    _set_zone(name)
    try:
        yield
    finally:
        _set_zone(before)


def _set_zone(name: str | None) -> None:
    if name is None:
        os.environ.pop("TZ", None)
    else:
        os.environ["TZ"] = name
    time.tzset()
