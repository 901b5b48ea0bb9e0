"""A catalogue is cut into pages that hold what they are given: nothing lost, nothing twice, joined cells said again."""

from __future__ import annotations

from dataclasses import replace

import pytest

from casework.catalogue.look import look
from casework.catalogue.pages import pages
from casework.catalogue.sheet import laid_out
from regulation.catalogue import Catalogue
from regulation.catalogue_file import shipped

H, E = shipped("H"), shipped("E")


@pytest.mark.parametrize("catalogue", [H, E])
def test_the_pages_together_have_every_row_once(catalogue: Catalogue):
    sheet = laid_out(catalogue)
    found = pages(sheet, look())
    assert sum(page.rows - page.head_rows for page in found) == len(catalogue.items)
    contents = [cell.text for page in found for cell in page.body if sheet.columns[cell.column] == "content"]
    assert list(dict.fromkeys(contents)) == list(dict.fromkeys(item.content for item in catalogue.items))


def test_a_joined_cell_that_goes_on_says_its_text_again_over_the_rows_of_the_page():
    levels = [[(cell.text, cell.rows) for cell in page.body if cell.column == 0] for page in pages(laid_out(H), look())]
    assert levels[0][-1][0] == levels[1][0][0]
    assert sum(rows for page in levels for text, rows in page if text == "自身建设") == 12


def test_a_page_is_filled_no_further_than_it_may_be():
    style = look()
    tight = replace(style, paging={**style.paging, "full": style.paging["full"] / 2})
    assert len(pages(laid_out(H), tight)) > len(pages(laid_out(H), style)) > 1


def test_a_row_higher_than_a_page_stands_on_a_page_of_its_own():
    long = replace(H.items[1], content="长" * 3000, joined=frozenset())
    first, second, *_ = pages(laid_out(replace(H, items=(H.items[0], long, *H.items[2:]))), look())
    assert (first.rows, second.rows) == (2, 2)
