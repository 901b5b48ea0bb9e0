"""What is exported opens in a spreadsheet as text, whatever others wrote."""

from __future__ import annotations

import csv
from io import BytesIO, StringIO

import pytest
from openpyxl import load_workbook

from dashboard.exporting import comma_separated, xlsx
from records.spreadsheets import safe

HOSTILE = [
    '=HYPERLINK("http://evil.example","点我")',
    "+1+1",
    "-2",
    "@SUM(A1)",
    "\t=1+1",
    "\r=1",
    "  =1+1",
    "\u200b=1",
    "＝1+1",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_a_formula_is_text_in_both_kinds_of_file(text: str):
    sheet = load_workbook(BytesIO(xlsx(["名称"], [[text]], "巡查"))).active
    assert sheet is not None
    cell = sheet["A2"]
    assert cell.data_type == "s"
    assert str(cell.value).startswith("'")
    (_, (read,)) = csv.reader(StringIO(comma_separated(["名称"], [[text]]).decode("utf-8-sig")))
    assert read.startswith("'")


def test_control_characters_are_gone_and_everything_else_stays():
    assert safe("云川\x00论坛\x1b[31m\u202e") == "云川论坛[31m"
    assert safe("第一行\n第二行") == "第一行\n第二行"
    assert [safe(cell) for cell in ("云川论坛", 12, None)] == ["云川论坛", 12, None]


def test_numbers_stay_numbers_and_the_heading_stays_in_sight():
    sheet = load_workbook(BytesIO(xlsx(["采集源", "新帖"], [["云川论坛", 12]], "巡查记录"))).active
    assert sheet is not None
    assert (sheet.title, sheet.freeze_panes, sheet["B2"].value) == ("巡查记录", "A2", 12)


def test_text_is_marked_as_utf_8_so_that_spreadsheets_read_chinese():
    assert comma_separated(["采集源"], []).startswith(b"\xef\xbb\xbf")
