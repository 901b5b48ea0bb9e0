"""The plan's clock starts once, is due two hours after the real start, and ends with the report or a cancellation."""

from __future__ import annotations

from threading import Barrier, Thread

import pytest

from pipeline import plan
from pipeline.refusals import Refused
from pipeline.sweep import sweep
from records.alerts import AlertState, DeadlineState
from records.deliveries import AttemptOutcome, DeliveryState
from records.reminders import ReminderState
from storage.store import Store
from tests.pipeline.clocks import Inbox, alerts, at, file_report, mail_to, open_incident, page, sender, start, told
from tests.storage.making import NOON

UNIT, OFFICE = "住建局", "office"


@pytest.fixture(autouse=True)
def an_open_incident(store: Store) -> None:
    open_incident(store)


@pytest.mark.clause("H-42(3)")
def test_the_report_is_due_two_hours_after_the_plan_starts_and_unit_and_office_are_told_at_once(store: Store):
    deadline = start(store)
    assert deadline is not None
    assert (deadline.due_at, deadline.clause, deadline.activation) == (at(120), "H-42(3)", 1)
    assert told(store) == [("plan_started", 0, OFFICE), ("plan_started", 0, UNIT)]


def test_a_second_start_changes_nothing(store: Store):
    first = start(store)
    assert start(store, at(5)) is None
    with store.reading() as t:
        assert t.deadlines.of_incident("20260410-001") == [first]
        assert len(t.alerts.all()) == 2


