"""A deadline is stored once an activation, with the policy and the steps that it was started with."""

from __future__ import annotations

from datetime import timedelta

from records.alerts import Deadline, DeadlineState, Step
from records.incidents import SeverityChange
from records.reminders import Reminder, ReminderState
from records.words import Severity
from storage.store import Store
from tests.storage.making import HOUR, NOON, incident

DEADLINE = Deadline(
    incident="20260410-001",
    activation=1,
    kind="initial_report",
    started_at=NOON,
    due_at=NOON + 2 * HOUR,
    steps=(
        Step("reminder", HOUR, ("responsible_unit", "office")),
        Step("escalated", 2 * HOUR, ("office",), timedelta(minutes=15)),
    ),
    clause="H-42(3)",
    recorded_at=NOON + HOUR,
    start_reason="补记",
    started_by="王芳",
)
STEPS = [Reminder(0, 0, "reminder", NOON + HOUR), Reminder(1, 0, "escalated", NOON + 2 * HOUR)]


def stored(store: Store) -> Deadline:
    with store.transaction() as t:
        gathering = t.incidents.start_gathering("d1", NOON)
        t.incidents.open(incident(), gathering.id, SeverityChange(NOON, Severity.GENERAL, "voices_3"))
        added = t.deadlines.add(DEADLINE, STEPS)
    assert added is not None
    return added


def number(deadline: Deadline) -> int:
    assert deadline.id is not None
    return deadline.id


def test_a_deadline_comes_back_with_its_policy(store: Store):
    added = stored(store)
    with store.reading() as t:
        assert t.deadlines.get(number(added)) == added
        assert t.deadlines.of_incident("20260410-001") == [added]
        assert t.deadlines.of_incidents(["20260410-001", "none"]) == {"20260410-001": [added], "none": []}
        assert t.deadlines.running() == [added]
    assert (added.steps, added.start_reason, added.recorded_at) == (DEADLINE.steps, "补记", NOON + HOUR)


def test_one_activation_is_stored_once(store: Store):
    stored(store)
    with store.transaction() as t:
        assert t.deadlines.add(DEADLINE, STEPS) is None
        assert len(t.deadlines.of_incident("20260410-001")) == 1


def test_the_next_step_and_what_is_due_are_known(store: Store):
    added = stored(store)
    with store.transaction() as t:
        assert t.deadlines.next_at() == NOON + HOUR
        assert t.deadlines.due(NOON + 0.9 * HOUR) == []
        assert t.deadlines.due(NOON + HOUR) == [number(added)]
        assert t.deadlines.mark(number(added), STEPS[0], ReminderState.FIRED, NOON + HOUR)
        assert not t.deadlines.mark(number(added), STEPS[0], ReminderState.FIRED, NOON + HOUR)
        assert t.deadlines.next_at() == NOON + 2 * HOUR
        assert t.deadlines.pending(number(added)) == [STEPS[1]]


def test_an_ended_deadline_has_no_next_step(store: Store):
    added = stored(store)
    with store.transaction() as t:
        assert t.deadlines.end(number(added), DeadlineState.CANCELLED, NOON + HOUR, "误按") == 2
        assert t.deadlines.next_at() is None
        assert t.deadlines.due(NOON + 9 * HOUR) == []
        assert t.deadlines.running() == []
        assert {step.state for step in t.deadlines.steps(number(added))} == {ReminderState.CANCELLED}
        ended = t.deadlines.get(number(added))
    assert ended is not None
    assert (ended.state, ended.ended_at, ended.end_reason) == (DeadlineState.CANCELLED, NOON + HOUR, "误按")
