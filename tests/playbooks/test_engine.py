"""The checklist that a playbook becomes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from playbooks.engine import Moments, checklist
from playbooks.playbook import Doer, Playbook, PlaybookStep, Start
from records.actions import Act
from records.checklists import ChecklistEntry, Noted
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
    assert report.after is Start.PLAN_STARTED
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


def noted(
    what: Noted, minutes: int, step: str | None = None, text: str | None = None, number: int = 1
) -> ChecklistEntry:
    return ChecklistEntry("i", what, NOON + minutes * MINUTE, "王芳", step, text, "区住建局", NOON + HOUR, number)


HOUR = timedelta(hours=1)


def test_a_step_without_an_act_is_ticked_by_a_person_and_the_last_note_counts() -> None:
    done = noted(Noted.DONE, 30, "trial/review", "已开会")
    moments = Moments(NOON, NOON, NOON)
    review = checklist(BOOK, moments, {}, [done])[3]
    assert (review.done_at, review.done_by, review.note) == (NOON + 30 * MINUTE, "王芳", "已开会")
    undone = noted(Noted.UNDONE, 40, "trial/review", "会未开成", 2)
    assert checklist(BOOK, moments, {}, [done, undone])[3].done_at is None


def test_a_step_that_an_act_shows_is_not_ticked_by_hand() -> None:
    task = checklist(BOOK, Moments(NOON, NOON), {}, [noted(Noted.DONE, 5, "trial/acknowledge")])[0]
    assert (task.by_hand, task.done_at) == (False, None)


def test_steps_that_people_add_stand_below_with_their_own_time() -> None:
    added = noted(Noted.ADDED, 5, None, "联系施工单位到场", 7)
    *_, own = checklist(BOOK, Moments(NOON, NOON), {}, [added, noted(Noted.DONE, 90, "7", number=8)])
    assert (own.do, own.who, own.due_at, own.clause) == ("联系施工单位到场", "区住建局", NOON + HOUR, None)
    assert own.done_at == NOON + 90 * MINUTE
    assert own.late(NOON + 90 * MINUTE)
