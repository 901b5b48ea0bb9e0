"""The right text, whatever header, page and bytes say of the encoding (CASES.md, inputs 7–14)."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable

import pytest
from charset_normalizer import from_bytes
from hypothesis import given
from hypothesis import strategies as st
from trafilatura.utils import decode_file
from w3lib.encoding import html_to_unicode

from crawlers.encoding import BROKEN, decoded
from tests.crawlers.encoding_cases import CASES, DAMAGED, NOTICE, Case

TEXT = "关于调整小区停车收费标准的通知，大家怎么看？"
TRADITIONAL = "關於調整社區停車收費標準的通知，大家怎麼看？噪音太大了"


def page(text: str, meta: str | None = None) -> str:
    head = f'<meta charset="{meta}">' if meta else ""
    return f"<html><head>{head}</head><body>{text}</body></html>"


@pytest.mark.parametrize(
    ("body", "header"),
    [
        (page(TEXT).encode("gbk"), "text/html"),
        (page(TEXT).encode("gbk"), "text/html; charset=UTF-8"),
        (page(TEXT, "utf-8").encode("gbk"), "text/html; charset=utf-8"),
        (page(TEXT, "gbk").encode(), "text/html"),
        (page(TEXT).encode(), "text/html; charset=GBK"),
        (page(TEXT).encode("gbk"), "text/html; charset=ISO-8859-1"),
        (page(TEXT).encode("gbk"), "text/html; charset=x-no-such-thing"),
        (page(TEXT).encode("utf-16"), "text/html"),
        (page(TEXT).encode("utf-16-le"), "text/html"),
        (page(TEXT).encode("utf-16-be"), "text/html; charset=gbk"),
        (b"\xef\xbb\xbf" + page(TEXT).encode(), "text/html; charset=gb2312"),
        ((f'<?xml version="1.0" encoding="gb2312"?><a>{TEXT}</a>').encode("gbk"), "text/xml"),
    ],
)
def test_simplified_chinese_is_right_however_it_is_announced(body: bytes, header: str) -> None:
    read = decoded(body, header)
    assert TEXT in read.text
    assert read.flags == ()


@pytest.mark.parametrize("header", ["text/html", "text/html; charset=big5", "text/html; charset=gbk"])
def test_big5_is_told_from_gbk_by_its_everyday_characters(header: str) -> None:
    assert TRADITIONAL in decoded(page(TRADITIONAL).encode("big5"), header).text


def test_what_calls_itself_gb2312_may_be_gb18030() -> None:
    text = "朱镕基㐀视察"
    assert text in decoded(page(text, "gb2312").encode("gb18030"), "text/html; charset=gb2312").text


def test_two_characters_of_gbk_that_are_also_utf8_are_what_the_header_says() -> None:
    assert decoded("停水".encode("gbk"), "text/html; charset=gbk").text == "停水"


def test_broken_utf8_is_kept_with_its_gap_marked_and_flagged() -> None:
    body = TEXT.encode()
    read = decoded(body[:9] + b"\xff" + body[12:])
    assert read.text == "关于调\ufffd小区停车收费标准的通知，大家怎么看？"
    assert read.flags == (BROKEN,)


def test_a_page_cut_off_inside_its_last_character_is_whole_up_to_there() -> None:
    assert decoded(TEXT.encode()[:-1]).text == TEXT[:-1] + "\ufffd"


def test_nul_bytes_are_left_out() -> None:
    assert decoded("停\0水了\0".encode()).text == "停水了"


@given(st.binary(max_size=300), st.text(max_size=40))
def test_no_bytes_and_no_header_raise(body: bytes, header: str) -> None:
    assert "\0" not in decoded(body, header).text


@given(
    st.text(alphabet="停水了大家怎么看这个通知业主不满意收费标准", min_size=4, max_size=80),
    st.sampled_from(["utf-8", "gbk", "utf-16"]),
)
def test_everyday_chinese_comes_back_from_every_encoding(text: str, encoding: str) -> None:
    announced = "text/html; charset=gbk" if encoding == "gbk" else "text/html"
    assert decoded(f"<p>{text}".encode(encoding), announced).text == f"<p>{text}"


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_the_words_come_through(case: Case) -> None:
    read = decoded(case.body, case.header)
    assert case.text in read.text
    assert read.flags == ()


@pytest.mark.parametrize(("name", "body", "header", "words"), DAMAGED, ids=[damaged[0] for damaged in DAMAGED])
def test_damage_costs_no_more_than_what_is_damaged(name: str, body: bytes, header: str, words: str) -> None:
    read = decoded(body, header)
    assert words in read.text
    assert read.text.count("\ufffd") <= 6


def test_no_other_reader_at_hand_brings_more_words_through() -> None:
    others: dict[str, Callable[[Case], str]] = {
        "charset-normalizer": lambda case: str(from_bytes(case.body).best() or ""),
        "trafilatura": lambda case: decode_file(case.body),
        "w3lib": lambda case: html_to_unicode(case.header, case.body)[1],
    }
    right = {name: sum(case.text in read(case) for case in CASES) for name, read in others.items()}
    sys.stdout.write(f"\n{len(CASES)} pages; right: ours {len(CASES)}  {right}\n")
    assert len(CASES) >= 40
    assert max(right.values()) <= len(CASES)


@given(
    # Stops and commas alone are as good in Big5.
    st.text(alphabet=NOTICE, min_size=6, max_size=60).filter(lambda text: len(re.findall("[一-鿿]", text)) >= 4),
    st.sampled_from(["utf-8", "gbk", "iso-8859-1", "big5", "x"]),
)
def test_simplified_chinese_in_gbk_is_read_whatever_the_header_says(text: str, said: str) -> None:
    assert text in decoded(page(text).encode("gbk"), f"text/html; charset={said}").text
