"""A clock in working days is counted on the Chinese calendar, and a new yearly table moves it visibly, steps and all."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from alerts.deadlines import counted
from pipeline.acts import Actor, attempt
from pipeline.notify import page_only
from pipeline.oversight import troubles
from pipeline.owing import Owed
from pipeline.recounting import changes
from pipeline.refusals import Refused
from pipeline.sweep import sweep
from pipeline.working_calendar import Imported, import_calendar, previewed, recount_open, working_days
from records.actions import Act, Action
from records.alerts import Deadline, DeadlineState
from records.people import Contact
from records.reminders import ReminderState
from records.words import Role
from regulation.oversight import oversight_rules
from regulation.time_limits import further_limits
from storage.store import Store, Transaction
from tests.pipeline.test_owing import OFFICE, Desk
from tests.pipeline.test_working_calendar import TABLE

OUTCOME = Owed(further_limits(["outcome"]))
CHRISTMAS = datetime(2026, 12, 25, 2, 0, tzinfo=UTC)
"""A Friday, 10:00 in China. By the law alone the ten days end on Monday, 11 January 2027."""

# Invented: a Saturday in January is worked; or the first two weekdays after New Year are days off.
EARLIER: dict[str, Any] = TABLE | {"workdays": [date(2027, 1, 9), *TABLE["workdays"]]}
LATER: dict[str, Any] = TABLE | {"holidays": TABLE["holidays"] | {"元旦": [date(2027, 1, 1), date(2027, 1, 5)]}}


def day_end(day: int) -> datetime:
    """24:00 in China of a day of January 2027."""
    return datetime(2027, 1, day, 16, 0, tzinfo=UTC)


def nine(month: int, day: int) -> datetime:
    """09:00 in China of a day around New Year."""
    return datetime(2027 if month == 1 else 2026, month, day, 1, 0, tzinfo=UTC)


@pytest.fixture
def desk(store: Store, tmp_path: Path) -> Desk:
    """An incident that was found real on Christmas Day."""
    made = Desk(store, tmp_path, OUTCOME)
    made.open(CHRISTMAS)
    made.do(Act.CONFIRM, CHRISTMAS)
    return made


def clock(desk: Desk) -> Deadline:
    return desk.clocks()["outcome"]


def pending(desk: Desk) -> list[datetime]:
    with desk.store.reading() as t:
        return [step.at for step in t.deadlines.pending(clock(desk).id or 0)]


def told(store: Store, kind: str) -> list[tuple[datetime, str]]:
    with store.reading() as t:
        return [(alert.at, alert.recipient) for alert in t.alerts.all() if alert.kind == kind]


@pytest.mark.clause("E-2(5)1")
def test_ten_working_days_end_with_the_tenth_and_the_basis_is_kept(desk: Desk):
    running = clock(desk)
    assert (running.due_at, running.working_days) == (day_end(11), 10)
    assert running.calendar == "2026 年国务院办公厅放假通知、2027 年法定节假日推算"
    assert pending(desk) == [nine(1, 4), nine(1, 8), nine(1, 11), nine(1, 12), nine(1, 12)]
    with desk.store.reading() as t:
        count = counted(running, working_days(t))
    assert count is not None
    assert count.explained()[0] == "自2026年12月25日（周五）起 10 个工作日（当日不计）"
    assert "2027 年的放假安排尚未导入" in count.explained()[-1]


def test_a_table_that_takes_a_day_away_moves_the_clock_forward_and_tells_those_concerned(desk: Desk):
    at = nine(12, 28)
    imported = import_calendar(desk.store, EARLIER, OFFICE, at, page_only)
    running = clock(desk)
    assert [(move.before.due_at, move.after.due_at) for move in imported.moves] == [(day_end(11), day_end(9))]
    assert (running.due_at, running.calendar) == (day_end(9), "2026 年国务院办公厅放假通知、2027 年导入的放假安排")
    assert pending(desk) == [nine(1, 4), nine(1, 8), nine(1, 9), nine(1, 11), nine(1, 11)]
    assert told(desk.store, "moved_earlier") == [(at, "office"), (at, "住建局")]
    with desk.store.reading() as t:
        alert = next(one for one in t.alerts.all() if one.kind == "moved_earlier")
        (change,) = changes(t, desk.named)
    assert "导入了 2027 年的放假安排，原定1月11日 24:00（北京时间）" in alert.body
    assert "现在最迟1月9日 24:00" in alert.body
    assert (change.at, change.duty, change.before, change.after) == (at, "outcome", day_end(11), day_end(9))


def test_a_table_that_gives_more_time_moves_the_clock_back_and_alarms_nobody(desk: Desk):
    import_calendar(desk.store, LATER, OFFICE, nine(12, 28), page_only)
    assert clock(desk).due_at == day_end(13)
    assert told(desk.store, "moved_earlier") == []
    with desk.store.reading() as t:
        assert len(changes(t, desk.named)) == 1


def test_what_was_told_too_early_is_told_again_in_its_new_time(desk: Desk):
    late = nine(1, 12)
    for moment in (nine(1, 4), nine(1, 8), nine(1, 11), late):
        sweep(desk.store, moment, page_only)
    assert [at for at, _ in told(desk.store, "owed_overdue")] == [late, late]
    import_calendar(desk.store, LATER, OFFICE, late, page_only)
    assert pending(desk) == [nine(1, 13), nine(1, 14), nine(1, 14)]
    with desk.store.reading() as t:
        assert {one.kind for one in troubles(t, late, oversight_rules(), ())} <= {"stuck"}
    sweep(desk.store, nine(1, 14), page_only)
    assert [at for at, _ in told(desk.store, "owed_overdue")] == [late, late, nine(1, 14), nine(1, 14)]


def test_a_clock_that_a_table_makes_overdue_says_so_at_once(desk: Desk):
    now = nine(1, 11)
    for moment in (nine(1, 4), nine(1, 8), now):
        sweep(desk.store, moment, page_only)
    import_calendar(desk.store, EARLIER, OFFICE, now, page_only)
    sweep(desk.store, now, page_only)
    assert [at for at, _ in told(desk.store, "owed_overdue")] == [now, now]
    assert [at for at, _ in told(desk.store, "owed_escalated")] == [now]


def test_a_preview_says_what_would_move_and_moves_nothing(desk: Desk):
    with desk.store.reading() as t:
        shown = previewed(t, EARLIER)
    assert [(move.before.incident, move.after.due_at) for move in shown.moves] == [(desk.named, day_end(9))]
    assert clock(desk).due_at == day_end(11)
    with desk.store.reading() as t:
        assert not working_days(t).table(2027).confirmed


def test_a_clock_that_has_ended_is_moved_no_more_nor_is_one_in_hours(desk: Desk):
    desk.do(Act.START_PLAN, CHRISTMAS)
    desk.do(Act.OWED_DONE, nine(12, 28), duty="outcome", reason="已在网上公布")
    with desk.store.reading() as t:
        before = t.deadlines.of_incident(desk.named)
    assert import_calendar(desk.store, EARLIER, OFFICE, nine(12, 29), page_only).moves == []
    with desk.store.reading() as t:
        assert t.deadlines.of_incident(desk.named) == before
    assert clock(desk).state is DeadlineState.MET


def test_an_import_that_is_refused_moves_nothing(desk: Desk):
    with pytest.raises(Refused):
        import_calendar(desk.store, EARLIER, Actor("某人", Role.DUTY), nine(12, 28), page_only)
    assert clock(desk).due_at == day_end(11)


def test_a_program_with_a_newer_calendar_moves_what_it_finds(desk: Desk):
    with desk.store.transaction() as t:
        t.meta.put("working_days", {"2027": {"year": 2027, "off": {}, "worked": ["2027-01-09"]}})
    assert recount_open(desk.store, nine(12, 28), page_only) == 1
    assert recount_open(desk.store, nine(12, 29), page_only) == 0
    with desk.store.reading() as t:
        (change,) = changes(t, desk.named)
        steps = t.deadlines.steps(clock(desk).id or 0)
    assert change.reason == "程序附带的放假安排有更新"
    assert {step.state for step in steps} == {ReminderState.PENDING, ReminderState.FIRED}


def test_a_clock_that_stood_still_when_a_table_came_counts_by_it_once_it_runs_again(desk: Desk):
    desk.do(Act.DISMISS, nine(12, 28), reason="误报")
    import_calendar(desk.store, EARLIER, OFFICE, nine(12, 29), page_only)
    args = {"incident": desk.named, "reason": "再看"}
    attempt(desk.store, Action(nine(12, 30), OFFICE.name, Act.REOPEN, args), OFFICE, desk.deps)
    running = clock(desk)
    assert (running.state, running.activation, running.due_at) == (DeadlineState.OPEN, 2, day_end(9))
    assert running.calendar == "2026 年国务院办公厅放假通知、2027 年导入的放假安排"


def test_a_table_that_comes_while_clocks_are_swept_waits_for_them_and_they_never_for_it(desk: Desk):
    for number in range(3):
        desk.town.come(f"q{number}", CHRISTMAS, disclosure="d2")
    # Stored after the other one, and due before it: the sweep takes it first.
    desk.do(Act.CONFIRM, CHRISTMAS - timedelta(days=1), disclosure="d2")
    importing = ThreadPoolExecutor(1)
    begun: list[Future[Imported]] = []

    def routes(t: Transaction, recipient: str) -> Sequence[Contact]:
        if not begun:
            begun.append(importing.submit(import_calendar, desk.store, EARLIER, OFFICE, nine(1, 4), page_only))
            wait(begun, timeout=0.5)
        return ()

    assert sweep(desk.store, nine(1, 4), routes) == 4
    assert [move.after.due_at for move in begun[0].result(30).moves] == [day_end(9)]
    importing.shutdown()
