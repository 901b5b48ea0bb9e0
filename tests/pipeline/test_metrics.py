"""What a monitoring system is told: read from the store, the same whoever asks, and nothing of what people wrote."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from pathlib import Path

from pipeline.copy_note import CopyNote
from pipeline.metrics import metrics
from pipeline.model_note import ModelNote, note_model
from pipeline.notify import queue
from records.alerts import Alert
from records.deliveries import AttemptOutcome
from records.people import Contact
from records.words import Role
from regulation.source_health import source_health_rules
from storage.store import Store, Transaction
from tests.crawlers.crawling import source
from tests.pipeline.clocks import open_incident, start
from tests.pipeline.known_answers import HOUR, NOON, SECOND
from tests.storage.making import post

DOCS = Path(__file__).parents[2] / "docs"
DISK = {"disk_free_bytes"}
MINUTE = timedelta(minutes=1)
SOURCES = [source(name, f"https://{name}.example/rss") for name in ("bbs", "news")]
Values = dict[str, dict[tuple[str, ...], float]]


def read(store: Store, now: datetime) -> Values:
    """Every value, by metric and by the values of its labels."""
    with store.reading() as t:
        found = metrics(t, now, SOURCES, source_health_rules())
    return {metric.name: {tuple(one.labels.values()): one.value for one in metric.samples} for metric in found}


def alert(key: str, at: datetime = NOON, *, urgent: bool = True) -> Alert:
    return Alert(key, at, "reminder", None, "区供热服务中心", None, "供热方案", "正文", urgent=urgent)


def by_sms(t: Transaction, recipient: str) -> list[Contact]:
    return [Contact(recipient, "sms", "13800138000", "王芳")]


def test_a_clock_is_counted_before_and_after_its_time(store: Store):
    open_incident(store)
    start(store)
    at_start, last, late = (read(store, NOON + after) for after in (MINUTE, 2 * HOUR, 2 * HOUR + 5 * SECOND))
    assert at_start["open_deadlines"] == {("initial_report", "in_time"): 1}
    assert (at_start["next_due_seconds"], at_start["oldest_overdue_seconds"]) == ({(): 7140}, {(): 0})
    assert last["open_deadlines"] == {("initial_report", "in_time"): 1}
    assert late["open_deadlines"] == {("initial_report", "overdue"): 1}
    assert (late["next_due_seconds"], late["oldest_overdue_seconds"]) == ({}, {(): 5})


def test_what_waits_in_the_outbox_is_as_old_as_its_first_try(store: Store):
    with store.transaction() as t:
        queue(t, [alert("a"), alert("b", NOON + MINUTE, urgent=False)], by_sms)
    with store.transaction() as t:
        claim = t.alerts.claim("sms", NOON + MINUTE, NOON + 2 * MINUTE, "send")
        assert claim is not None
        t.alerts.settle(claim, AttemptOutcome.REFUSED, NOON + MINUTE, "欠费", retry_at=NOON + 3 * MINUTE)
        t.alerts.note_failure("sms", NOON + MINUTE, "欠费")
    values = read(store, NOON + 5 * MINUTE)
    assert values["outbox"] == {("queued",): 4, ("sending",): 0, ("sent",): 0, ("failed",): 0, ("suppressed",): 0}
    assert values["oldest_waiting_alert_seconds"] == {("true",): 300, ("false",): 240}
    assert values["attempts"] == {("sms", "refused"): 1}
    assert values["channel_down"] == {("sms",): True}


def test_posts_that_nobody_judges_and_a_model_that_is_not_there_show(store: Store):
    assert read(store, NOON)["oldest_waiting_post_seconds"] == {(): 0}
    with store.transaction() as t:
        t.posts.add(post("p1", seen_at=NOON), NOON + 180 * 24 * HOUR)
        t.posts.add(post("p2", seen_at=NOON + MINUTE), NOON + 180 * 24 * HOUR)
    note_model(store, ModelNote(None, False, "没有模型"))
    values = read(store, NOON + HOUR)
    assert (values["posts_waiting"], values["oldest_waiting_post_seconds"]) == ({(): 2}, {(): 3600})
    assert values["model_present"] == {(): False}
    note_model(store, ModelNote("m1", False, None))
    assert read(store, NOON)["model_present"] == {(): True}
    assert read(store, NOON)["copies_known_hours"] == {(): 168}
    for hours in (30, 0):
        with store.transaction() as t:
            CopyNote().keep(t, hours * HOUR, 7 * 24 * HOUR)
        assert read(store, NOON)["copies_known_hours"] == {(): hours}


def test_workers_sources_and_the_log_of_acts_are_told_of(store: Store):
    with store.transaction() as t:
        t.clock.beat("send@here/page", NOON)
        t.sources.answered("bbs", NOON, NOON + HOUR, 0)
        t.audit.append(NOON, "王芳", Role.OFFICE, "confirm", "2026-001", True)
    values = read(store, NOON + 10 * SECOND)
    assert values["heartbeat_age_seconds"] == {("send/page",): 10}
    assert values["sources"] == {("new",): 1, ("good",): 1, ("failing",): 0, ("unread",): 0, ("notice",): 0}
    assert (values["audit_length"], values["audit_head_age_seconds"]) == ({(): 1}, {(): 10})
    assert read(store, NOON + HOUR)["sources"][("unread",)] == 1


def test_no_name_title_or_address_is_told(store: Store):
    open_incident(store)
    start(store)
    with store.transaction() as t:
        queue(t, [alert("a")], by_sms)
        t.audit.append(NOON, "王芳", Role.OFFICE, "confirm", "2026-001", True)
    with store.reading() as t:
        told = str(metrics(t, NOON, SOURCES, source_health_rules()))
    assert [word for word in ("王芳", "供热", "138", "2026", "正文", "来源 ") if word in told] == []


def test_the_documents_and_the_sample_alert_rules_name_what_there_is(store: Store):
    there = DISK | set(read(store, NOON))
    rules = set(re.findall(r"huiying_(\w+)", (DOCS / "prometheus-rules.yml").read_text("utf-8")))
    told = set(re.findall(r"`(\w+)(?:\{[\w,]+\})?`", (DOCS / "watching.md").read_text("utf-8").partition("前面加")[2]))
    assert (rules - there, told - {"huiying_", "overdue", "unread"}) == (set(), there)
