"""Workers go on when the database does not answer for a while, leave signs of life, and end when they are told."""

from __future__ import annotations

import json
import logging
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from alerts.channels.webhook import Options as Webhook
from casework.reports.formats import docx
from casework.reports.office_program import program
from huiying.clock import SimulatedClock
from huiying.settings import Alerts, Crawl, Judge, Reports, Settings
from huiying.wiring import Desk, open_desk
from huiying.workers import (
    WATCHED_BY_SENDERS,
    WATCHES,
    clock_worker,
    crawl_worker,
    judge_worker,
    print_missing,
    send_worker,
    steadily,
    tick,
    watch,
)
from nlp.model import FACTS, MODELS, load_model
from nlp.versions import Versions
from pipeline import plan, proposing
from pipeline.acts import Actor, Deps, attempt
from pipeline.model_note import ModelNote, model_note
from pipeline.notify import page_only
from records.actions import Act, Action
from records.alerts import KEEPER
from records.disclosures import Disclosure
from records.papers import PaperKind
from records.people import Contact
from records.proposals import Form
from records.words import Role, Scope, TimeKind
from regulation.procedures import procedure
from tests.casework.reports.papers import report
from tests.crawlers.site import Answer, serving
from tests.huiying.waiting import until
from tests.storage.making import post

NOON = datetime(2026, 4, 10, 4, 0, tzinfo=UTC)
RECORD = Disclosure("d1", "供水改造方案", None, NOON, "区水务局", None, Scope.PUBLIC, None, "分三批切换供水。")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    opened = open_desk(Settings(data_dir=tmp_path), SimulatedClock(NOON))
    yield opened
    opened.close()


def move(desk: Desk, by: timedelta) -> None:
    assert isinstance(desk.clock, SimulatedClock)
    desk.clock.move_to(desk.clock.now() + by)


def start_plan(desk: Desk) -> str:
    with desk.store.transaction() as t:
        t.disclosures.add(RECORD, NOON, "测试")
    deps = Deps(desk.rules, page_only, desk.settings.reports_dir, desk.letterhead, replay=True)
    return attempt(
        desk.store, Action(NOON, "值班员", Act.START_PLAN, {"disclosure": "d1"}), Actor("值班员", None), deps
    )


@pytest.mark.clause("H-42(3)")
def test_a_tick_fires_what_the_clock_has_come_to_and_nothing_before(desk: Desk):
    start_plan(desk)
    move(desk, timedelta(minutes=60) - timedelta(seconds=1))
    assert tick(desk) == 0
    move(desk, timedelta(seconds=1))
    assert tick(desk) == 2
    assert tick(desk) == 0


@pytest.mark.clause("H-42(3)")
def test_two_hours_after_the_start_the_overdue_report_is_told_and_escalated(desk: Desk):
    incident = start_plan(desk)
    move(desk, timedelta(minutes=120))
    tick(desk)
    with desk.store.reading() as t:
        assert {"overdue", "escalated"} <= {alert.kind for alert in t.alerts.of_incident(incident)}


def test_a_tick_leaves_a_sign_of_life(desk: Desk):
    tick(desk)
    with desk.store.reading() as t:
        assert [(beat.worker, beat.at) for beat in t.clock.heartbeats()] == [(desk.worker_name("clock"), NOON)]


def test_a_database_that_does_not_answer_is_waited_for(desk: Desk):
    stop, calls = threading.Event(), []

    def step() -> bool:
        calls.append(len(calls))
        if len(calls) == 1:
            raise OperationalError("SELECT 1", {}, Exception("locked"))
        stop.set()
        return True

    steadily(desk, "judge", stop, 0.01, step)
    assert calls == [0, 1]


def test_any_other_fault_ends_the_worker(desk: Desk):
    def step() -> bool:
        raise LookupError

    with pytest.raises(LookupError):
        steadily(desk, "judge", threading.Event(), 0.01, step)


