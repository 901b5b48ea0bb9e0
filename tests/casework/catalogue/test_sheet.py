"""A catalogue is laid out with the joined cells of its annex; a change parts only what no longer says the same."""

from __future__ import annotations

from dataclasses import replace

from casework.catalogue.changing import withdrawn
from casework.catalogue.sheet import Cell, laid_out
from regulation.catalogue import Catalogue
from regulation.catalogue_file import shipped

H, E = shipped("H"), shipped("E")


def spans(catalogue: Catalogue, key: str) -> list[int]:
    """Over how many rows each cell of a column goes."""
    sheet = laid_out(catalogue)
    return [cell.rows for cell in sheet.body if sheet.columns[cell.column] == key]


def test_the_first_annex_joins_its_levels_and_the_cells_that_it_joins():
    assert spans(H, "level1") == [12, 12, 27, 12]
    assert spans(H, "level2") == [6, 4, 2, 7, 5, 7, 5, 6, 4, 5, 5, 2, 3, 2]
    assert spans(H, "level3")[:11] == [1, 1, 1, 1, 1, 1, 2, 1, 1, 1, 1]
    assert spans(H, "content") == [6] + [1] * 57
    assert spans(H, "unit") == [1] * 24 + [3] + [1] * 36
    assert spans(H, "way") == [1] * 63


def test_the_second_annex_has_headings_in_two_rows():
    head = laid_out(E).head
    assert Cell("三级目录", 0, 2, columns=2) in head
    assert (Cell("序号", 1, 2) in head, Cell("公开内容", 1, 3) in head) == (True, True)
    assert Cell("责任科室", 0, 7, rows=2) in head
    assert len(head) == 9
    assert spans(E, "level1") == [2, 8, 41, 11, 3, 3, 4, 5, 6, 2]


def test_every_place_is_covered_once():
    for catalogue in (H, E):
        sheet = laid_out(catalogue)
        covered = [
            (row, column)
            for cell in sheet.cells
            for row in range(cell.row, cell.row + cell.rows)
            for column in range(cell.column, cell.column + cell.columns)
        ]
        assert len(covered) == len(set(covered)) == sheet.rows * len(sheet.columns)


def test_the_rows_are_numbered_as_they_stand():
    sheet = laid_out(withdrawn(E, "E1"))
    assert [cell.text for cell in sheet.body if sheet.columns[cell.column] == "number"] == list(range(1, 85))


def test_a_joined_cell_stands_alone_where_it_says_something_else():
    items = list(H.items)
    items[2] = replace(items[2], content="另有内容。")
    assert spans(replace(H, items=tuple(items)), "content")[:4] == [2, 1, 3, 1]


def test_a_joined_cell_keeps_its_words_where_the_row_above_is_withdrawn():
    catalogue = withdrawn(H, "H1")
    sheet = laid_out(catalogue)
    first = next(cell for cell in sheet.body if sheet.columns[cell.column] == "content")
    assert (first.text, first.rows) == (H.items[0].content, 5)


def test_the_same_name_under_another_level_is_not_joined():
    other = replace(H.items[12], level1="别的", id="H64")
    assert spans(replace(H, items=(H.items[12], other)), "level2") == [1, 1]
