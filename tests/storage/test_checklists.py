"""What people note on a checklist is given back as it was written, oldest first."""

from __future__ import annotations

from dataclasses import replace

from records.checklists import ChecklistEntry, Noted
from storage.checklists import Checklists
from storage.store import Store
from tests.storage.making import HOUR, NOON
from tests.storage.test_upward import opened

ADDED = ChecklistEntry("20260410-001", Noted.ADDED, NOON, "王芳", None, "联系施工单位", "区住建局", NOON + HOUR)


def test_entries_come_back_in_their_order_with_their_numbers(store: Store):
    opened(store, "20260410-001", "20260410-002")
    with store.transaction() as t:
        first = t.checklists.add(ADDED)
        done = ChecklistEntry("20260410-001", Noted.DONE, NOON + HOUR, "李军", str(first.id), "已到场")
        second = t.checklists.add(done)
        t.checklists.add(replace(ADDED, incident="20260410-002"))
    with store.reading() as t:
        assert t.checklists.of_incident("20260410-001") == [first, second]
    assert (first.id, replace(first, id=None)) == (1, ADDED)


def test_nothing_written_can_be_changed():
    assert [name for name in vars(Checklists) if not name.startswith("_")] == ["add", "of_incident"]