def test_two_operators_who_start_at_the_same_moment_start_one_clock(store: Store):
    together = Barrier(2, timeout=60)
    outcomes: list[bool] = []

    def press() -> None:
        together.wait()
        outcomes.append(start(store) is not None)

    threads = [Thread(target=press) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert sorted(outcomes) == [False, True]
    with store.reading() as t:
        assert len(t.deadlines.of_incident("20260410-001")) == 1
        assert len(t.alerts.all()) == 2


def test_a_cancelled_start_stops_the_clock_and_a_new_start_is_the_second_activation(store: Store):
    start(store)
    with store.transaction() as t:
        ended = plan.cancel(t, "20260410-001", at(10), "王芳", "误按")
    assert ended is not None
    assert (ended.deadline.state, ended.deadline.ended_at) == (DeadlineState.CANCELLED, at(10))
    assert ended.deadline.end_reason == "王芳：误按"
    assert sweep(store, at(600), mail_to()) == 0
    again = start(store, at(30))
    assert again is not None
    assert (again.activation, again.due_at) == (2, at(150))
    assert [alert.at for alert in alerts(store, "plan_started")] == [NOON, NOON, at(30), at(30)]


def test_after_the_report_is_filed_nobody_can_start_the_clock_again(store: Store):
    start(store)
    file_report(store, at(50))
    assert start(store, at(60)) is None


def test_nothing_ends_where_no_clock_runs(store: Store):
    assert file_report(store, NOON) is None
    start(store)
    assert file_report(store, at(1)) is not None
    assert file_report(store, at(2)) is None


@pytest.mark.clause("H-42(3)")
def test_a_report_filed_exactly_when_due_is_in_time_and_that_instant_tells_nobody(store: Store):
    start(store)
    for minutes in (60, 90, 110):
        sweep(store, at(minutes), mail_to())
    ended = file_report(store, at(120))
    assert sweep(store, at(120), mail_to()) == 0
    assert ended is not None
    assert (ended.deadline.state, ended.cancelled_steps) == (DeadlineState.MET, 2)
    assert {kind for kind, _, _ in told(store)} == {"plan_started", "reminder"}


def test_filing_withdraws_what_is_queued_and_names_what_can_no_longer_be_held(store: Store):
    start(store, routes=mail_to("a", "b"))
    sender(store, page=page(store), email=Inbox()).send_due(NOON)
    sweep(store, at(60), mail_to("a", "b"))
    with store.transaction() as t:
        claim = t.alerts.claim("email", at(60), at(61), "send-9")
    ended = file_report(store, at(60))
    assert claim is not None
    assert ended is not None
    assert [delivery.id for delivery in ended.under_way] == [claim.delivery.id]
    inbox = Inbox()
    assert sender(store, page=page(store), email=inbox).send_due(at(62)) == 0
    assert inbox.received == []
    reminders = alerts(store, "reminder")
    assert {(alert.state, alert.reason) for alert in reminders} == {(AlertState.SUPPRESSED, "首报已报送，不再提醒")}
    assert {alert.state for alert in alerts(store, "plan_started")} == {AlertState.SENT}


def test_a_send_that_was_under_way_when_the_report_was_filed_still_counts_as_sent(store: Store):
    start(store, routes=mail_to("a"))
    with store.transaction() as t:
        claim = t.alerts.claim("email", NOON, at(1), "send-9")
    assert claim is not None
    file_report(store, NOON)
    with store.transaction() as t:
        t.alerts.settle(claim, AttemptOutcome.SENT, at(0.5))
    with store.reading() as t:
        assert t.alerts.deliveries([claim.alert.key])[claim.alert.key][1].state is DeliveryState.SENT
        alert = t.alerts.get(claim.alert.key)
    assert alert is not None
    assert alert.state is AlertState.SENT


def test_an_earlier_real_start_counts_from_then_and_says_so(store: Store):
    deadline = start(store, at(-30), NOON, "电话启动，事后补记")
    assert deadline is not None
    assert (deadline.started_at, deadline.recorded_at, deadline.due_at) == (at(-30), NOON, at(90))
    body = alerts(store, "plan_started")[0].body
    assert "启动时间：4月10日 19:30（北京时间）" in body
    assert "补记，理由：电话启动，事后补记" in body


def test_a_start_recorded_after_the_report_was_due_is_overdue_and_escalated_at_once_without_stale_reminders(
    store: Store,
):
    start(store, at(-130), NOON, "系统外启动")
    assert told(store, AlertState.QUEUED) == [
        ("escalated", 0, OFFICE),
        ("overdue", 0, OFFICE),
        ("overdue", 0, UNIT),
        ("plan_started", 0, OFFICE),
        ("plan_started", 0, UNIT),
    ]
    suppressed = told(store, AlertState.SUPPRESSED)
    assert [(kind, minutes) for kind, minutes, _ in suppressed] == [
        ("reminder", minutes) for minutes in (-70, -70, -40, -40, -20, -20)
    ]
    assert all("不再发送" in (alert.reason or "") for alert in alerts(store, "reminder"))


@pytest.mark.parametrize(
    ("started", "reason", "why"), [(at(1), None, "不能晚于现在"), (at(-1), None, "须写明理由"), (at(-1), " ", "理由")]
)
def test_a_start_in_the_future_or_an_earlier_one_without_a_reason_is_refused(
    store: Store, started: object, reason: str | None, why: str
):
    with pytest.raises(Refused, match=why):
        start(store, started, NOON, reason)  # type: ignore[arg-type]
    assert told(store) == []


def test_the_deadline_and_all_its_steps_are_stored_together_or_not_at_all(store: Store):
    def broken(t: object, recipient: str) -> list[object]:
        raise OSError("no routes")

    with pytest.raises(OSError, match="no routes"):
        start(store, routes=broken)  # type: ignore[arg-type]
    with store.reading() as t:
        assert t.deadlines.of_incident("20260410-001") == []
        assert t.alerts.all() == []
    deadline = start(store)
    assert deadline is not None
    assert deadline.id is not None
    with store.reading() as t:
        steps = [(step.kind, step.at, step.state) for step in t.deadlines.steps(deadline.id)]
    assert steps == [
        ("plan_started", NOON, ReminderState.FIRED),
        ("reminder", at(60), ReminderState.PENDING),
        ("reminder", at(90), ReminderState.PENDING),
        ("reminder", at(110), ReminderState.PENDING),
        ("overdue", at(120), ReminderState.PENDING),
        ("escalated", at(120), ReminderState.PENDING),
    ]
