"""The strip of clocks at the head of 值班台: what is late or due first stands first, wherever it comes from."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dashboard.screens.desk import on_strip
from pipeline.views import IncidentRow
from records.alerts import Deadline
from records.incidents import IncidentState
from records.words import Severity
from tests.storage.making import HOUR, NOON

MINUTE = timedelta(minutes=1)


def row(name: str, deadline: Deadline | None = None, *further: Deadline) -> IncidentRow:
    return IncidentRow(
        name,
        name,
        "区住建局",
        None,
        Severity.MAJOR_EMERGENCY,
        IncidentState.OPEN,
        NOON,
        None,
        0,
        None,
        deadline,
        further,
    )


def clock(name: str, due_after: timedelta, kind: str = "initial_report") -> Deadline:
    return Deadline(name, 1, kind, NOON, NOON + due_after, (), "H-42(3)")


@pytest.mark.clause("H-42(3)")
def test_a_plan_that_must_start_stands_before_every_clock_that_is_not_yet_due_and_after_those_that_were():
    late = row("late", clock("late", -5 * MINUTE))
    calm = row("calm", clock("calm", 2 * HOUR), clock("calm", 24 * HOUR, "press_conference"))
    waiting = row("waiting", None, clock("waiting", 5 * HOUR, "authoritative_information"))
    strip = [(one.id, None if found is None else found.kind) for one, found in on_strip([calm, waiting, late])]
    assert strip == [
        ("late", "initial_report"),
        ("waiting", None),
        ("calm", "initial_report"),
        ("waiting", "authoritative_information"),
        ("calm", "press_conference"),
    ]
