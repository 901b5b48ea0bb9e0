"""What a figure means is said in one place: on every page in the same words, and in the manual."""

from __future__ import annotations

from pathlib import Path

import pytest

from dashboard import meanings
from dashboard.manual_pictures import FOLDER
from dashboard.meanings import BadMeanings, meaning, of_heads, on_page
from dashboard.navigation import Place
from dashboard.wall import PATH as WALL

GOOD = {"name": "互动", "labels": ["互动"], "pages": ["desk"], "means": "评论、转发、点赞相加。"}


def test_every_page_that_a_figure_names_is_a_page():
    pages = {place.name_of_page for place in Place} | {WALL.strip("/")}
    assert {page for one in meanings.meanings() for page in one.pages} <= pages


def test_the_page_of_the_manual_is_made_of_the_same_words():
    assert (FOLDER / "7-figures.md").read_text("utf-8") == meanings.manual(), "run: make docs"


def test_a_page_lists_its_own_figures_and_a_table_those_of_its_heads():
    assert "应答次数" in [one.name for one in on_page("patrol")]
    assert "应答次数" not in [one.name for one in on_page("desk")]
    assert [one.name for one in of_heads(["渠道", "首见", "帖文"], "incident")] == ["帖文", "首见、最近一条"]


@pytest.mark.parametrize(
    "rows", [[GOOD, GOOD], [GOOD | {"means": ""}], [GOOD | {"help": "x"}], [{"name": "互动", "labels": ["互动"]}]]
)
def test_a_row_that_says_too_little_or_a_thing_twice_is_an_error_with_its_number(rows: list[dict[str, object]]):
    with pytest.raises(BadMeanings, match=f"第 {len(rows)} 行"):
        list(meanings._rows(rows))


def test_an_unknown_figure_is_an_error():
    with pytest.raises(BadMeanings, match="没有“体温”"):
        meaning("体温")


def test_no_page_writes_the_words_a_second_time():
    folder = Path(meanings.__file__).parent
    pages = "\n".join(file.read_text("utf-8") for file in folder.rglob("*.py"))
    assert [one.name for one in meanings.meanings() if one.means in pages] == []
