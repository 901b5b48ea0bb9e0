"""A spreadsheet of the roster is read row by row; a bad row is named with its heading and the rest goes on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import pytest

from alerts.roster_file import GoodShift, ReadShift, read_roster, template
from records.duty import Shift
from records.spreadsheets import BadRow, Unreadable

HEADINGS = ("单位", "值班员", "开始时间", "结束时间")


def read(*rows: Sequence[object], headings: Sequence[object] = HEADINGS) -> list[ReadShift]:
    return list(read_roster([headings, *rows], "惠川区委办公室"))


NO_ZONE = datetime.fromisoformat("2026-05-01T20:00:00")
"""What a cell of a spreadsheet holds."""


def test_a_row_becomes_a_shift_in_beijing_time():
    assert read(("区住建局", "张三", "2026-05-01 08:00", NO_ZONE)) == [
        GoodShift(
            2,
            Shift(
                "区住建局",
                "张三",
                datetime.fromisoformat("2026-05-01T08:00:00+08:00"),
                datetime.fromisoformat("2026-05-01T20:00:00+08:00"),
            ),
        )
    ]


@pytest.mark.parametrize("written", ["区委办", "区委办公室", "office", "惠川区委办公室"])
def test_the_office_is_known_by_its_names(written: str):
    (row,) = read((written, "李军", "2026-05-01 08:00", "2026-05-01 20:00"))
    assert isinstance(row, GoodShift)
    assert row.shift.recipient == "office"


def test_bad_rows_are_named_by_number_and_heading_and_the_rest_is_read():
    rows = read(
        ("", "张三", "2026-05-01 08:00", "2026-05-01 20:00"),
        (None, None, "", None),
        ("区住建局", "", "2026-05-01 08:00", "2026-05-01 20:00"),
        ("区住建局", "张三", "明天早上", "2026-05-01 20:00"),
        ("区住建局", "张三", "2026-02-30 08:00", "2026-05-01 20:00"),
        ("区住建局", "张三", "2026-05-01 08:00"),
        ("区住建局", "张三", "2026-05-01 08:00", "2026-05-01 20:00"),
    )
    assert [(row.number, row.reason) for row in rows if isinstance(row, BadRow)] == [
        (2, "“单位”没有填写"),
        (4, "“值班员”没有填写"),
        (5, "“开始时间”不是可读的时间：请写成 2026-05-01 08:00"),
        (6, "“开始时间”不是可读的时间：请写成 2026-05-01 08:00"),
        (7, "“结束时间”不是可读的时间：请写成 2026-05-01 08:00"),
    ]
    assert [row.number for row in rows if isinstance(row, GoodShift)] == [8]


def test_a_table_without_a_needed_column_is_refused_with_the_headings_that_are_known():
    with pytest.raises(Unreadable, match="name（值班员/值班人员/姓名）"):
        read(headings=("单位", "谁", "开始", "结束"))


def test_the_template_can_be_read_as_it_is():
    headings, rows = template()
    assert headings == HEADINGS
    assert all(isinstance(row, GoodShift) for row in read(*rows, headings=headings))
