"""A running clock fires each step once and in time; after down time it says what matters now, and no burst."""

from __future__ import annotations

from collections.abc import Sequence
from threading import Barrier, Thread

import pytest
from sqlalchemy import delete, update

from pipeline.notify import page_only
from pipeline.sweep import next_due, sweep
from records.alerts import AlertState
from records.people import Contact
from storage import tables
from storage.store import Store, Transaction
from tests.pipeline.clocks import alerts, at, file_report, open_incident, start, told
from tests.storage.making import NOON

UNIT, OFFICE = "住建局", "office"


@pytest.fixture(autouse=True)
def an_open_incident(store: Store) -> None:
    open_incident(store)


def run_until(store: Store, minutes: float) -> None:
    """Sweep at every step, as a simulated clock does."""
    due = next_due(store)
    while due is not None and due <= at(minutes):
        sweep(store, due, page_only)
        due = next_due(store)


@pytest.mark.clause("H-42(3)")
def test_a_plan_without_a_report_reminds_three_times_is_overdue_once_and_escalates_every_quarter_of_an_hour(
    store: Store,
):
    start(store)
    run_until(store, 165)
    assert told(store) == [
        *[("plan_started", 0, who) for who in (OFFICE, UNIT)],
        *[("reminder", minutes, who) for minutes in (60, 90, 110) for who in (OFFICE, UNIT)],
        ("escalated", 120, OFFICE),
        ("overdue", 120, OFFICE),
        ("overdue", 120, UNIT),
        ("escalated", 135, OFFICE),
        ("escalated", 150, OFFICE),
        ("escalated", 165, OFFICE),
    ]
    assert {alert.due_at for alert in alerts(store, "escalated")} == {at(120)}


@pytest.mark.clause("H-42(3)")
def test_every_alert_of_the_clock_says_how_long_the_plan_waited_for_its_start(store: Store):
    open_incident(store, "20260410-002", first_post_at=at(-72))
    start(store, incident_id="20260410-002")
    run_until(store, 135)
    for kind in ("plan_started", "reminder", "overdue", "escalated"):
        assert {"发现至启动：1小时12分钟" in alert.body for alert in alerts(store, kind)} == {True}


def test_a_step_does_not_fire_before_its_moment(store: Store):
    start(store)
    assert sweep(store, at(59.999), page_only) == 0
    assert sweep(store, at(60), page_only) == 2


def test_sweeping_again_tells_nothing_twice(store: Store):
    start(store)
    assert sweep(store, at(120), page_only) > 0
    before = told(store)
    assert sweep(store, at(120), page_only) == 0
    assert told(store) == before


def test_two_sweepers_at_the_same_moment_tell_each_thing_once(store: Store):
    start(store)
    together = Barrier(2, timeout=60)

    def run() -> None:
        together.wait()
        sweep(store, at(120), page_only)

    threads = [Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert [entry for entry in told(store, AlertState.QUEUED) if entry[1] == 120] == [
        ("escalated", 120, OFFICE),
        ("overdue", 120, OFFICE),
        ("overdue", 120, UNIT),
    ]


def test_after_five_hours_down_the_overdue_report_is_told_at_once_and_escalation_resumes_on_its_grid(store: Store):
    start(store)
    sweep(store, at(303), page_only)
    assert [entry for entry in told(store, AlertState.QUEUED) if entry[1] > 0] == [
        ("escalated", 303, OFFICE),
        ("overdue", 303, OFFICE),
        ("overdue", 303, UNIT),
    ]
    assert [(kind, minutes) for kind, minutes, _ in told(store, AlertState.SUPPRESSED)] == [
        ("reminder", minutes) for minutes in (60, 60, 90, 90, 110, 110)
    ]
    assert next_due(store) == at(315)
    assert "本条应于4月10日 22:00（北京时间）发出，当时系统未运行，现补发。" in alerts(store, "overdue")[0].body


@pytest.mark.clause("H-42(3)")
def test_a_desk_that_comes_back_seconds_before_the_report_is_due_reminds_all_the_same(store: Store):
    start(store)
    sweep(store, at(119.75), page_only)
    sent = [alert for alert in alerts(store, "reminder") if alert.reason is None]
    assert [(alert.at, alert.recipient) for alert in sent] == [(at(119.75), OFFICE), (at(119.75), UNIT)]
    assert all(alert.title.startswith("首报还剩不到1分钟：") for alert in sent)


def test_a_reminder_that_another_has_overtaken_is_shown_as_not_sent_with_the_reason(store: Store):
    start(store)
    sweep(store, at(95), page_only)
    suppressed = [alert for alert in alerts(store, "reminder") if alert.state is AlertState.SUPPRESSED]
    assert {alert.at for alert in suppressed} == {at(60)}
    assert {alert.reason for alert in suppressed} == {
        "本应于4月10日 21:00（北京时间）发出，处理时已被4月10日 21:30（北京时间）的提醒取代，不再发送"
    }
    assert [entry for entry in told(store, AlertState.QUEUED) if entry[0] == "reminder"] == [
        ("reminder", 95, OFFICE),
        ("reminder", 95, UNIT),
    ]


def test_a_late_report_ends_the_escalation(store: Store):
    start(store)
    run_until(store, 140)
    file_report(store, at(140))
    assert next_due(store) is None
    assert sweep(store, at(900), page_only) == 0


def test_a_clock_keeps_the_policy_that_it_was_started_with(store: Store):
    deadline = start(store)
    assert deadline is not None
    with store.transaction() as t:
        stored = t.deadlines.get(deadline.id or 0)
    assert stored is not None
    assert [(step.kind, step.after, step.repeat) for step in stored.steps] == [
        ("plan_started", at(0) - NOON, None),
        ("reminder", at(60) - NOON, None),
        ("reminder", at(90) - NOON, None),
        ("reminder", at(110) - NOON, None),
        ("overdue", at(120) - NOON, None),
        ("escalated", at(120) - NOON, at(15) - NOON),
    ]


def test_a_unit_that_is_named_later_gets_the_later_alerts(store: Store):
    open_incident(store, "20260410-002", unit=None)
    start(store, incident_id="20260410-002")
    assert told(store) == [("plan_started", 0, OFFICE)]
    assert "未定" in alerts(store, "plan_started")[0].body
    with store.transaction() as t:
        t.connection.execute(
            update(tables.incident).where(tables.incident.c.id == "20260410-002").values(unit="教体局")
        )
    sweep(store, at(60), page_only)
    assert ("reminder", 60, "教体局") in told(store)


def test_one_clock_that_cannot_be_swept_does_not_silence_the_others(store: Store):
    open_incident(store, "20260410-002")
    start(store)
    start(store, incident_id="20260410-002")

    def routes(t: Transaction, recipient: str) -> Sequence[Contact]:
        if any(alert.kind == "reminder" for alert in t.alerts.of_incident("20260410-001")):
            raise LookupError("one incident's routes are broken")
        return []

    with pytest.raises(ExceptionGroup, match="could not be swept"):
        sweep(store, at(60), routes)
    reminded = {alert.incident for alert in alerts(store, "reminder")}
    assert reminded == {"20260410-002"}
    assert sweep(store, at(61), page_only) == 2


def test_an_empty_store_has_nothing_due(store: Store):
    with store.transaction() as t:
        t.connection.execute(delete(tables.deadline))
    assert next_due(store) is None
    assert sweep(store, NOON, page_only) == 0
