"""A file of suggestions is taken in masked; what cannot be taken in is said by its row, what was there is not taken twice."""

from __future__ import annotations

from pathlib import Path

import pytest

from casework.suggestions.importing import GoodRow, ReadRow, read_suggestions
from nlp.admission import without_personal_data
from pipeline.acts import Actor
from pipeline.notify import page_only
from pipeline.refusals import Refused
from pipeline.suggesting import Handling
from pipeline.suggestion_import import Imported, import_suggestions
from records.spreadsheets import BadRow, table_in
from records.words import Role
from regulation.suggestions import suggestion_rules
from storage.store import Store
from storage.suggestions import Wanted
from tests.storage.making import DAY, NOON, disclosure

RULES = suggestion_rules()
HANDLING = Handling(RULES, without_personal_data, page_only)
OFFICE = Actor("赵主任", Role.OFFICE)
HOUSING = Actor("陈杰", Role.UNIT, "住建局")


def row(number: int, text: str = "公开检修安排", unit: str | None = None, record: str | None = None) -> GoodRow:
    return GoodRow(number, text, "mailbox", NOON, record, unit)


def take(store: Store, *rows: ReadRow, actor: Actor = OFFICE) -> Imported:
    return import_suggestions(store, rows, actor, NOON + DAY, HANDLING)


def texts(store: Store) -> list[str]:
    with store.reading() as t:
        return sorted(one.text for one in t.suggestions.listed(Wanted(), 100))


@pytest.mark.clause("H-46", "H-48")
def test_good_rows_are_taken_in_and_bad_ones_named(store: Store):
    with store.transaction() as t:
        t.disclosures.add(disclosure("d1"), NOON, "测试")
    outcome = take(
        store,
        row(2, "公开甲", record="d1"),
        BadRow(3, "来源", "“来源”不认得"),
        row(4, "公开乙", record="d9"),
        row(5, "公开丙", unit="林业局"),
        row(6, "公开丁"),
    )
    assert (outcome.new, outcome.known) == (2, 0)
    assert [(bad.number, bad.reason[:8]) for bad in outcome.bad] == [
        (3, "“来源”不认得"),
        (4, "没有编号为“d9"),
        (5, "没有“林业局”这"),
    ]
    assert texts(store) == ["公开丁", "公开甲"]


def test_the_same_file_a_second_time_changes_nothing(store: Store):
    assert take(store, row(2)).new == 1
    again = take(store, row(2), row(3, "另一条"))
    assert (again.new, again.known, len(texts(store))) == (1, 1, 2)


def test_what_a_file_holds_of_persons_is_neither_read_nor_kept(store: Store, tmp_path: Path):
    file = tmp_path / "意见.csv"
    lines = ["意见建议,收到时间,姓名,电话", "群众王建国（电话13912345678）建议公开账目,2026-04-01,李大民,13887654321"]
    file.write_text("\n".join(lines), "utf-8")
    outcome = take(store, *read_suggestions(table_in(file), RULES))
    assert outcome.new == 1
    (text,) = texts(store)
    assert [said in text for said in ("王建国", "13912345678", "李大民", "13887654321")] == [False] * 4


@pytest.mark.clause("H-46")
def test_a_unit_takes_in_its_own_alone(store: Store):
    with store.transaction() as t:
        t.disclosures.add(disclosure("d1"), NOON, "测试")
        t.disclosures.add(disclosure("d2", unit="教体局"), NOON, "测试")
    outcome = take(store, row(2, "公开甲"), row(3, "公开乙", unit="教体局"), actor=HOUSING)
    assert (outcome.new, [bad.number for bad in outcome.bad]) == (1, [3])
    with store.reading() as t:
        assert [one.unit for one in t.suggestions.listed(Wanted(), 10)] == ["住建局"]
    with pytest.raises(Refused, match="没有权限"):
        take(store, row(2), actor=Actor("赵敏", Role.EVALUATOR))
