"""A catalogue is read from a table as offices keep it: joined cells, headings in two rows, a title above."""

from __future__ import annotations

import pytest

from casework.catalogue.importing import GoodItem, ReadItem, read_items
from records.spreadsheets import BadRow, Unreadable
from regulation.catalogue_file import shipped

H, E = shipped("H").form, shipped("E").form
HEAD = ("一级目录", "二级目录", "三级目录", "公开内容", "公开方式", "公开平台", "公开时限", "责任单位", "备注")
ROW = (
    "自身建设",
    "机构设置",
    "组织机构",
    "机构调整情况。",
    "社会公开",
    "文件、互联网",
    "长期公开",
    "区委办 区编办",
    None,
)


def read(*rows: tuple[object, ...]) -> list[ReadItem]:
    """The items of a table in the first annex's form."""
    return list(read_items(rows, H))


def good(item: ReadItem) -> GoodItem:
    """A row that could be read."""
    assert isinstance(item, GoodItem)
    return item


def test_a_row_is_read_by_its_headings():
    found = good(read(HEAD, ROW)[0])
    assert (found.number, found.id, found.joined) == (2, None, frozenset())
    assert found.cells == {
        "level1": "自身建设",
        "level2": "机构设置",
        "level3": "组织机构",
        "content": "机构调整情况。",
        "way": "社会公开",
        "platform": "文件、互联网",
        "time_limit": "长期公开",
        "unit": "区委办 区编办",
        "note": "",
    }


def test_joined_cells_go_with_the_row_above():
    rows = read(
        HEAD,
        ROW,
        (None, None, "换届选举", None, "党内公开", "会议", "随时公开", "组织部"),
        (None, "领导班子", "民主集中", "议事规则。", "党内公开", "会议", "随时公开", ""),
    )
    second, third = good(rows[1]), good(rows[2])
    assert (second.cells["level1"], second.cells["level2"], second.cells["content"]) == (
        "自身建设",
        "机构设置",
        "机构调整情况。",
    )
    assert second.joined == {"content"}
    assert (third.cells["level1"], third.cells["unit"], third.joined) == ("自身建设", "组织部", {"unit"})


def test_a_level_that_changes_takes_none_of_those_below_from_above():
    bad = read(HEAD, ROW, ("全面从严治党", None, None, "别的。", "党内公开", "会议", "随时公开", "组织部"))[1]
    assert bad == BadRow(3, "二级目录", "“二级目录”没有填写")


def test_headings_in_two_rows_under_a_title_are_found():
    rows = [
        ("市政协党组及机关党务公开目录", None, None),
        ("一级目录", "二级目录", "三级目录", None, "公开范围", "公开时限", "公开方式", "责任科室"),
        (None, None, "序号", "公开内容", None, None, None, None),
        ("十、其他", "其他", 84, "必要公开的事项", "依内容确定", "依内容确定", "依内容确定", "办公室"),
    ]
    found = good(next(read_items(rows, E)))
    assert (found.number, found.cells["content"], found.cells["unit"]) == (4, "必要公开的事项", "办公室")
    assert "level3" not in found.cells


def test_other_headings_and_the_id_are_known():
    head = ("编号", *HEAD[:3], "公开事项", *HEAD[4:7], "责任部门")
    found = good(read(head, ("H13", *ROW[:8]))[0])
    assert (found.id, found.cells["content"], found.cells["unit"], found.cells["note"]) == (
        "H13",
        "机构调整情况。",
        "区委办 区编办",
        "",
    )


def test_breaks_and_spaces_inside_a_cell_become_one_space():
    found = good(read(HEAD, (*ROW[:7], "区委办\n区编办 ", None))[0])
    assert found.cells["unit"] == "区委办 区编办"


@pytest.mark.parametrize(
    ("place", "value", "reason"),
    [
        (0, None, "“一级目录”没有填写"),
        (3, "", "“公开内容”没有填写"),
        (4, "全体", "“公开方式”是“全体”：应写明党内、社会、例行或依内容确定"),
        (6, "经常", "“公开时限”是“经常”：应写明长期、定期、分阶段、随时或依内容确定中的一种"),
        (5, None, "“公开平台”没有填写"),
    ],
)
def test_a_bad_row_is_named_and_the_rest_goes_on(place: int, value: object, reason: str):
    wrong = (*ROW[:place], value, *ROW[place + 1 :])
    first, second = read(HEAD, wrong, ROW)
    assert first == BadRow(2, reason.split("”")[0][1:], reason)
    assert good(second).number == 3


def test_a_table_without_the_heading_of_the_content_cannot_be_read():
    with pytest.raises(Unreadable, match="找不到表头“公开内容”"):
        read(*[("表",)] * 12, HEAD, ROW)
    with pytest.raises(Unreadable, match="找不到表头“公开内容”"):
        read()


def test_a_missing_column_is_named():
    with pytest.raises(Unreadable, match="公开平台"):
        read(HEAD[:5] + HEAD[6:], ROW)
