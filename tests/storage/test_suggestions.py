"""The suggestions ledger gives back what was written, oldest first, and there is no place in it for who made a suggestion."""

from __future__ import annotations

from dataclasses import replace

import pytest

from records.suggestions import REDACTED_TEXT, Did, Suggestion, SuggestionEntry, origin_of_post
from storage.store import Store
from storage.suggestions import Suggestions, Wanted
from storage.tables import suggestion, suggestion_entry
from tests.storage.making import HOUR, NOON
from tests.test_house_rules import PERSONAL

ONE = Suggestion("2026-00001", "多公开一些", "mailbox", NOON, "d1", "住建局", origin_of_post("p1"))
ENTRY = SuggestionEntry("2026-00001", Did.REGISTERED, NOON, "王芳", due_at=NOON + HOUR, counted="自今日起")
FED_BACK = replace(ENTRY, did=Did.FED_BACK, text="已公布", way="online", happened_at=NOON, due_at=None)


def test_suggestions_and_entries_come_back_as_they_were_written(store: Store):
    with store.transaction() as t:
        t.suggestions.add(ONE)
        first, second = t.suggestions.note(ENTRY), t.suggestions.note(FED_BACK)
    assert (first.id or 0) < (second.id or 0)
    with store.reading() as t:
        assert t.suggestions.get("2026-00001") == ONE
        assert t.suggestions.get("2026-00002") is None
        assert t.suggestions.entries(["2026-00001", "x"]) == {"2026-00001": [first, second], "x": []}
        assert second == replace(FED_BACK, id=second.id)
        assert t.suggestions.by_origin([origin_of_post("p1"), "x"]) == {origin_of_post("p1"): "2026-00001"}


@pytest.mark.clause("H-48")
def test_nothing_but_adding_and_taking_words_away_writes():
    assert [name for name in vars(Suggestions) if not name.startswith("_")] == [
        "take_turn",
        "last_number",
        "add",
        "note",
        "get",
        "many",
        "by_origin",
        "listed",
        "entries",
        "overdue",
        "redact",
    ]


def test_no_column_can_hold_who_made_a_suggestion():
    columns = [column.name for table in (suggestion, suggestion_entry) for column in table.columns]
    assert [name for name in columns if PERSONAL.search(name)] == []
    assert set(columns) == {
        *("id", "text", "way", "received_at", "record", "unit", "origin"),
        *("suggestion", "did", "at", "actor", "happened_at", "due_at", "counted", "of"),
    }


def test_numbers_count_up_within_a_year(store: Store):
    with store.transaction() as t:
        assert t.suggestions.last_number(2026) == 0
        for number in ("2026-00009", "2026-10010", "2025-99999"):
            t.suggestions.add(replace(ONE, id=number, origin=None))
        assert t.suggestions.last_number(2026) == 10010


def test_those_of_a_unit_are_its_own_and_what_was_transferred_to_it(store: Store):
    with store.transaction() as t:
        for number, unit in (("2026-00001", "住建局"), ("2026-00002", None), ("2026-00003", "教体局")):
            t.suggestions.add(replace(ONE, id=number, unit=unit, origin=None))
        moved = replace(ENTRY, suggestion="2026-00002", did=Did.TRANSFERRED, unit="住建局")
        kept = t.suggestions.note(moved)
        assert _found(t.suggestions, Wanted(unit="住建局")) == ["2026-00002", "2026-00001"]
        t.suggestions.note(replace(moved, did=Did.VOID, unit=None, of=kept.id))
        assert _found(t.suggestions, Wanted(unit="住建局")) == ["2026-00001"]


def test_the_ledger_is_asked_by_time_record_and_whether_anything_is_open(store: Store):
    with store.transaction() as t:
        t.suggestions.add(replace(ONE, origin=None))
        t.suggestions.add(replace(ONE, id="2026-00002", received_at=NOON + HOUR, record=None, origin=None))
        finished = t.suggestions.note(replace(ENTRY, did=Did.FINISHED, due_at=None))
        assert _found(t.suggestions, Wanted()) == ["2026-00002", "2026-00001"]
        assert _found(t.suggestions, Wanted(since=NOON + HOUR)) == ["2026-00002"]
        assert _found(t.suggestions, Wanted(until=NOON + HOUR)) == ["2026-00001"]
        assert _found(t.suggestions, Wanted(record="d1")) == ["2026-00001"]
        assert _found(t.suggestions, Wanted(open_only=True)) == ["2026-00002"]
        t.suggestions.note(replace(ENTRY, did=Did.VOID, due_at=None, of=finished.id))
        assert _found(t.suggestions, Wanted(open_only=True)) == ["2026-00002", "2026-00001"]


def test_what_may_be_overdue_is_open_and_names_a_moment_that_has_passed(store: Store):
    with store.transaction() as t:
        t.suggestions.add(ONE)
        t.suggestions.note(ENTRY)
        assert t.suggestions.overdue(NOON + HOUR) == []
        assert t.suggestions.overdue(NOON + 2 * HOUR) == ["2026-00001"]
        t.suggestions.note(replace(ENTRY, did=Did.FINISHED, due_at=None))
        assert t.suggestions.overdue(NOON + 2 * HOUR) == []


def test_words_that_must_go_leave_nothing_but_that_they_went(store: Store):
    with store.transaction() as t:
        t.suggestions.add(ONE)
        t.suggestions.note(ENTRY)
        t.suggestions.note(FED_BACK)
        t.suggestions.redact(["2026-00001"])
        found = t.suggestions.get("2026-00001")
        assert found is not None
        assert found.text == REDACTED_TEXT
        assert [one.text for one in t.suggestions.entries(["2026-00001"])["2026-00001"]] == [None, REDACTED_TEXT]


def _found(suggestions: Suggestions, wanted: Wanted) -> list[str]:
    return [one.id for one in suggestions.listed(wanted, 10)]
