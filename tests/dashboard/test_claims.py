"""A post of the category 待核实传言 shows what is to be verified marked, and its text stays text."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.claims import marked


def test_the_spans_are_marked_and_all_else_is_kept():
    assert marked("听说涨价了，谁知道", [(2, 5)], 400) == "听说:orange-background[涨价了]，谁知道"


def test_lines_and_the_blanks_around_a_span_are_kept():
    assert marked("说\nApp 三万 元\n真的？", [(6, 8)], 400) == "说  \nApp :orange-background[三万] 元  \n真的？"


def test_a_span_over_two_lines_is_marked_in_both():
    assert marked("一二\n三四", [(1, 4)], 400) == "一:orange-background[二]  \n:orange-background[三]四"


@pytest.mark.parametrize(
    "hostile", ['<img src=x onerror="a()">', "[点我](javascript:a)", "](x) :red[y]", "# 大字", "$x$"]
)
def test_markup_in_a_post_is_text_inside_and_outside_a_span(hostile: str):
    shown = marked(f"{hostile}说{hostile}", [(len(hostile) + 1, 2 * len(hostile) + 1)], 400)
    inside = shown.split(":orange-background[", 1)[1].removesuffix("]")
    for piece in (shown.split("说", 1)[0], inside):
        assert "".join(piece.split("\\")) == hostile
        assert all(piece[n - 1] == "\\" for n, sign in enumerate(piece) if sign in "<>[]()#:$")


def test_a_long_post_is_cut_and_a_span_beyond_the_cut_is_not_shown():
    assert marked("一二三四五六", [(0, 2), (5, 6)], 4) == ":orange-background[一二]三…"


def _page() -> None:
    from dashboard.claims import claims_text

    claims_text("听说<script>x</script>名额早就内定了，一个三万，求核实", 400)


def test_the_page_shows_the_claim_marked_and_says_that_people_verify_it():
    page = AppTest.from_function(_page).run()
    assert not page.exception
    drawn = page.markdown[0]
    assert ":orange-background[" in drawn.value
    assert "<script>" not in drawn.value
    assert not drawn.allow_html
    assert page.caption[0].value == "标出的是可以核实的说法，是否属实由人核实。"
