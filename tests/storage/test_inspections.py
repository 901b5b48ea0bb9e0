"""Sheets and their entries come back as they were written, oldest first; nothing is ever changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy.exc import IntegrityError

from records.inspections import Case, Counted, Sheet, SheetEntry, SheetKind, SheetNoted
from storage.inspections import Inspections
from storage.store import Store
from tests.storage.making import HOUR, NOON

FIRST, SECOND = date(2026, 1, 1), date(2026, 7, 1)
SHEET = Sheet(0, SheetKind.OFFICE, "住建局", FIRST, date(2026, 6, 30), {"full": 100}, NOON, "赵主任")
FIGURES = (
    Counted("records_fit", (Case("d1", True), Case("d2", False, 0, "没有目录项"))),
    Counted("limits_kept", (Case("G20260401-001", True, 3, "迟 3 天"),)),
    Counted("extended", ()),
)


def test_a_sheet_and_its_entries_come_back(store: Store):
    with store.transaction() as t:
        begun = t.inspections.begin(SHEET)
        counted = t.inspections.note(SheetEntry(begun.id, SheetNoted.COUNTED, NOON, "赵主任", figures=FIGURES))
        judged = t.inspections.note(
            SheetEntry(begun.id, SheetNoted.JUDGED, NOON + HOUR, "赵主任", "plan", 8.5, "方案具体", "见方案")
        )
        struck = t.inspections.note(
            SheetEntry(begun.id, SheetNoted.STRUCK, NOON + HOUR, "赵主任", text="误", of=judged.id)
        )
    with store.reading() as t:
        assert t.inspections.get(begun.id) == begun == replace(SHEET, id=begun.id)
        assert t.inspections.get(begun.id + 1) is None
        assert t.inspections.entries([begun.id]) == {begun.id: [counted, judged, struck]}
        assert t.inspections.find(SheetKind.OFFICE, "住建局", FIRST) == begun
        assert t.inspections.find(SheetKind.SELF, "住建局", FIRST) is None


def test_sheets_are_found_by_half_year_and_unit(store: Store):
    with store.transaction() as t:
        one = t.inspections.begin(SHEET)
        later = t.inspections.begin(replace(SHEET, first=SECOND, last=date(2026, 12, 31)))
        other = t.inspections.begin(replace(SHEET, unit="教体局"))
        own = t.inspections.begin(replace(SHEET, kind=SheetKind.SELF))
    with store.reading() as t:
        assert t.inspections.half_years() == [SECOND, FIRST]
        assert t.inspections.listed([SECOND]) == [later]
        assert {sheet.id for sheet in t.inspections.listed([FIRST])} == {one.id, other.id, own.id}
        assert t.inspections.listed(unit="教体局") == [other]
        assert next(sheet.id for sheet in t.inspections.listed()) == later.id


def test_a_unit_has_one_sheet_of_a_kind_for_a_half_year(store: Store):
    with store.transaction() as t:
        t.inspections.begin(SHEET)
    with pytest.raises(IntegrityError), store.transaction() as t:
        t.inspections.begin(SHEET)


@pytest.mark.clause("H-53")
def test_nothing_but_adding_writes():
    assert [name for name in vars(Inspections) if not name.startswith("_")] == [
        "take_turn",
        "begin",
        "note",
        "get",
        "many",
        "find",
        "listed",
        "half_years",
        "entries",
    ]
