"""The document that is filed, opened again, has the annex's columns, order and joined cells."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import docx
import pytest
from docx.oxml.ns import qn

from casework.catalogue.filing_docx import render
from regulation.catalogue import Catalogue
from regulation.catalogue_file import shipped
from tests.casework.packages import differing_times

AT = datetime(2026, 4, 10, 1, 20, tzinfo=UTC)
H, E = shipped("H"), shipped("E")


def printed(catalogue: Catalogue) -> bytes:
    """The file of a catalogue."""
    return render(catalogue, AT, "中共惠川区委办公室", "第 3 版")


def opened(catalogue: Catalogue) -> Any:
    """The file, opened again."""
    return docx.Document(io.BytesIO(printed(catalogue)))


def heads(catalogue: Catalogue) -> int:
    """How many rows of headings a page has."""
    return 2 if any(column.over for column in catalogue.form.columns) else 1


def rows(catalogue: Catalogue) -> list[list[str]]:
    """The texts of its pages one after the other, headings once; a joined cell's text stands in every place that it covers."""
    found: list[list[str]] = []
    for table in opened(catalogue).tables:
        found += [[cell.text for cell in row.cells] for row in table.rows[heads(catalogue) if found else 0 :]]
    return found


def spans(catalogue: Catalogue, column: int) -> list[int]:
    """Over how many rows each cell of a column goes, on to the next page where it says the same there."""
    found: list[int] = []
    before, text = None, None
    for number, table in enumerate(opened(catalogue).tables):
        for row in table.rows[heads(catalogue) if number else 0 :]:
            cell = row.cells[column]
            goes_on = number and before not in [one.cells[column]._tc for one in table.rows] and cell.text == text
            if cell._tc is before or goes_on:
                found[-1] += 1
            else:
                found.append(1)
            before, text = cell._tc, cell.text
    return found


def test_the_first_annex_has_its_title_headings_and_rows():
    assert [line.text for line in opened(H).paragraphs if line.text] == ["中共惠农区委党务公开细化目录（试行）"]
    table = rows(H)
    assert len(table) == 64
    assert table[0] == [
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
    assert table[27] == [
        "全面从严治党",
        "党的思想建设和精神文明创建",
        "思想建设",
        "宣传思想工作责任分解及落实情况。",
        "党内公开",
        "文件",
        "长期公开",
        "宣传部",
        "",
    ]


def test_the_first_annex_has_its_joined_cells():
    assert spans(H, 0) == [1, 12, 12, 27, 12]
    assert spans(H, 3) == [1, 6] + [1] * 57


def test_the_second_annex_has_two_heading_rows_and_its_joined_cells():
    table = rows(E)
    assert len(table) == 87
    assert table[0] == ["一级目录", "二级目录", "三级目录", "三级目录", "公开范围", "公开时限", "公开方式", "责任科室"]
    assert table[1] == ["一级目录", "二级目录", "序号", "公开内容", "公开范围", "公开时限", "公开方式", "责任科室"]
    assert spans(E, 0) == [2, 2, 8, 41, 11, 3, 3, 4, 5, 6, 2]
    assert table[86][2:] == [
        "85",
        "其他需要公开的纪委监委、组织、宣传、统战、政法等工作情况",
        "依内容确定",
        "依内容确定",
        "依内容确定",
        "办公室相关科室、中心,各专门委员会办公室",
    ]


def test_the_page_is_wide_and_a_table_that_is_edited_longer_repeats_its_headings():
    paper = opened(E)
    section = paper.sections[0]
    assert section.page_width > section.page_height
    for table in paper.tables:
        repeated = [row._tr.trPr.find(qn("w:tblHeader")) is not None for row in table.rows]
        assert repeated == [True, True] + [False] * (len(repeated) - 2)
    fitting = section.page_width - section.left_margin - section.right_margin
    assert abs(sum(column.width for column in paper.tables[0].columns) - fitting) < 10_000


@pytest.mark.parametrize("catalogue", [H, E])
def test_every_page_has_the_headings_and_says_again_under_which_levels_its_first_row_stands(catalogue: Catalogue):
    first, *others = opened(catalogue).tables
    count = heads(catalogue)
    for table in others:
        assert [[cell.text for cell in row.cells] for row in table.rows[:count]] == [
            [cell.text for cell in row.cells] for row in first.rows[:count]
        ]
        assert all(cell.text for cell in table.rows[count].cells[:2])
    breaks = [line.paragraph_format.page_break_before for line in opened(catalogue).paragraphs]
    assert breaks == [None] + [True] * len(others)


def test_units_that_stand_apart_each_begin_a_line():
    assert rows(H)[13][7] == "区委办\n区编办"
    assert rows(E)[1][6] == "公开方式"
    assert rows(E)[2][6] == "会议 文件 网站"


def test_the_same_version_gives_the_same_bytes_and_no_moment_but_its_own():
    assert printed(H) == printed(H)
    assert differing_times(printed(H)) == {(1980, 1, 1, 0, 0, 0)}
    properties = opened(H).core_properties
    assert (properties.created, properties.modified) == (AT, AT)
    assert (properties.author, properties.subject) == ("中共惠川区委办公室", "第 3 版")


def test_what_a_page_cannot_hold_does_not_reach_it():
    items = (replace(H.items[0], unit="区委办\x07\u202e"), *H.items[1:])
    assert rows(replace(H, items=items))[1][7] == "区委办"
