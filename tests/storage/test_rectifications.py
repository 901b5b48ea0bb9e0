"""The rectification ledger gives back what was written, oldest first, and knows which items have not ended."""

from __future__ import annotations

from datetime import date

import pytest

from records.inspections import Sheet, SheetKind
from records.rectifications import Rectification, RectificationEntry
from records.rectifications import RectificationDid as Did
from storage.rectifications import Rectifications
from storage.store import Store
from tests.storage.making import HOUR, NOON


def _open(store: Store, number: str, unit: str = "住建局") -> Rectification:
    with store.transaction() as t:
        sheet = t.inspections.find(SheetKind.OFFICE, unit, date(2026, 1, 1)) or t.inspections.begin(
            Sheet(0, SheetKind.OFFICE, unit, date(2026, 1, 1), date(2026, 6, 30), {}, NOON, "赵主任")
        )
        made = Rectification(number, sheet.id, "archive", unit, NOON)
        t.rectifications.open(made)
        t.rectifications.note(RectificationEntry(number, Did.OPENED, NOON, "赵主任", "缺原件", NOON + HOUR))
    return made


def test_items_and_entries_come_back(store: Store):
    made = _open(store, "Z2026-0001")
    published = RectificationEntry("Z2026-0001", Did.PUBLISHED, NOON, "陈杰", None, None, "https://gov.example/1", "d1")
    with store.transaction() as t:
        kept = t.rectifications.note(published)
    with store.reading() as t:
        assert t.rectifications.get("Z2026-0001") == made
        assert t.rectifications.get("Z2026-0002") is None
        first, second = t.rectifications.entries(["Z2026-0001"])["Z2026-0001"]
    assert (first.did, first.text, first.due_at) == (Did.OPENED, "缺原件", NOON + HOUR)
    assert second == kept
    assert (second.link, second.record) == ("https://gov.example/1", "d1")


def test_numbers_count_up_within_a_year(store: Store):
    _open(store, "Z2026-0009")
    _open(store, "Z2026-0010")
    with store.reading() as t:
        assert (t.rectifications.last_number(2026), t.rectifications.last_number(2027)) == (10, 0)
    _open(store, "Z2026-9999")
    _open(store, "Z2026-10000")
    with store.reading() as t:
        assert t.rectifications.last_number(2026) == 10_000


@pytest.mark.parametrize("end", [Did.PUBLISHED, Did.VOID])
def test_what_was_made_known_or_withdrawn_is_open_no_more(store: Store, end: Did):
    _open(store, "Z2026-0001")
    other = _open(store, "Z2026-0002", "教体局")
    with store.transaction() as t:
        t.rectifications.note(RectificationEntry("Z2026-0001", Did.PROVED, NOON, "陈杰"))
        t.rectifications.note(RectificationEntry("Z2026-0002", Did.PROVED, NOON, "孙静"))
        t.rectifications.note(RectificationEntry("Z2026-0001", end, NOON, "赵主任"))
    with store.reading() as t:
        assert t.rectifications.open_ones() == [other]
        assert [one.id for one in t.rectifications.listed()] == ["Z2026-0002", "Z2026-0001"]
        assert t.rectifications.listed(unit="教体局") == [other] == t.rectifications.listed(sheet=other.sheet)


@pytest.mark.clause("H-53")
def test_nothing_but_adding_writes():
    assert [name for name in vars(Rectifications) if not name.startswith("_")] == [
        "take_turn",
        "last_number",
        "open",
        "note",
        "get",
        "listed",
        "of_sheets",
        "open_ones",
        "entries",
    ]
