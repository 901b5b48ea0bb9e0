"""Cleaning keeps what a reader sees and drops what no reader sees."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.cleaning import analysed, bare, cleaned, own_words
from tests.effort import effort


@pytest.mark.parametrize(
    ("raw", "kept"),
    [
        ("<p>暖气<b>不热</b></p><p>求助</p>", "暖气不热\n求助"),
        ("前<script>alert('x')</script>后", "前 后"),
        ("前<style>p{}</style>后<!-- 注 -->", "前 后"),
        ("没有收尾的<script>alert(1)", "没有收尾的"),
        ("A&amp;B &lt;3 &nbsp;好", "A&B <3 好"),
        ("三人<五人，五人>三人", "三人<五人，五人>三人"),
        ("零\u200b宽\u200d字\ufeff符\u00ad", "零宽字符"),
        ("空\x00字\x07符\x1b[31m", "空字符[31m"),
        ("全角ＡＢＣ１２３，照原样", "全角ＡＢＣ１２３，照原样"),
        ("一家👨‍👩‍👧出门☀️", "一家👨‍👩‍👧出门☀️"),
        ("行一\r\n\r\n\r\n  行二\u3000\u3000尾 ", "行一\n行二 尾"),
        ("坏\ud800字", "坏\ufffd字"),
        ("&lt;script&gt;alert(1)&lt;/script&gt;还在", "还在"),
    ],
)
def test_markup_and_invisible_characters_go_and_the_words_stay(raw: str, kept: str) -> None:
    assert cleaned(raw) == kept


@given(st.text(alphabet=st.sampled_from("<>&;ampltgs/bcrip! \n\u200b\u200d\x00暖气👍#x3c")))
def test_cleaning_twice_gives_the_same_as_once(text: str) -> None:
    once = cleaned(text)
    assert cleaned(once) == once


@pytest.mark.parametrize(
    "hostile", ["<a" * 200_000 + ">" * 200_000, "&amp;" * 200_000 + "lt;", "<" * 500_000, "&" * 500_000]
)
def test_markup_nested_on_purpose_costs_no_more_than_a_second_or_two(hostile: str) -> None:
    assert effort(lambda: cleaned(hostile)) < 5


def test_of_a_repost_the_reply_s_own_words_count() -> None:
    assert own_words("这也太离谱了//@〔用户〕:感谢改造，住得舒心") == "这也太离谱了"


@pytest.mark.parametrize("empty", ["", "转发微博", "转 ", "【转】", "RT "])
def test_a_repost_without_own_words_says_what_it_quotes(empty: str) -> None:
    assert own_words(f"{empty}//@〔用户〕:感谢改造").strip() == "感谢改造"


@pytest.mark.parametrize(
    ("text", "own"),
    [
        ("回复@〔用户〕:你家热我家不热//@〔用户〕:挺热的", "你家热我家不热"),
        ("回复 3楼 张三：瞎说，没来水", "瞎说，没来水"),
        ("【回复3楼】没来水", "没来水"),
        ("[quote]李四 发表于 2024-1-1\n很热[/quote]\n热个鬼", "热个鬼"),
        ("[quote][quote]甲[/quote]乙[/quote]不热", "不热"),
        ("「李四：暖气很热」\n- - - - - - - - - -\n我家16度", "我家16度"),
        ("「供暖达标」——达标个鬼", "达标个鬼"),
        ("> 供暖已经达标\n我家14度", "我家14度"),
        ("引用：供暖达标\n达标个鬼", "达标个鬼"),
        ("引用 @〔用户〕 的评论：供暖达标\n达标个鬼", "达标个鬼"),
        ("原帖：都热\n冷死了", "冷死了"),
        ("RT @〔用户〕: 停水", "停水"),
        ("转自@〔用户〕：今天停水", "今天停水"),
        ("[quote]很热[/quote]", "很热"),
        ("> 供暖已经达标", "供暖已经达标"),
    ],
)
def test_only_what_the_poster_adds_to_a_quotation_counts_and_a_quotation_alone_counts_itself(
    text: str, own: str
) -> None:
    assert own_words(text).strip() == own


@pytest.mark.parametrize(
    "text",
    [
        "回复很及时，感谢",
        "热线「12345」打不通",
        "引用文件说达标，可是没达标",
        "> ",
        "转学手续怎么办",
        "回复：太慢了",
        "5 > 3\n3 < 5",
        "A/B/C三个方案",
    ],
)
def test_words_that_only_look_like_quoting_are_the_poster_s_own(text: str) -> None:
    assert own_words(text).strip() == text.strip()


def test_a_quotation_in_markup_stays_one_when_its_markup_goes() -> None:
    text = cleaned("<div class=quote><blockquote>很热<br>真的</blockquote></div>热个鬼")
    assert text == "[quote]很热\n真的[/quote]\n热个鬼"
    assert own_words(text) == "热个鬼"


@pytest.mark.parametrize(
    "piece",
    [
        "，",
        "//",
        "//@",
        "//@a:",
        "[quote]",
        "[quote",
        "[/quote]",
        "「",
        "「」",
        "> ",
        ">\n",
        "回复",
        "回复@",
        "引用：",
        "T_T",
        "(",
        "[怒",
    ],
)
def test_quoting_marks_repeated_on_purpose_cost_little(piece: str) -> None:
    assert effort(lambda: analysed(None, piece * (100_000 // len(piece)) + "甲")) < 2


def test_analysis_folds_width_and_case_and_leaves_out_names_and_links() -> None:
    assert analysed(None, "@〔用户〕 ＷＩＦＩ太慢！！！！！ https://a.example/x?y=1") == "wifi太慢!!!"


def test_title_and_text_are_read_together_once() -> None:
    assert analysed("停水通知", "几点恢复") == "停水通知。几点恢复"
    assert analysed("停水", "停水几点恢复") == "停水几点恢复"


def test_copies_are_compared_without_prefixes_names_emoji_and_punctuation() -> None:
    assert bare(None, "//@〔用户〕: 暖气、不热！😡 @〔用户〕") == bare(None, "暖气不热")
