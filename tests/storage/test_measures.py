"""Measures are given back as they were written, oldest first, and never changed."""

from __future__ import annotations

from dataclasses import replace

from records.measures import Measure, Side, missing, valid
from storage.measures import Measures
from storage.store import Store
from tests.storage.making import HOUR, NOON
from tests.storage.test_upward import opened

REPAIRED = Measure("20260410-001", Side.OFFLINE, "抢修供热管道", "区住建局", NOON, NOON + HOUR, "王芳")


def test_entries_come_back_with_their_numbers_and_what_was_taken_back_counts_no_more(store: Store):
    opened(store, "20260410-001", "20260410-002")
    with store.transaction() as t:
        first = t.measures.add(REPAIRED)
        second = t.measures.add(replace(REPAIRED, side=Side.ONLINE, happened_at=NOON - HOUR))
        back = t.measures.add(replace(REPAIRED, text="登记有误", of=first.id))
        t.measures.add(replace(REPAIRED, incident="20260410-002"))
    with store.reading() as t:
        found = t.measures.of_incident("20260410-001")
    assert found == [first, second, back]
    assert valid(found) == [second]
    assert missing(found) == [Side.OFFLINE]
    assert valid(found[:2]) == [second, first]


def test_nothing_written_can_be_changed():
    assert [name for name in vars(Measures) if not name.startswith("_")] == ["add", "of_incident"]
