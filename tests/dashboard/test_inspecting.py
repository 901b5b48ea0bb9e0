"""What a figure rests on leads to the page of its row, whatever stands in the row's number; each is told what they may do."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from dashboard.inspecting import nothing_listed, nothing_of_sheet, row_link
from records.inspections import Sheet, SheetKind
from records.papers import Ledger
from records.people import Person
from records.words import Role

UNIT = "区住建局"
JULY = datetime(2026, 7, 3, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("figure", "ledger", "ref", "address"),
    [
        ("records_fit", Ledger.RECORD, "d1", "(/record?id=d1)"),
        ("records_fit", Ledger.RECORD, "惠/1 号&x=2", "(/record?id=%E6%83%A0%2F1%20%E5%8F%B7%26x%3D2)"),
        ("links_readable", Ledger.RECORD, "惠/1/7", "(/record?id=%E6%83%A0%2F1)"),
        ("records_whole", Ledger.RECORD, "第（1）号", "(/record?id=%E7%AC%AC%EF%BC%881%EF%BC%89%E5%8F%B7)"),
        ("limits_kept", Ledger.PROPOSAL, "G20260409-001", "(/proposal?id=G20260409-001)"),
        ("limits_kept", Ledger.PROPOSAL, "G20260409-001（2026年5月）", "(/proposal?id=G20260409-001)"),
        ("suggestions_answered", Ledger.SUGGESTION, "2026-00001（落实）", "(/suggestion?id=2026-00001)"),
        ("reported", Ledger.CLOCK, "20260410-001/initial_report/1", "(/incident?id=20260410-001)"),
    ],
)
def test_a_row_leads_to_its_page(figure: str, ledger: Ledger, ref: str, address: str):
    assert row_link(figure, ledger, ref).endswith(address)


def test_a_clock_is_told_by_the_number_of_its_incident():
    assert row_link("reported", Ledger.CLOCK, "20260410-001/initial_report/1").startswith("[事件 20260410\\-001](")


@pytest.mark.parametrize(
    ("figure", "ledger", "ref"),
    [("platforms_used", Ledger.RECORD, "[x](http://evil.example)"), ("items_listed", Ledger.CATALOGUE, "目录第 2 版")],
)
def test_what_has_no_page_is_plain_text(figure: str, ledger: Ledger, ref: str):
    assert "](" not in row_link(figure, ledger, ref).replace("\\]\\(", "")


@pytest.mark.parametrize(
    ("role", "all_of_it", "of_a_sheet"),
    [
        (Role.OFFICE, "检查出的问题在检查表上“交办整改”", "在“九项检查”里一项下面交办"),
        (Role.EVALUATOR, "没有整改事项。区委办公室交办以后列在这里。", "这次检查没有交办整改事项。"),
        (Role.UNIT, "没有要您的单位整改的事项", "这次检查没有交办整改事项。"),
        (Role.HEAD, "并提醒您的单位", "这次检查没有交办整改事项。"),
    ],
)
def test_only_who_may_hand_an_item_over_is_told_to(role: Role, all_of_it: str, of_a_sheet: str):
    person = Person("u", "陈杰", role, None if role in (Role.OFFICE, Role.EVALUATOR) else UNIT)
    half = (UNIT, date(2026, 1, 1), date(2026, 6, 30), {}, JULY, "王芳")
    office, own = Sheet(1, SheetKind.OFFICE, *half), Sheet(2, SheetKind.SELF, *half)
    assert all_of_it in nothing_listed(person)
    assert of_a_sheet in nothing_of_sheet(person, office)
    assert nothing_of_sheet(person, own).startswith("自查表上不交办整改")
