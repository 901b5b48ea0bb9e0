"""A spreadsheet of suggestions is read row by row: a bad one is named, and no column about persons is read."""

from __future__ import annotations

from datetime import datetime

import pytest

from casework.suggestions.importing import GoodRow, read_suggestions, template
from records.spreadsheets import BadRow, Unreadable
from regulation.suggestions import suggestion_rules

RULES = suggestion_rules()
HEADINGS = ("序号", "意见建议", "姓名", "来源", "收到时间", "联系电话", "公开事项编号", "承办单位")


def read(*rows: tuple[object, ...]) -> list[GoodRow | BadRow]:
    return list(read_suggestions([HEADINGS, *rows], RULES))


@pytest.mark.clause("H-46")
def test_a_row_is_read_by_its_headings_and_nothing_about_persons_is():
    (row,) = read((1, "公开检修安排", "王建国", "座谈会", "2026-05-06 09:30", "13912345678", "d1", "住建局"))
    assert row == GoodRow(
        2, "公开检修安排", "meeting", datetime.fromisoformat("2026-05-06T09:30:00+08:00"), "d1", "住建局"
    )


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ((1, "", "", "意见箱", "2026-05-06", "", "", ""), "“意见建议”没有填写"),
        ((1, "公开", "", "乌鸦", "2026-05-06", "", "", ""), "“来源”不认得"),
        ((1, "公开", "", "意见箱", "前天", "", "", ""), "“收到时间”不是可读的时间"),
        ((1, "公开", "", "意见箱", "", "", "", ""), "“收到时间”不是可读的时间"),
    ],
)
def test_a_bad_row_is_named_with_its_reason_and_the_rest_goes_on(row: tuple[object, ...], reason: str):
    bad, good = read(row, (2, "按月公开", "", "", "2026-05-06", "", "", ""))
    assert isinstance(bad, BadRow)
    assert (bad.number, bad.reason.startswith(reason)) == (2, True)
    assert isinstance(good, GoodRow)
    assert (good.number, good.way, good.record, good.unit) == (3, "other", None, None)


def test_every_way_is_known_by_its_own_label():
    rows = [(n, "公开", "", one.label, "2026-05-06", "", "", "") for n, one in enumerate(RULES.ways)]
    assert [row.way for row in read(*rows) if isinstance(row, GoodRow)] == [one.name for one in RULES.ways]


def test_the_template_can_be_taken_in_as_it_is():
    headings, rows = template()
    found = list(read_suggestions([headings, *rows], RULES))
    assert [type(row) for row in found] == [GoodRow, GoodRow]


def test_a_file_without_the_needed_columns_is_refused():
    with pytest.raises(Unreadable, match="收到时间"):
        list(read_suggestions([("意见建议", "姓名")], RULES))
