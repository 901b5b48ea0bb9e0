"""A clock that runs keeps the rules that it was started with: steps, recipients and due moment; who they are is looked up.

Each clock here was started by rows that differ from those of today, as after a change of the rules.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from alerts.deadlines import deadline_for, first_steps
from pipeline.notify import page_only
from pipeline.sweep import next_due, sweep
from records.alerts import Alert, DeadlineState
from records.co_units import CoUnit
from regulation.recipients import words_for
from regulation.time_limits import TimeLimit, limit_for, limits_from
from storage.store import Store
from tests.pipeline.clocks import MINUTE, at, open_incident
from tests.storage.making import NOON

ID = "20260410-001"
CLOCKS = {
    "initial_report": "overdue",
    "acknowledgement.general": "unacknowledged",
    "co_acknowledgement.general": "co_unacknowledged",
    "authoritative_information": "owed_overdue",
}
FORMER_ROW = {"due_minutes": 7, "clause": "H-41"}


def former(duty: str, kind: str) -> TimeLimit:
    """The row of a duty as it stood before: due after 7 minutes, told of then and every 3 minutes, to the office alone."""
    steps = [{"kind": kind, "after": 7, "every": 3}]
    limit = limits_from([{"duty": duty, "steps": steps, **FORMER_ROW}], "former.yaml")[duty]
    to_the_office = tuple(replace(step, recipients=("office",)) for step in limit.steps)
    return replace(limit, steps=to_the_office, further=limit_for(duty).further)


def begin(store: Store, limit: TimeLimit, unit: str | None = None) -> int:
    """Let a clock of that row run from noon on."""
    deadline = replace(deadline_for(limit, ID, 1, NOON, NOON, "王芳"), unit=unit)
    with store.transaction() as t:
        stored = t.deadlines.add(deadline, first_steps(deadline))
    assert stored is not None
    assert stored.id is not None
    return stored.id


def run_until(store: Store, minutes: float) -> list[Alert]:
    """Sweep at every step; all that was told."""
    due = next_due(store)
    while due is not None and due <= at(minutes):
        sweep(store, due, page_only)
        due = next_due(store)
    with store.reading() as t:
        return t.alerts.all()


@pytest.fixture(autouse=True)
def an_open_incident(store: Store) -> None:
    open_incident(store)


@pytest.mark.clause("H-42(3)", "H-41", "H-40(3)")
@pytest.mark.parametrize(("duty", "kind"), CLOCKS.items())
def test_a_clock_takes_the_steps_and_tells_the_recipients_of_the_rows_it_was_started_with(
    store: Store, duty: str, kind: str
):
    today = limit_for(duty)
    assert (today.due_after, words_for(kind)) != (7 * MINUTE, ("office",)), "the rows of today must differ"
    begin(store, former(duty, kind), unit="教体局")
    told = [(alert.kind, alert.at, alert.recipient, alert.due_at) for alert in run_until(store, 14)]
    assert told == [(kind, at(minutes), "office", at(7)) for minutes in (7, 10, 13)]


@pytest.mark.clause("H-42(3)")
def test_what_is_said_of_the_due_moment_is_that_of_the_clock_and_not_of_the_rows_of_today(store: Store):
    begin(store, former("initial_report", "overdue"))
    assert "应于4月10日 20:07（北京时间）前报送" in run_until(store, 7)[0].body


@pytest.mark.clause("H-41")
def test_an_acknowledgement_lapses_when_the_clock_says_and_not_when_the_rows_of_today_do(store: Store):
    clock = begin(store, former("follow_up.general", "acknowledgement_lapsed"))
    with store.transaction() as t:
        incident = t.incidents.get(ID)
        assert incident is not None
        t.incidents.save(replace(incident, acknowledged_at=NOON, acknowledged_by="王芳"), incident.revision)
    assert [(alert.kind, alert.at, alert.recipient) for alert in run_until(store, 8)] == [
        ("acknowledgement_lapsed", at(7), "office")
    ]
    with store.reading() as t:
        ended, incident = t.deadlines.get(clock), t.incidents.get(ID)
    assert ended is not None
    assert incident is not None
    assert (ended.state, ended.end_reason) == (DeadlineState.CANCELLED, "签收后7分钟没有办理，签收失效")
    assert incident.acknowledged_at is None


def test_a_stored_clock_gives_back_its_whole_policy(store: Store):
    for number, duty in enumerate([*CLOCKS, "follow_up.general"]):
        limit = limit_for(duty)
        deadline = replace(deadline_for(limit, ID, number + 1, NOON, NOON, "王芳", "补记"), unit="教体局")
        with store.transaction() as t:
            stored = t.deadlines.add(deadline, first_steps(deadline))
        assert stored is not None
        assert replace(stored, id=None) == deadline
        assert (stored.steps, stored.clause, stored.label, stored.ends, stored.due_at - NOON) == (
            limit.steps,
            limit.clause,
            limit.label,
            limit.ends,
            limit.due_after,
        )


@pytest.mark.clause("H-40", "H-40(3)")
def test_who_the_recipients_are_is_looked_up_when_they_are_told(store: Store):
    begin(store, limit_for("initial_report"))
    with store.transaction() as t:
        incident = t.incidents.get(ID)
        assert incident is not None
        t.incidents.save(replace(incident, unit="水务局"), incident.revision)
        t.co_units.name(CoUnit(ID, "教体局", at(1), "王芳", None))
    told = run_until(store, 120)
    assert {alert.recipient for alert in told if alert.at > NOON + timedelta(minutes=1)} == {
        "水务局",
        "教体局",
        "office",
    }
