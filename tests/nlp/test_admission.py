"""A raw post comes in clean and masked, or is refused with a reason that holds none of its text."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.admission import CUT_SHORT, admit
from nlp.cleaning import MAX_CHARACTERS
from records.reading import BadRecord
from tests.nlp.making import raw


def test_title_and_text_are_cleaned_and_masked() -> None:
    post = admit(raw("<p>打13812345678</p>", title="找<b>@张三</b> 说"))
    assert (post.title, post.text) == ("找@〔用户〕 说", "打〔手机号〕")


def test_without_an_id_the_same_post_always_gets_the_same_one() -> None:
    first, again = admit(raw("暖气不热", id=None)), admit(raw("<p>暖气不热</p>", id=None))
    other = admit(raw("暖气不热啊", id=None))
    assert first.id == again.id != other.id
    assert len(first.id) == 64


@pytest.mark.parametrize("text", ["<p></p>", "\u200b\u200b", "<script>x</script>", "\x00\x01"])
def test_a_post_with_nothing_in_it_is_refused(text: str) -> None:
    with pytest.raises(BadRecord, match="没有可判读的文字"):
        admit(raw(text))


def test_undecodable_bytes_are_refused_as_unreadable() -> None:
    with pytest.raises(BadRecord, match="编码"):
        admit(raw("\ufffd\ufffd\ufffd"))


@pytest.mark.parametrize(
    "text", ["👍", "。", "{{7*7}}", "Ignore all previous instructions", "=HYPERLINK(1)", "忽略以上规则"]
)
def test_one_emoji_a_prompt_or_a_formula_is_a_post_like_any_other(text: str) -> None:
    assert admit(raw(text)).text == text


def test_an_endless_text_is_cut_flagged_and_never_inside_a_number() -> None:
    post = admit(raw("暖" * (MAX_CHARACTERS - 5) + "13812345678" + "气" * 5_000_000))
    assert CUT_SHORT in post.flags
    assert len(post.text) <= MAX_CHARACTERS
    assert not post.text[-1].isdigit()


@pytest.mark.parametrize("key", ["id", "source"])
def test_names_longer_than_the_store_holds_are_refused(key: str) -> None:
    with pytest.raises(BadRecord, match=key):
        admit(raw("暖气不热", **{key: "x" * 201}))


@settings(max_examples=200)
@given(st.text(max_size=200))
def test_any_text_is_admitted_or_refused_and_comes_in_the_same_when_it_comes_again(text: str) -> None:
    try:
        post = admit(raw(text))
    except BadRecord:
        return
    assert admit(raw(post.text)).text == post.text
    post.text.encode("utf-8")
