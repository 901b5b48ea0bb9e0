"""The upward ledger gives back what was written, oldest first, and there is no way to write over it."""

from __future__ import annotations

from dataclasses import replace

from records.incidents import SeverityChange
from records.upward import Need, Noted, UpwardEntry
from records.words import ReportKind, Severity
from storage.store import Store
from storage.upward import Upward
from tests.storage.making import HOUR, NOON, incident

NEED = UpwardEntry(
    "20260410-001", "city", "市委办", Noted.NEED, NOON, "news_2", Need.MUST, Severity.MAJOR, clause="H-42(2)"
)
SENT = UpwardEntry(
    "20260410-001",
    "city",
    "市委办",
    Noted.SENT,
    NOON + HOUR,
    "赵主任",
    way="phone",
    report=ReportKind.INITIAL,
    report_number=1,
    serial="惠舆情报〔2026〕1号",
    text="补充说明",
    note="值班室张科长",
    happened_at=NOON,
)


def opened(store: Store, *names: str) -> None:
    with store.transaction() as t:
        for name in names:
            gathering = t.incidents.start_gathering(None, NOON)
            t.incidents.open(incident(name, disclosure=None), gathering.id, SeverityChange(NOON, Severity.GENERAL, "x"))


def test_entries_come_back_as_they_were_written_and_numbered(store: Store):
    opened(store, "20260410-001")
    with store.transaction() as t:
        first, second = t.upward.add(NEED), t.upward.add(SENT)
    assert first.id is not None
    assert second.id is not None
    assert first.id < second.id
    assert second == replace(SENT, id=second.id)
    with store.reading() as t:
        assert t.upward.of_incident("20260410-001") == [first, second]
        assert t.upward.of_incidents(["20260410-001", "x"]) == {"20260410-001": [first, second], "x": []}


def test_nothing_but_adding_writes():
    assert [name for name in vars(Upward) if not name.startswith("_")] == [
        "add",
        "of_incident",
        "of_incidents",
        "by_alert",
        "incidents_since",
        "unsettled",
    ]


def test_what_an_alert_carried_is_found_by_its_key(store: Store):
    opened(store, "20260410-001")
    with store.transaction() as t:
        entry = t.upward.add(replace(SENT, alert="k" * 64))
        assert t.upward.by_alert("k" * 64) == entry
        assert t.upward.by_alert("l" * 64) is None


def test_a_need_stays_unsettled_until_something_answers_it_and_again_when_that_is_taken_back(store: Store):
    opened(store, "20260410-001", "20260410-002")
    with store.transaction() as t:
        t.upward.add(replace(NEED, need=Need.NONE))
        assert t.upward.unsettled() == []
        t.upward.add(NEED)
        assert t.upward.unsettled() == ["20260410-001"]
        answered = t.upward.add(SENT)
        assert t.upward.unsettled() == []
        t.upward.add(replace(SENT, noted=Noted.VOID, of=answered.id))
        assert t.upward.unsettled() == ["20260410-001"]
        t.upward.add(replace(SENT, noted=Noted.DECISION, send=False))
        assert t.upward.unsettled() == []
        t.upward.add(replace(SENT, noted=Noted.DECISION, send=True, incident="20260410-002"))
        assert t.upward.unsettled() == ["20260410-002"]


def test_the_ledger_lists_incidents_that_have_entries_the_newest_first(store: Store):
    opened(store, "20260410-001", "20260410-002", "20260410-003")
    with store.transaction() as t:
        for name in ("20260410-001", "20260410-003"):
            t.upward.add(replace(NEED, incident=name))
        assert t.upward.incidents_since(None, 10) == ["20260410-001", "20260410-003"]
        assert t.upward.incidents_since(NOON, 1) == ["20260410-001"]
        assert t.upward.incidents_since(NOON + HOUR, 10) == []
