"""The checklist that a playbook becomes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from playbooks.engine import Moments, checklist
from playbooks.playbook import Doer, Playbook, PlaybookStep, Start
from records.actions import Act
from records.words import Severity

NOON = datetime(2026, 4, 10, 4, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def step(name: str, after: Start, minutes: int, done_by: Act | None = None) -> PlaybookStep:
    return PlaybookStep(name, Doer.UNIT, "做一件事", after, minutes * MINUTE, "H-42", done_by)


BOOK = Playbook(
    "trial",
    "试用预案",
    Severity.MAJOR_EMERGENCY,
    frozenset(),
    (
        step("acknowledge", Start.OPENED, 15, Act.ACKNOWLEDGE),
        step("plan", Start.RAISED, 20, Act.START_PLAN),
        step("report", Start.PLAN_STARTED, 120, Act.FILE_REPORT),
        step("review", Start.PLAN_STARTED, 10080),
    ),
)


def test_each_step_counts_from_its_own_moment() -> None:
    tasks = checklist(BOOK, Moments(NOON, NOON + 30 * MINUTE, NOON + 40 * MINUTE), {})
    assert [task.due_at for task in tasks[:3]] == [NOON + 15 * MINUTE, NOON + 50 * MINUTE, NOON + 160 * MINUTE]


def test_a_step_that_waits_for_the_plan_has_no_time_yet() -> None:
    report = checklist(BOOK, Moments(NOON, NOON), {})[2]
    assert report.due_at is None
    assert report.after.label == "启动预案"
    assert not report.late(NOON + 10_000 * MINUTE)


def test_an_act_ticks_its_step_off_and_a_step_without_an_act_stays_open() -> None:
    done = {Act.ACKNOWLEDGE: NOON + 5 * MINUTE, Act.FILE_REPORT: NOON + 90 * MINUTE}
    tasks = checklist(BOOK, Moments(NOON, NOON, NOON), done)
    assert [task.done_at for task in tasks] == [NOON + 5 * MINUTE, None, NOON + 90 * MINUTE, None]


def test_a_step_is_late_after_its_time_not_at_it() -> None:
    task = checklist(BOOK, Moments(NOON, NOON), {})[0]
    assert not task.late(NOON + 15 * MINUTE)
    assert task.late(NOON + 15 * MINUTE + timedelta(seconds=1))


def test_a_step_done_late_stays_late_and_one_done_in_time_never_turns_late() -> None:
    late = checklist(BOOK, Moments(NOON, NOON), {Act.ACKNOWLEDGE: NOON + 16 * MINUTE})[0]
    timely = checklist(BOOK, Moments(NOON, NOON), {Act.ACKNOWLEDGE: NOON + 15 * MINUTE})[0]
    assert late.late(NOON + 16 * MINUTE)
    assert not timely.late(NOON + 600 * MINUTE)
