"""What endangers a running clock or an urgent alert is seen, and nothing else is called trouble."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from pipeline.notify import page_only
from pipeline.oversight import Trouble, forget_gone, troubles
from pipeline.sweep import sweep
from records.reminders import ReminderState
from regulation.oversight import oversight_rules
from storage.store import Store
from storage.tables import reminder
from tests.pipeline.clocks import SECOND, at, file_report, mail_to, open_incident, page, sender, start
from tests.storage.making import DAY, NOON, post

RULES = oversight_rules()
ALL = ("clock", "send/page", "judge")


@pytest.fixture(autouse=True)
def an_open_incident(store: Store) -> None:
    open_incident(store)


def seen(store: Store, moment, workers=()) -> list[tuple[str, str]]:
    return [(one.kind, one.subject) for one in found(store, moment, workers)]


def found(store: Store, moment, workers=()) -> list[Trouble]:
    with store.reading() as t:
        return troubles(t, moment, RULES, workers)


def beat(store: Store, moment, *workers: str) -> None:
    with store.transaction() as t:
        for worker in workers:
            t.clock.beat(worker, moment)


def test_a_desk_that_works_has_no_trouble_at_any_second_of_the_two_hours(store: Store):
    start(store)
    desk = sender(store, page=page(store))
    for second in range(0, 7300, 30):
        now = NOON + second * SECOND
        sweep(store, now, page_only)
        desk.send_due(now)
        beat(store, now, "clock@host", "send@host/page", "judge@host")
        assert found(store, now, ALL) == [], second


@pytest.mark.clause("H-42(3)")
def test_a_step_that_nobody_fires_is_trouble_after_fifteen_seconds(store: Store):
    start(store)
    sender(store, page=page(store)).send_due(NOON)
    assert seen(store, at(60) + 15 * SECOND) == []
    assert seen(store, at(60) + 16 * SECOND) == [("late_step", "20260410-001/1")]
    assert "到时16秒仍未发出" in found(store, at(60) + 16 * SECOND)[0].said
    assert "到时13分钟仍未发出" in found(store, at(60) + 822 * SECOND)[0].said
    sweep(store, at(61), page_only)
    assert seen(store, at(61)) == []


@pytest.mark.clause("H-42(3)")
def test_a_running_clock_without_a_next_step_is_trouble_at_once(store: Store):
    start(store)
    with store.transaction() as t:
        t.connection.execute(
            update(reminder).where(reminder.c.state == ReminderState.PENDING).values(state=ReminderState.CANCELLED)
        )
    (trouble,) = found(store, at(1))
    assert (trouble.kind, trouble.grave) == ("no_next_step", True)
    assert "20260410-001" in trouble.said
    file_report(store, at(2))
    assert found(store, at(3)) == []


def test_an_urgent_alert_that_nobody_tries_to_send_is_trouble_by_channel(store: Store):
    start(store, routes=mail_to("a"))
    sender(store, page=page(store)).send_due(NOON)
    assert seen(store, NOON + 119 * SECOND) == []
    (trouble,) = found(store, NOON + 120 * SECOND)
    assert (trouble.kind, trouble.subject) == ("stuck", "email")
    assert trouble.said.startswith("2 条紧急提醒等了2分钟还没有经邮件发送")


def test_processes_without_a_sign_of_life_are_named_and_only_the_clock_and_the_sender_are_grave(store: Store):
    beat(store, NOON, "clock@one", "send@one/page", "judge@one")
    assert found(store, NOON + 30 * SECOND, ALL) == []
    silent = found(store, NOON + 31 * SECOND, ALL)
    assert [(one.subject, one.grave) for one in silent] == [("clock", True), ("send/page", True), ("judge", False)]
    assert silent[1].said == "“发送·站内消息”进程已31秒没有动静"
    beat(store, NOON + 31 * SECOND, "send@two/page")
    assert [one.subject for one in found(store, NOON + 32 * SECOND, ALL)] == ["clock", "judge"]


def test_a_process_that_is_gone_for_good_is_forgotten_after_an_hour_but_never_the_last_of_its_kind(store: Store):
    beat(store, NOON, "judge@gone", "crawl@gone", "send@gone/page")
    beat(store, NOON + 1 * SECOND, "judge@here", "judge-2@here", "send@here/email")

    def forgotten(moment) -> list[str]:
        with store.transaction() as t:
            return forget_gone(t, moment, RULES)

    assert forgotten(NOON + 3600 * SECOND) == []
    assert forgotten(NOON + 3601 * SECOND) == ["judge@gone"]
    assert forgotten(NOON + 9999 * SECOND) == ["judge-2@here"]
    with store.reading() as t:
        left = [one.worker for one in t.clock.heartbeats()]
    assert left == ["crawl@gone", "judge@here", "send@gone/page", "send@here/email"]


def test_a_process_that_never_started_is_silent_too(store: Store):
    (trouble,) = found(store, NOON, ["send/email"])
    assert (trouble.subject, trouble.grave) == ("send/email", True)
    assert "还没有启动过" in trouble.said


@pytest.mark.clause("H-40")
def test_posts_that_nobody_judges_are_trouble_whatever_signs_of_life_there_are(store: Store):
    with store.transaction() as t:
        t.posts.add(post("p1", seen_at=NOON), NOON + 180 * DAY)
        t.posts.add(post("p2", seen_at=at(5)), NOON + 180 * DAY)
    beat(store, at(10), "judge@host")
    assert found(store, at(10)) == []
    (trouble,) = found(store, at(10) + SECOND)
    assert (trouble.kind, trouble.grave) == ("unjudged", True)
    assert "2 条帖文等待研判，最早的已等10分钟" in trouble.said
    with store.transaction() as t:
        t.posts.settle([change.seq for change in t.posts.waiting(10)])
    assert found(store, at(10) + SECOND) == []
