"""Turns of speech: small words that follow one another, whatever they are about."""

from __future__ import annotations

import yaml

from nlp.cleaning import analysed
from nlp.lexicon import WORDS
from nlp.spans import batch_of
from nlp.turns import LENGTH, REACH, turns


def _turns(text: str) -> set[int]:
    return set(turns(batch_of([text]))[0].tolist())


def test_the_same_turn_is_met_whatever_the_matter() -> None:
    assert _turns("没收一分的钱,") == _turns("没漏一节的课,") != _turns("就收一分的钱,")
    assert len(_turns("没收一分的钱,")) == 2


def test_the_order_of_small_words_tells_turns_apart() -> None:
    assert not _turns("没水就走了") & _turns("就走了没水")


def test_a_turn_stands_where_its_small_words_stand() -> None:
    _, text, start, end = turns(batch_of(["好", "水没来就走了"]))
    assert (text.tolist(), start.tolist(), end.tolist()) == ([1], [2], [7])


def test_small_words_far_apart_or_of_two_texts_are_no_turn() -> None:
    assert _turns("没就" + "水" * (REACH - 2) + "了")
    assert not _turns("没就" + "水" * (REACH - 1) + "了")
    assert len(turns(batch_of(["没就", "了"]))[0]) == 0


def test_fewer_small_words_than_make_a_turn_and_no_text_at_all_have_none() -> None:
    assert not _turns("没" * (LENGTH - 1))
    assert not _turns("")


def test_every_small_word_stands_once_and_as_the_models_read_it() -> None:
    rows = yaml.safe_load((WORDS / "turns.yaml").read_text(encoding="utf-8"))
    characters = "".join(row["characters"] for row in rows)
    assert len(set(characters)) == len(characters)
    assert analysed(None, f"水{characters}水") == f"水{characters}水"
