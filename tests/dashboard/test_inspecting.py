"""What a figure rests on leads to the page of its row, whatever stands in the row's number."""

from __future__ import annotations

import pytest

from casework.inspection.papers import GROUNDS
from dashboard.inspecting import row_link
from records.papers import Ledger
from regulation.inspection import FIGURES


def test_every_figure_has_a_ledger():
    assert set(GROUNDS) == FIGURES


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
