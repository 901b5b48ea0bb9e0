"""Importing records: new ones, unchanged ones, corrections with an explanation; who may; what is audited."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from casework.disclosures.importing import GoodRow
from pipeline.acts import Actor
from pipeline.disclosing import PART, import_disclosures
from pipeline.refusals import Refused
from records.spreadsheets import BadRow, Unreadable
from records.words import Role
from storage.store import Store
from tests.storage.making import HOUR, NOON, disclosure

OFFICE = Actor("王芳", Role.OFFICE)


def test_new_records_are_stored_and_bad_rows_are_handed_back(store: Store):
    bad = BadRow(2, "title", "缺少“title”")
    outcome = import_disclosures(store, [GoodRow(1, disclosure("d1")), bad, GoodRow(3, disclosure("d2"))], OFFICE, NOON)
    assert (outcome.new, outcome.corrected, outcome.unchanged, outcome.bad) == (2, 0, 0, [bad])
    with store.reading() as t:
        assert {record.id for record in t.disclosures.current()} == {"d1", "d2"}
        (entry,) = t.audit.about("disclosures")
    assert entry.detail == {"new": 2, "corrected": 0, "unchanged": 0, "bad": 1}


@pytest.mark.clause("H-20")
def test_a_record_with_other_content_becomes_a_new_version_that_says_what_changed(store: Store):
    import_disclosures(store, [GoodRow(1, disclosure()), GoodRow(2, disclosure("d2"))], OFFICE, NOON)
    changed = disclosure(title="供热新方案", body="新全文")
    again = [GoodRow(1, changed), GoodRow(2, disclosure("d2"))]
    outcome = import_disclosures(store, again, OFFICE, NOON + HOUR)
    assert (outcome.new, outcome.corrected, outcome.unchanged) == (0, 1, 1)
    with store.reading() as t:
        first, second = t.disclosures.versions("d1")
    assert first.disclosure.title == "供热方案"
    assert second.disclosure.explanation == "重新导入时更正：标题、正文"


@pytest.mark.clause("H-20")
def test_an_explanation_in_the_row_comes_before_one_for_the_whole_file(store: Store):
    import_disclosures(store, [GoodRow(1, disclosure()), GoodRow(2, disclosure("d2"))], OFFICE, NOON)
    rows = [
        GoodRow(1, replace(disclosure(title="甲"), explanation="标题漏字")),
        GoodRow(2, disclosure("d2", "乙")),
    ]
    import_disclosures(store, rows, OFFICE, NOON + HOUR, "年度校核")
    with store.reading() as t:
        assert [record.explanation for record in t.disclosures.current()] == ["标题漏字", "年度校核"]


def test_whoever_may_not_import_is_refused_and_nothing_is_stored(store: Store):
    for role in (Role.DUTY, Role.UNIT, Role.EVALUATOR):
        with pytest.raises(Refused, match="没有权限"):
            import_disclosures(store, [GoodRow(1, disclosure())], Actor("李强", role, "住建局"), NOON)
    with store.reading() as t:
        assert t.disclosures.current() == []
        assert [entry.allowed for entry in t.audit.about("disclosures")] == [False] * 3


def test_a_file_that_breaks_off_keeps_what_came_before_and_the_whole_one_adds_the_rest(store: Store):
    whole = [GoodRow(number, disclosure(f"d{number}")) for number in range(1, PART + 3)]

    def broken() -> Iterator[GoodRow]:
        yield from whole[: PART + 1]
        raise Unreadable("撕坏了")

    with pytest.raises(Unreadable, match="撕坏了"):
        import_disclosures(store, broken(), OFFICE, NOON)
    outcome = import_disclosures(store, whole, OFFICE, NOON + HOUR)
    assert (outcome.new, outcome.unchanged) == (2, PART)


def test_a_long_file_is_recorded_and_audited_part_by_part_and_its_progress_is_told(store: Store):
    rows = [GoodRow(number, disclosure(f"d{number}")) for number in range(1, 2 * PART + 2)]
    told: list[int] = []
    outcome = import_disclosures(store, rows, OFFICE, NOON, progress=told.append)
    assert outcome.new == 2 * PART + 1
    assert told == [PART, 2 * PART, 2 * PART + 1]
    with store.reading() as t:
        assert sorted(entry.detail["new"] for entry in t.audit.about("disclosures")) == [1, PART, PART]


def test_a_row_that_stands_twice_in_one_part_is_a_correction_of_the_first(store: Store):
    rows = [GoodRow(1, disclosure()), GoodRow(2, disclosure(title="供热新方案"))]
    outcome = import_disclosures(store, rows, OFFICE, NOON)
    assert (outcome.new, outcome.corrected) == (1, 1)


def test_an_import_keeps_what_no_file_tells_of(store: Store):
    with store.transaction() as t:
        t.disclosures.add(replace(disclosure("d1"), interpretation="为什么改", withdrawn=True), NOON, "测试")
    rows = [GoodRow(1, disclosure("d1")), GoodRow(2, disclosure("d2"))]
    outcome = import_disclosures(store, rows, OFFICE, NOON + HOUR)
    assert (outcome.new, outcome.unchanged) == (1, 1)
    with store.reading() as t:
        kept = t.disclosures.get("d1")
    assert kept is not None
    assert (kept.interpretation, kept.withdrawn) == ("为什么改", True)
