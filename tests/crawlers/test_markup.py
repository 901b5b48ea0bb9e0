"""HTML to plain text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.markup import DEEPEST, flattened, parsed, plain, text_of


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>甲</p><p>乙<br>丙</p>丁", "甲\n乙\n丙\n丁"),
        ("甲<b>乙</b>丙 &amp; 丁", "甲乙丙 & 丁"),
        ("<div>甲<div>乙</div>丙</div>", "甲\n乙\n丙"),
        ("甲<script>alert(1)</script><style>p{}</style><!-- 注 -->乙", "甲乙"),
        ("甲<form><input><button>发送</button></form>乙", "甲乙"),
        ("甲\u3000\u3000乙\xa0丙\n\n\n丁", "甲 乙 丙\n丁"),
        ("1 < 2 & 3 > 2", "1 < 2 & 3 > 2"),
        ("&lt;img src=x onerror=alert(1)&gt;", "<img src=x onerror=alert(1)>"),
        ("停\0水", "停水"),
        ("", ""),
    ],
)
def test_text_is_what_a_reader_sees(html: str, text: str) -> None:
    assert plain(html) == text


def test_two_hundred_thousand_nested_elements_keep_title_and_text() -> None:
    tree = parsed("<title>标题</title>" + "<div>" * 200_000 + "正文" + "</div>" * 200_000 + "尾")
    title = tree.css_first("title")
    assert title is not None
    assert text_of(title) == "标题"
    assert tree.body is not None
    assert text_of(tree.body) == "正文\n尾"


def test_a_page_as_deep_as_the_bound_is_left_as_it_is() -> None:
    page = "<div>" * DEEPEST + "甲" + "</div>" * DEEPEST
    assert flattened(page) == page


def test_a_deep_place_is_flattened_wherever_on_the_page_it_stands() -> None:
    deep = "<div>" * (DEEPEST + 1) + "甲" + "</div>" * (DEEPEST + 1)
    for before in ("", "<p>一<br>二</p>" * 500, "</div>" * 500):
        page = before + deep + "<p>尾</p>" * 500
        assert len(flattened(page)) < len(page)
        assert "甲" in flattened(page)


@given(st.text(max_size=200))
def test_no_text_raises(html: str) -> None:
    assert "\0" not in plain(html)


def test_a_form_that_holds_the_whole_page_is_read_and_one_for_searching_is_not() -> None:
    said = "县城三条公交线路今天起调整走向，首末班时间不变，站牌三天内换完。" * 8
    page = f"<form id=aspnetForm><input type=hidden value=x><p>{said}</p><select><option>站内</option></select></form>"
    assert plain(page) == said
    assert plain("<form><label>搜索</label><input><button>查</button></form><p>正文</p>") == "正文"


def test_forms_within_forms_are_taken_out_without_a_fault() -> None:
    assert plain("<p>正文</p><form><table><form><tr><td><form>搜</form></td></tr></form></table></form>") == "正文"
