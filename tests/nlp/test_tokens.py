"""Words are jieba's, without its statistics for unknown words."""

from __future__ import annotations

import warnings

import pytest

from nlp.corpus import corpus
from nlp.tokens import Words, is_common_word, is_word, plain


def test_the_cut_is_identical_to_jieba_s() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import jieba
    jieba.setLogLevel("ERROR")
    for labelled in corpus().posts[:300]:
        text = labelled.post.text
        assert plain().cut(text) == jieba.lcut(text, HMM=False)


def test_terms_of_the_watched_records_are_words() -> None:
    assert "铁运新村" in Words(["铁运新村"]).cut("我家在铁运新村住")
    assert "铁运新村" not in plain().cut("我家在铁运新村住")


@pytest.mark.parametrize("text", ["", " \n", "🙏🙏", "a b", "一"])
def test_the_words_joined_give_the_text_back(text: str) -> None:
    assert "".join(plain().cut(text)) == text


def test_names_of_places_are_told_from_other_words() -> None:
    assert is_word("兰州")
    assert not is_common_word("兰州")
    assert is_common_word("停车")
