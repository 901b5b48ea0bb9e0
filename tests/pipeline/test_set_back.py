"""A wall clock that was ahead for a while puts nothing off: neither escalations nor deliveries."""

from __future__ import annotations

from datetime import timedelta

import pytest

from alerts.delivery import DeliveryFailed
from pipeline.sweep import sweep
from pipeline.timekeeping import advance
from records.deliveries import DeliveryState
from records.reminders import ReminderState
from storage.store import Store
from tests.pipeline.clocks import MINUTE, Inbox, at, leases_age, mail_to, open_incident, sender, start
from tests.storage.making import NOON

YEARS = timedelta(days=5 * 365)


@pytest.fixture(autouse=True)
def an_open_incident(store: Store) -> None:
    open_incident(store)


def tick(store: Store, minutes: float, ahead: timedelta = timedelta(0)) -> None:
    """The clock process looks so many minutes after noon, its wall clock so far ahead."""
    moment = at(minutes)
    with store.transaction() as t:
        due_until = advance(t, moment + ahead, "boot-1", (moment - NOON).total_seconds())
    sweep(store, due_until, mail_to("a"))


def escalations(store: Store) -> list[tuple[float, ReminderState]]:
    with store.reading() as t:
        (plan,) = [one for one in t.deadlines.of_incident("20260410-001") if one.kind == "initial_report"]
        assert plan.id is not None
        steps = [step for step in t.deadlines.steps(plan.id) if step.kind == "escalated"]
    return [((step.at - NOON) / MINUTE, step.state) for step in steps if step.at < at(600)]


def test_escalations_go_on_from_the_moment_at_which_they_are_due(store: Store):
    start(store, routes=mail_to("a"))
    tick(store, 0)
    tick(store, 30, ahead=YEARS)
    assert escalations(store) == [(120, ReminderState.SUPPRESSED)], "all that was due by that clock has been told"
    tick(store, 45)
    assert escalations(store) == [(120, ReminderState.PENDING)]
    tick(store, 120)
    tick(store, 135)
    assert [state for _, state in escalations(store)] == [ReminderState.FIRED] * 2 + [ReminderState.PENDING]


def test_a_round_that_has_been_told_is_not_told_again(store: Store):
    start(store, routes=mail_to("a"))
    tick(store, 0)
    tick(store, 120)
    tick(store, 121, ahead=20 * MINUTE)
    tick(store, 122)
    assert escalations(store) == [
        (120, ReminderState.FIRED),
        (135, ReminderState.FIRED),
        (150, ReminderState.PENDING),
    ]


def test_what_was_to_be_tried_again_at_a_moment_that_never_came_is_tried_at_once(store: Store):
    start(store, routes=mail_to("a"))
    tick(store, 0)
    tick(store, 1, ahead=YEARS)
    inbox = Inbox(faults=[DeliveryFailed("忙")] * 50)
    desk = sender(store, email=inbox)
    desk.send_due(at(1) + YEARS)
    inbox.faults = []
    assert desk.send_due(at(2)) == 0
    tick(store, 2)
    assert desk.send_due(at(2)) > 0
    with store.reading() as t:
        keys = [alert.key for alert in t.alerts.all()]
        rows = [row for found in t.alerts.deliveries(keys).values() for row in found if row.channel == "email"]
    assert {row.state for row in rows} == {DeliveryState.SENT}


def test_a_lease_that_was_given_by_that_clock_ends_soon(store: Store):
    start(store, routes=mail_to("a"))
    tick(store, 0)
    with store.transaction() as t:
        claim = t.alerts.claim("email", at(1), at(2) + YEARS, "gone")
    assert claim is not None
    tick(store, 1, ahead=YEARS)
    tick(store, 2)
    leases_age(store, 6 * MINUTE)
    inbox = Inbox()
    sender(store, email=inbox).send_due(at(8))
    assert claim.delivery.idem_key in {mail.key for mail in inbox.received if mail.maybe_repeated}
