"""The state of the desk names what is silent, failing or stopped."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from casework.reports.document import NotPrinted
from pipeline import state_view
from pipeline.copy_note import CopyNote
from pipeline.later_formats import print_due, without_pdf
from pipeline.model_note import ModelNote, note_model
from pipeline.oversight import Trouble
from pipeline.search_note import SearchNote, note_search
from records.alerts import Alert
from records.deliveries import AttemptOutcome
from records.people import Contact, Person
from records.words import Role
from storage.store import Store
from tests.crawlers.crawling import source
from tests.pipeline.known_answers import HOUR, NOON, SECOND, Town
from tests.pipeline.test_duty_roster import UNIT, load, shift
from tests.pipeline.test_views import ADMIN, EVALUATOR, HOUSING, OFFICER

MINUTE = timedelta(minutes=1)
SOURCES = [source(name, f"https://{name}.example/rss") for name in ("bbs", "news", "new")]


@pytest.mark.clause("H-41")
def test_a_source_that_does_not_answer_is_a_trouble_and_a_quiet_one_is_not(store: Store):
    with store.transaction() as t:
        for name in ("bbs", "news"):
            t.sources.answered(name, NOON, NOON + HOUR, 0)
        t.sources.failed("news", NOON + MINUTE, "没有应答", HOUR, HOUR)
        t.clock.beat("send", NOON + 30 * MINUTE)
    with store.reading() as t:
        soon = state_view.desk_state(t, OFFICER, SOURCES, NOON + 29 * MINUTE)
        late = state_view.desk_state(t, OFFICER, SOURCES, NOON + 30 * MINUTE)
    assert [(source.name, source.badge) for source in soon.sources] == [
        ("来源 bbs", "正常"),
        ("来源 news", "暂未应答"),
        ("来源 new", "未开始"),
    ]
    assert soon.troubles == 0
    assert [source.name for source in late.unread] == ["来源 bbs", "来源 news"]
    assert late.troubles == 2


def test_a_worker_counts_as_stopped_after_thirty_seconds_without_a_sign_of_life(store: Store):
    with store.transaction() as t:
        t.clock.beat("send", NOON)
    with store.reading() as t:
        at_the_limit = state_view.desk_state(t, OFFICER, SOURCES, NOON + MINUTE / 2)
        after_it = state_view.desk_state(t, OFFICER, SOURCES, NOON + MINUTE / 2 + SECOND)
    assert [worker.alive for worker in at_the_limit.workers] == [True]
    assert [worker.alive for worker in after_it.workers] == [False]
    assert (at_the_limit.troubles, after_it.troubles) == (0, 1)


def test_that_nothing_runs_at_all_is_a_trouble(store: Store):
    with store.reading() as t:
        state = state_view.desk_state(t, OFFICER, [], NOON)
    assert (list(state.workers), state.troubles) == ([], 1)


def test_a_worker_that_moved_to_another_machine_is_one_worker(store: Store):
    with store.transaction() as t:
        t.clock.beat("send@old/page", NOON - HOUR)
        t.clock.beat("send@new/page", NOON)
        t.clock.beat("judge@old", NOON)
    with store.reading() as t:
        workers = state_view.workers(t, NOON + SECOND, MINUTE)
    assert [(worker.name, worker.alive) for worker in workers] == [("judge", True), ("send/page", True)]


def test_a_kind_is_in_order_where_one_of_its_processes_is_and_the_others_are_shown_as_stopped(store: Store):
    with store.transaction() as t:
        t.clock.beat("judge@old", NOON - HOUR)
        t.clock.beat("judge@new", NOON - 2 * MINUTE)
        t.clock.beat("judge-2@new", NOON)
        t.clock.beat("crawl@old", NOON - HOUR)
    with store.reading() as t:
        crawl, judge = state_view.workers(t, NOON, MINUTE)
        assert state_view.desk_state(t, OFFICER, [], NOON).troubles == 1
    assert (crawl.alive, judge.alive) == (False, True)
    assert [(one.place, one.alive) for one in judge.processes] == [
        ("new（第 2 个）", True),
        ("new", False),
        ("old", False),
    ]
    assert [one.place for one in judge.stopped] == ["new", "old"]
    assert crawl.stopped == [], "nobody stands in for it: that is no process of several, that is trouble"


def test_a_channel_that_failed_last_is_a_trouble(store: Store):
    with store.transaction() as t:
        t.alerts.note_failure("email", NOON, "连接被拒")
        t.clock.beat("send", NOON)
    with store.reading() as t:
        assert state_view.desk_state(t, OFFICER, SOURCES, NOON).troubles == 1


def test_posts_and_alerts_that_wait_are_counted(store: Store):
    town = Town(store)
    for number in range(3):
        town.come(f"v{number}", NOON)
    with store.reading() as t:
        state = state_view.desk_state(t, OFFICER, SOURCES, NOON)
    assert (state.waiting, state.unsent) == (0, 2)


def test_the_log_of_acts_is_for_the_office_evaluators_and_admins(store: Store):
    with store.transaction() as t:
        t.audit.append(NOON, "王芳", "office", "confirm", "20260410-001", True)
    with store.reading() as t:
        for person in (OFFICER, EVALUATOR, ADMIN):
            log = state_view.audit_tail(t, person)
            assert log is not None
            assert [entry.act for entry in log] == ["confirm"]
        assert state_view.audit_tail(t, HOUSING) is None


def test_accounts_are_for_those_who_manage_them(store: Store):
    with store.reading() as t:
        assert state_view.people(t, ADMIN) == []
        assert state_view.people(t, OFFICER) is None


def test_the_model_in_use_is_named_and_one_that_cannot_be_read_is_a_trouble(store: Store):
    with store.reading() as t:
        assert state_view.desk_state(t, OFFICER, SOURCES, NOON).model is None
    with store.transaction() as t:
        t.clock.beat("judge", NOON)
    for note, troubles in ((ModelNote("abc", True, None), 0), (ModelNote(None, True, "读不出来"), 1)):
        note_model(store, note)
        with store.reading() as t:
            state = state_view.desk_state(t, OFFICER, SOURCES, NOON)
        assert (state.model, state.troubles) == (note, troubles)


def test_copies_that_are_not_known_for_a_week_are_told_and_are_no_trouble(store: Store):
    with store.transaction() as t:
        t.clock.beat("judge", NOON)
        CopyNote().keep(t, timedelta(hours=7, minutes=30), timedelta(days=7))
    with store.reading() as t:
        state = state_view.desk_state(t, OFFICER, SOURCES, NOON)
    assert (state.copies_known, state.troubles) == (timedelta(hours=7), 0)


@pytest.mark.parametrize(
    ("role", "told"), [(Role.OFFICE, [2027]), (Role.ADMIN, [2027]), (Role.DUTY, []), (Role.UNIT, [])]
)
def test_a_year_without_days_off_is_told_to_those_who_may_import_them_and_is_no_trouble(
    store: Store, role: Role, told: list[int]
):
    late_in_the_year = NOON.replace(month=11, day=22)
    with store.transaction() as t:
        t.clock.beat("clock", late_in_the_year)
    with store.reading() as t:
        state = state_view.desk_state(t, Person("someone", "某人", role, "住建局"), [], late_in_the_year)
    assert (list(state.calendar_missing), state.troubles) == (told, 0)


def test_a_disk_without_room_is_a_trouble_of_the_desk(store: Store):
    full = Trouble("disk", "data", "数据目录所在磁盘只剩 3 MB")
    with store.transaction() as t:
        t.clock.beat("clock", NOON)
    with store.reading() as t:
        state = state_view.desk_state(t, OFFICER, [], NOON, disks=[full])
    assert (state.disks, state.troubles) == ([full], 1)


def test_a_paper_that_cannot_be_printed_is_a_trouble_until_it_is(store: Store, tmp_path: Path):
    (tmp_path / "a.docx").write_bytes(b"x")
    printers = (refusing, lambda papers: list(papers))
    for printer, troubles, names in zip(printers, (1, 0), (["a.docx"], []), strict=True):
        print_due(store, without_pdf(tmp_path), printer, NOON, every=True)
        with store.transaction() as t:
            t.clock.beat("clock", NOON)
        with store.reading() as t:
            state = state_view.desk_state(t, OFFICER, [], NOON)
        assert (state.troubles, [one.name for one in state.unprinted]) == (troubles, names)


def refusing(papers: Sequence[bytes]) -> list[bytes]:
    raise NotPrinted("没有转出")


def test_what_was_given_up_is_counted_for_three_days(store: Store):
    made = Alert("k" * 64, NOON, "source_silent", None, "office", None, "标题", "正文", urgent=False)
    with store.transaction() as t:
        t.alerts.add(made)
        t.alerts.enqueue(made, "email", "a@example.cn")
        claim = t.alerts.claim("email", NOON, NOON + MINUTE, "w")
        assert claim is not None
        t.alerts.settle(claim, AttemptOutcome.REFUSED, NOON, "没有这个收件人")
    with store.reading() as t:
        assert state_view.desk_state(t, OFFICER, [], NOON + 72 * HOUR).undelivered == 1
        assert state_view.desk_state(t, OFFICER, [], NOON + 72 * HOUR + SECOND).undelivered == 0


def test_of_what_is_read_once_for_all_who_look_in_the_same_second_each_sees_what_they_may(store: Store):
    with store.transaction() as t:
        t.people.set_contacts(UNIT, [Contact(UNIT, "email", "a@zj.example", "张三")])
    load(store, shift("张三", -100, -50))
    own, other = (Person(unit, unit, Role.UNIT, unit) for unit in (UNIT, "区教体局"))
    leader = Person("leader", "何书记", Role.LEADER)
    with store.reading() as t:
        seen = [state_view.desk_state(t, person, SOURCES, NOON) for person in (OFFICER, leader, own, other, OFFICER)]
    assert [len(state.duty_holes) for state in seen] == [1, 0, 1, 0, 1]
    assert [len(state.sources) for state in seen] == [3, 0, 3, 3, 3]


def test_trouble_with_the_search_is_told_with_the_time_when_it_began(store: Store):
    with store.transaction() as t:
        t.clock.beat("judge", NOON)
    for trouble, at, told in (
        (None, NOON, None),
        ("连不上", NOON, SearchNote("连不上", NOON)),
        ("磁盘已满", NOON + MINUTE, SearchNote("磁盘已满", NOON)),
        (None, NOON + MINUTE, None),
        ("连不上", NOON + 2 * MINUTE, SearchNote("连不上", NOON + 2 * MINUTE)),
    ):
        note_search(store, trouble, at)
        with store.reading() as t:
            state = state_view.desk_state(t, OFFICER, SOURCES, NOON)
        assert (state.search, state.troubles) == (told, 0 if told is None else 1)
