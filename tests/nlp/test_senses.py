"""Kinds of words: which are met, which are denied, which close a post, and clauses that speak of those who speak."""

from __future__ import annotations

import pytest

from nlp.cleaning import analysed
from nlp.lexicon import marks, senses
from nlp.senses import CLOSING, DENIED, counted, labels, names
from nlp.spans import batch_of


def _columns(*texts: str) -> list[set[str]]:
    found = counted(batch_of([analysed(None, text) for text in texts]))
    return [{name for name, value in zip(names(), row, strict=True) if value > 0} for row in found]


def test_every_column_has_a_name_of_its_own_and_every_kind_a_label_of_its_own() -> None:
    assert len(set(names())) == len(names()) == len(labels()) == counted(batch_of(["好"])).shape[1]
    assert len({*marks().labels, *senses().labels}) == len(marks().labels) + len(senses().labels)
    assert not set(names()) & set(marks().names)


def test_a_term_has_two_to_eight_characters_as_the_models_read_them() -> None:
    terms = [t for group in senses().terms for t in group]
    assert [t for t in terms if not 2 <= len(t) <= 8 or analysed(None, t) != t or any(c.isdigit() for c in t)] == []


def test_a_term_stands_once_in_its_kind() -> None:
    assert [group for group in senses().terms if len(group) != len(set(group))] == []


@pytest.mark.parametrize(
    ("text", "met", "not_met"),
    [
        ("我抱怨过", "anger", DENIED + "anger"),
        ("没抱怨过", DENIED + "anger", "anger"),
        ("不是没抱怨过", "anger", DENIED + "anger"),
        ("路不平，抱怨过", "anger", DENIED + "anger"),
    ],
)
def test_a_word_is_denied_by_an_odd_number_of_denials_in_its_own_clause(text: str, met: str, not_met: str) -> None:
    (found,) = _columns(text)
    assert met in found
    assert not_met not in found


def test_the_last_clause_is_told_from_those_before() -> None:
    (found,) = _columns("以前天天抱怨，现在高兴了。")
    assert {"anger", "joy", CLOSING + "joy"} <= found
    assert CLOSING + "anger" not in found


@pytest.mark.parametrize("text", ["骂复核折腾的，有两个是冒领的", "喊涨价的，先把字看完"])
def test_a_clause_about_those_who_speak_is_seen(text: str) -> None:
    assert "opens_about_speech" in _columns(text)[0]


def test_a_word_counts_less_in_a_long_text() -> None:
    said = names().index("anger")
    short, long = counted(batch_of(["抱怨", "抱怨" + "一" * 158]))[:, said]
    assert long == short / 2 > 0


def test_a_text_is_counted_alike_alone_and_among_others() -> None:
    texts = ("", "没什么可抱怨的", "!!!", "嫌贵的，去别处买", "高兴")
    assert _columns(*texts) == [_columns(text)[0] for text in texts]
    assert _columns("") == [set()]