def test_a_worker_ends_on_sigterm_after_leaving_a_sign_of_life(tmp_path: Path):
    open_desk(Settings(data_dir=tmp_path), SimulatedClock(NOON)).close()
    process = subprocess.Popen(
        [sys.executable, "-m", "huiying.workers", "clock"],
        cwd=tmp_path,
        env={**os.environ, "HUIYING_DATA_DIR": str(tmp_path), "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    log = tmp_path / "logs" / "clock.jsonl"
    try:
        assert until(lambda: log.exists() and "started" in log.read_text(encoding="utf-8"), seconds=30)
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
    finally:
        process.kill()
        process.wait(60)
    events = [json.loads(line)["event"] for line in log.read_text(encoding="utf-8").splitlines()]
    assert events[0] == "started"
    assert events[-1] == "stopped"


def test_nothing_fires_once_the_report_is_filed(desk: Desk):
    incident = start_plan(desk)
    with desk.store.transaction() as t:
        assert plan.met(t, incident, NOON, "值班员") is not None
    move(desk, timedelta(hours=3))
    assert tick(desk) == 0


SOURCES = """sources:
- {id: bbs, name: 云川论坛, kind: feed, channel: forum, url: "http://bbs.example/rss"}
"""


@pytest.fixture
def reading_desk(tmp_path: Path) -> Iterator[Desk]:
    """A desk with one source."""
    (tmp_path / "sources.yaml").write_text(SOURCES, "utf-8")
    settings = Settings(data_dir=tmp_path, crawl=Crawl(sources_file=tmp_path / "sources.yaml"))
    opened = open_desk(settings, SimulatedClock(NOON))
    yield opened
    opened.close()


def watched_for(desk: Desk, minutes: int) -> list[int]:
    """Look after the sources every minute; the minutes at which something was told."""
    told = []
    for minute in range(1, minutes + 1):
        move(desk, timedelta(minutes=1))
        if watch(desk):
            told.append(minute)
    return told


@pytest.mark.clause("H-41")
def test_the_clock_worker_tells_of_sources_that_a_killed_crawl_worker_reads_no_more(reading_desk: Desk):
    watch(reading_desk)
    assert watched_for(reading_desk, 120) == [35]
    with reading_desk.store.reading() as t:
        (alert,) = t.alerts.all()
    assert alert.title == "采集源没有采集到内容：云川论坛"
    assert "这段时间没有去采集" in alert.body


@pytest.mark.clause("H-42(3)")
def test_sources_that_cannot_be_watched_do_not_stop_the_clocks(reading_desk: Desk, caplog: pytest.LogCaptureFixture):
    start_plan(reading_desk)
    move(reading_desk, timedelta(minutes=60))
    reading_desk.book.__dict__["health_rules"] = None
    stop = StopAfter(3)
    clock_worker(reading_desk, stop)
    assert "sources_told_of_failed" in caplog.text
    with reading_desk.store.reading() as t:
        assert "reminder" in {alert.kind for alert in t.alerts.all()}


@pytest.mark.clause("H-45")
def test_the_clock_worker_sends_the_head_of_the_log_although_the_sources_cannot_be_watched(reading_desk: Desk):
    start_plan(reading_desk)
    with reading_desk.store.transaction() as t:
        t.people.set_contacts(KEEPER, [Contact(KEEPER, "email", "a@b.example")])
    reading_desk.book.__dict__["health_rules"] = None
    clock_worker(reading_desk, StopAfter(3))
    with reading_desk.store.reading() as t:
        assert [alert.recipient for alert in t.alerts.all() if alert.kind == "audit_head"] == [KEEPER]


class StopAfter(threading.Event):
    """Is set after so many pauses, each of no length."""

    def __init__(self, pauses: int) -> None:
        super().__init__()
        self.left = pauses

    def wait(self, timeout: float | None = None) -> bool:
        self.left -= 1
        if self.left <= 0:
            self.set()
        return True


@pytest.mark.clause("H-41")
def test_the_clock_worker_looks_after_the_sources_at_once_and_then_now_and_then(reading_desk: Desk):
    clock_worker(reading_desk, StopAfter(5))
    with reading_desk.store.reading() as t:
        assert t.source_troubles.watched() == {"bbs": NOON}


@pytest.mark.clause("H-41")
def test_the_crawl_worker_tells_what_is_wrong_with_sources_once_and_reads_the_others(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
):
    caplog.set_level(logging.INFO, "huiying.crawl")
    with serving() as site:
        site.pages["/rss"] = Answer(
            "<rss><channel><item><link>/1</link><description>停水了</description></item></channel></rss>"
        )
        crawl = Crawl(sources_file=tmp_path / "sources.yaml", allow_private_hosts=(site.host,), poll_seconds=0.05)
        desk = open_desk(Settings(data_dir=tmp_path, crawl=crawl), SimulatedClock(NOON))
        row = {"id": "a", "name": "甲", "kind": "feed", "channel": "news", "url": site.url("/rss"), "delay_seconds": 0}
        with desk.store.transaction() as t:
            t.source_rows.put("a", row, NOON, "周管理")
            t.source_rows.put("old", {"id": "old", "kind": "gopher"}, NOON, "周管理")
        stop = threading.Event()
        worker = threading.Thread(target=crawl_worker, args=(desk, stop))
        worker.start()
        try:
            assert until(lambda: _posts(desk) == ["停水了"], 60)
        finally:
            stop.set()
            worker.join(20)
        desk.close()
    told = [record.facts["fault"] for record in caplog.records if record.msg == "sources_fault"]  # type: ignore[attr-defined]
    assert sum("“old”" in fault for fault in told) == len({fault for fault in told if "“old”" in fault}) >= 1
    assert any("sources.yaml" in fault for fault in told)


def _posts(desk: Desk) -> list[str]:
    with desk.store.reading() as t:
        return [post.text for post in t.posts.newest(5)]


def test_without_a_model_posts_wait_and_are_judged_once_there_is_one_without_a_restart(tmp_path: Path):
    chosen = tmp_path / "model"
    judging = Judge(model_dir=chosen, poll_seconds=0.05)
    desk = open_desk(Settings(data_dir=tmp_path, judge=judging), SimulatedClock(NOON))
    with desk.store.transaction() as t:
        t.posts.add(post(text="又停水了，没人管"), NOON + timedelta(days=9))
    stop = threading.Event()
    worker = threading.Thread(target=judge_worker, args=(desk, stop))
    worker.start()
    try:
        assert until(lambda: (note := _model(desk)) is not None and note.name is None and bool(note.trouble), 30)
        with desk.store.reading() as t:
            assert t.posts.waiting_count() == 1
        shutil.copytree(MODELS, chosen)
        assert until(lambda: _judged_by(desk) == load_model().name, 60)
        assert _model(desk) == ModelNote(load_model().name, True, None)
    finally:
        stop.set()
        worker.join(30)
    desk.close()


def test_a_running_desk_takes_up_the_model_that_was_promoted(tmp_path: Path):
    desk = open_desk(Settings(data_dir=tmp_path, judge=Judge(poll_seconds=0.05)), SimulatedClock(NOON))
    stop = threading.Event()
    worker = threading.Thread(target=judge_worker, args=(desk, stop))
    worker.start()
    try:
        assert until(lambda: _model(desk) == ModelNote(load_model().name, False, None), 60)
        own = desk.settings.models_dir / "0123456789ab"
        shutil.copytree(MODELS, own)
        (own / FACTS).write_text((own / FACTS).read_text("utf-8") + "\n", "utf-8")
        Versions(desk.settings.models_dir).promote(own)
        assert until(lambda: _model(desk) == ModelNote(load_model(own).name, True, None), 60)
        with desk.store.transaction() as t:
            t.posts.add(post(text="又停水了，没人管"), NOON + timedelta(days=9))
        assert until(lambda: _judged_by(desk) == load_model(own).name, 60)
    finally:
        stop.set()
        worker.join(30)
    desk.close()


def _model(desk: Desk) -> ModelNote | None:
    with desk.store.reading() as t:
        return model_note(t)


def _judged_by(desk: Desk) -> str | None:
    with desk.store.reading() as t:
        read = t.assessments.get("p1")
    return None if read is None else read.model


@pytest.mark.clause("E-2(5)")
def test_the_clock_worker_tells_of_what_must_be_published_today(desk: Desk):
    form = Form(RECORD.unit, "关于停水的通知", time_kind=TimeKind.PROMPT, decided_on=NOON.date())
    with desk.store.transaction() as t:
        t.disclosures.add(RECORD, NOON, "测试")
    course = proposing.Desk("区委办公室", procedure("H"), lambda form: ())
    proposing.begin(desk.store, form, Actor("承办甲", Role.DRAFTER, RECORD.unit), NOON, course)
    assert WATCHES["due_days_told_of"](desk) == 1
    assert WATCHES["due_days_told_of"](desk) == 0


@pytest.mark.clause("E-2(7)7")
def test_the_clock_worker_drafts_the_papers_of_a_month_that_is_over(desk: Desk):
    assert WATCHES["papers_told_of"](desk) == 0
    move(desk, timedelta(days=31))
    assert WATCHES["papers_told_of"](desk) == 2
    assert WATCHES["papers_told_of"](desk) == 0
    with desk.store.reading() as t:
        assert sorted(one.kind.value for one in t.papers.listed(list(PaperKind), 9)) == ["monthly", "scheduling"]


@pytest.mark.skipif(program() is None, reason="LibreOffice is not installed")
def test_what_was_left_for_later_is_printed_where_the_settings_ask_for_it(desk: Desk, tmp_path: Path):
    folder = desk.settings.reports_dir
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "a.docx").write_bytes(docx.render(report()))
    assert print_missing(desk) == 0
    asking = Desk(desk.settings.model_copy(update={"reports": Reports(also=("pdf",))}), desk.clock)
    try:
        assert print_missing(asking) == 1
        assert (folder / "a.pdf").read_bytes().startswith(b"%PDF")
        assert print_missing(asking) == 0
    finally:
        asking.close()


@pytest.mark.clause("H-42(3)")
@pytest.mark.parametrize(("overseen", "reached"), [(False, {"page", "webhook"}), (True, {"page"})])
def test_where_no_clock_worker_is_left_a_sender_tells_the_office_and_where_nobody_oversees_it_the_alarm(
    tmp_path: Path, overseen: bool, reached: set[str]
):
    alerting = Alerts(poll_seconds=0.05, alarm=("webhook:平台",), webhook=Webhook(robots_dir=tmp_path))
    clock = SimulatedClock(NOON)
    desk = Desk(Settings(data_dir=tmp_path, alerts=alerting), clock, worker="send@a", overseen=overseen)
    desk.store.migrate()
    with desk.store.transaction() as t:
        t.clock.beat("clock@b", NOON)
    stop = threading.Event()
    worker = threading.Thread(target=send_worker, args=(desk, stop))
    worker.start()
    try:
        assert until(lambda: _kept(desk, "desk_troubles") is not None, 60), "nobody has looked"
    finally:
        stop.set()
        worker.join(60)
    for _ in range(7):
        move(desk, timedelta(minutes=1))
        WATCHED_BY_SENDERS["troubles_told_of"](desk)
    with desk.store.reading() as t:
        (alert,) = [one for one in t.alerts.all() if one.body.startswith("“计时”进程已")]
        assert {row.channel for row in t.alerts.deliveries([alert.key])[alert.key]} == reached
    desk.close()


def _kept(desk: Desk, key: str) -> object:
    with desk.store.reading() as t:
        return t.meta.get(key)
