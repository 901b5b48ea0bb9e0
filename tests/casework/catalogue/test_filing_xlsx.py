"""The workbook that is filed, opened again, has the annex's columns, order and joined cells; it can be taken in again."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from openpyxl import load_workbook

from casework.catalogue.changing import taken_in
from casework.catalogue.filing_xlsx import render
from casework.catalogue.importing import GoodItem, read_items
from records.spreadsheets import table_of
from regulation.catalogue import Catalogue
from regulation.catalogue_file import shipped
from tests.casework.packages import differing_times

AT = datetime(2026, 4, 10, 1, 20, tzinfo=UTC)
H, E = shipped("H"), shipped("E")


def printed(catalogue: Catalogue) -> bytes:
    """The file of a catalogue."""
    return render(catalogue, AT, "中共惠川区委办公室", "第 3 版")


def opened(catalogue: Catalogue) -> Any:
    """The file's only sheet, opened again."""
    return load_workbook(io.BytesIO(printed(catalogue))).worksheets[0]


def test_the_first_annex_has_its_title_headings_and_rows():
    page = opened(H)
    rows = [[cell.value for cell in row] for row in page.iter_rows()]
    assert rows[0][0] == "中共惠农区委党务公开细化目录（试行）"
    assert rows[1] == [
        "一级目录",
        "二级目录",
        "三级目录",
        "公开内容",
        "公开方式",
        "公开平台",
        "公开时限",
        "责任单位",
        "备注",
    ]
    assert len(rows) == 65
    assert rows[21][2:8] == [
        "坚持贯彻民主集中制原则",
        "区委全会、常委会议事规则、决策程序等。",
        "社会公开",
        "文件、互联网",
        "长期公开",
        "区委办",
    ]
    assert rows[64] == [
        None,
        None,
        None,
        "群众评议机关作风情况。",
        "党内公开",
        "文件、简报、机关智慧党建网",
        "定期公开",
        "机关工委",
        None,
    ]


def test_the_first_annex_has_its_joined_cells():
    joined = {str(span) for span in opened(H).merged_cells.ranges}
    assert {"A1:I1", "A3:A14", "A15:A26", "A27:A53", "A54:A65", "B3:B8", "D3:D8", "H27:H29", "C9:C10"} <= joined
    assert not any(name.startswith(("E", "F", "G", "I")) for name in joined)


def test_the_second_annex_has_two_heading_rows_and_numbers():
    page = opened(E)
    assert [cell.value for cell in page[2]] == [
        "一级目录",
        "二级目录",
        "三级目录",
        None,
        "公开范围",
        "公开时限",
        "公开方式",
        "责任科室",
    ]
    assert [cell.value for cell in page[3]] == [None, None, "序号", "公开内容", None, None, None, None]
    joined = {str(span) for span in page.merged_cells.ranges}
    assert {"C2:D2", "A2:A3", "H2:H3", "A4:A5", "A6:A13", "A14:A54"} <= joined
    assert [page.cell(row, 3).value for row in range(4, 89)] == list(range(1, 86))
    assert [page.cell(63, column).value for column in (4, 5, 6, 7, 8)] == [
        "提案办理情况",
        "社会",
        "长期公开",
        "会议 文件 网站",
        "提案委员会办公室",
    ]


@pytest.mark.parametrize("catalogue", [H, E], ids=["H", "E"])
def test_what_was_filed_can_be_taken_in_again_and_is_the_same(catalogue: Catalogue):
    rows = [
        row
        for row in read_items(table_of("目录.xlsx", printed(catalogue)), catalogue.form)
        if isinstance(row, GoodItem)
    ]
    found = taken_in(catalogue, len(catalogue.items), rows, whole=True)
    assert (found.unchanged, found.differs) == (len(catalogue.items), False)


def test_it_is_set_for_a_wide_page_with_its_headings_on_every_one():
    page = opened(E)
    assert (page.page_setup.orientation, page.print_title_rows, page.freeze_panes) == ("landscape", "$2:$3", "A4")


def test_the_same_version_gives_the_same_bytes_and_no_moment_but_its_own():
    assert printed(H) == printed(H)
    assert differing_times(printed(H)) == {(1980, 1, 1, 0, 0, 0)}
    properties = load_workbook(io.BytesIO(printed(H))).properties
    assert (properties.created, properties.modified) == (datetime(2026, 4, 10, 1, 20),) * 2  # noqa: DTZ001
    assert (properties.creator, properties.subject) == ("中共惠川区委办公室", "第 3 版")


def test_no_cell_becomes_a_formula():
    items = (replace(H.items[0], content="=HYPERLINK(1)", unit="区委办\x07"), *H.items[6:])
    page = opened(replace(H, items=items))
    assert (page["D3"].value, page["D3"].data_type, page["H3"].value) == ("'=HYPERLINK(1)", "s", "区委办")
