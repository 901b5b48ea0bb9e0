"""A post of the category 待核实传言 shows what is to be verified marked, and its text stays text."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from dashboard.claims import marked


def test_the_spans_are_marked_and_all_else_is_kept():
    assert marked("听说涨价了，谁知道", [(2, 5)], 400) == "听说<mark>涨价了</mark>，谁知道"


def test_markup_in_a_post_is_text_inside_and_outside_a_span():
    html = marked('<img src=x onerror="a()">说&<b>三万</b>', [(25, 30)], 400)
    assert "<img" not in html
    assert "<b>" not in html
    assert html.count("<mark>") == 1


def test_a_long_post_is_cut_and_a_span_beyond_the_cut_is_not_shown():
    assert marked("一二三四五六", [(0, 2), (5, 6)], 4) == "<mark>一二</mark>三…"


def _page() -> None:
    from dashboard.claims import claims_text

    claims_text("听说<script>x</script>名额早就内定了，一个三万，求核实", 400)


def test_the_page_shows_the_claim_marked_and_says_that_people_verify_it():
    page = AppTest.from_function(_page).run()
    assert not page.exception
    body = page.get("html")[0].proto.body
    assert "<mark>" in body
    assert "<script>" not in body
    assert page.caption[0].value == "标出的是可以核实的说法，是否属实由人核实。"
