"""A desk with one incident whose plan can be started, and channels that remember what they were handed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from alerts.channels.page import Page
from alerts.delivery import Budget, DeliveryFailed, Outgoing
from pipeline import plan
from pipeline.message_writing import message_writer
from pipeline.notify import page_only
from pipeline.send import Sender, Terms
from records.alerts import Alert, AlertState, Deadline
from records.incidents import SeverityChange
from records.people import Contact
from records.words import Severity
from storage.store import Store, Transaction
from tests.storage.making import NOON, disclosure, incident

MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)
TERMS = Terms(
    lease=MINUTE, retry_after=(5 * SECOND, 15 * SECOND, MINUTE), base_address="http://desk.example", beat=MINUTE
)


def at(minutes: float) -> datetime:
    """So many minutes after noon."""
    return NOON + minutes * MINUTE


def open_incident(store: Store, incident_id: str = "20260410-001", **more: object) -> None:
    """Store a record and an incident of it."""
    with store.transaction() as t:
        record = str(more.get("disclosure", "d1"))
        if t.disclosures.get(record) is None:
            t.disclosures.add(disclosure(record), NOON, "测试")
        gathering = t.incidents.start_gathering(record, NOON)
        made = replace(incident(incident_id, **more), gathering=gathering.number)
        t.incidents.open(made, gathering.id, SeverityChange(NOON, Severity.GENERAL, "voices_3"))


def start(
    store: Store,
    started: datetime = NOON,
    recorded: datetime | None = None,
    reason: str | None = None,
    routes: Callable[[Transaction, str], Sequence[Contact]] = page_only,
    incident_id: str = "20260410-001",
) -> Deadline | None:
    """Start the plan of the incident."""
    with store.transaction() as t:
        found = t.incidents.get(incident_id)
        assert found is not None
        return plan.start(t, found, started, recorded or started, "王芳", reason, routes=routes)


def file_report(store: Store, moment: datetime) -> plan.Ended | None:
    """An initial report is filed."""
    with store.transaction() as t:
        return plan.met(t, "20260410-001", moment, "李强")


def told(store: Store, state: AlertState | None = None) -> list[tuple[str, float, str]]:
    """What has been told: kind, minutes after noon, recipient."""
    with store.reading() as t:
        found = [alert for alert in t.alerts.all() if state is None or alert.state is state]
    return [(alert.kind, (alert.at - NOON) / MINUTE, alert.recipient) for alert in found]


def alerts(store: Store, kind: str) -> list[Alert]:
    """The alerts of one kind."""
    with store.reading() as t:
        return [alert for alert in t.alerts.all() if alert.kind == kind]


def leases_age(store: Store, by: timedelta) -> None:
    """So much goes by for the leases of deliveries as well: on PostgreSQL they run by the server's clock, which no test moves."""
    with store.transaction() as t:
        if t.connection.dialect.name == "postgresql":
            back = by // timedelta(microseconds=1)
            t.connection.exec_driver_sql(f"UPDATE outbox SET lease_until = lease_until - {back} WHERE lease_until > 0")


def mail_to(*addresses: str) -> Callable[[Transaction, str], Sequence[Contact]]:
    """Routes by which every recipient also gets mail at these addresses."""

    def routes(t: Transaction, recipient: str) -> Sequence[Contact]:
        return [Contact(recipient, "email", f"{recipient}.{address}") for address in addresses]

    return routes


class Inbox:
    """A channel that keeps what it was handed; `faults` are raised in turn, before that or after."""

    idempotent = False
    budget: Budget | None = None

    def __init__(self, faults: Sequence[Exception] = (), arrives: bool = False) -> None:
        self.timeout = 20 * SECOND
        self.received: list[Outgoing] = []
        self.faults = list(faults)
        self.arrives = arrives

    def send(self, outgoing: Outgoing) -> None:
        """Keep it, or fail as told."""
        fault = self.faults.pop(0) if self.faults else None
        if fault is None or self.arrives:
            self.received.append(outgoing)
        if fault is not None:
            raise fault


class DeadInbox:
    """A channel whose server cannot be reached."""

    idempotent = False
    budget = None
    timeout = 20 * SECOND

    def send(self, outgoing: Outgoing) -> None:
        """Fail."""
        raise DeliveryFailed("连不上邮件服务器", channel_down=True)


def page(store: Store) -> Page:
    """The message page of the store."""
    return Page(message_writer(store), SECOND)


def sender(store: Store, **channels: object) -> Sender:
    """A sender with these channels."""
    return Sender(store, channels, "send-1", TERMS)  # type: ignore[arg-type]
