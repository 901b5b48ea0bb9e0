"""The word lists: what a term may be, and how terms are found."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
import yaml

from nlp.cleaning import analysed
from nlp.lexicon import WORDS, BadWordList, Lexicon, marks, matters, read_lexicon
from nlp.spans import batch_of

FOODS = Lexicon(["canteen", "elder_meal", "meal"], ["食堂", "助餐", "餐"], [["食堂"], ["老年食堂"], ["老年食堂", "饭"]])


def _found(text: str) -> list[tuple[str, int]]:
    batch = batch_of([text])
    hits = FOODS.outermost(FOODS.hits(batch))
    return sorted((FOODS.names[group], start) for group, start in zip(hits.group, hits.start, strict=True))


def test_a_term_inside_a_longer_one_is_not_met() -> None:
    assert _found("老年食堂") == [("elder_meal", 0), ("meal", 0)]


def test_the_same_term_is_met_where_it_stands_alone() -> None:
    assert _found("食堂和老年食堂的饭") == [("canteen", 0), ("elder_meal", 3), ("meal", 3), ("meal", 8)]


def test_a_term_does_not_reach_over_the_end_of_a_text() -> None:
    batch = batch_of(["老年", "食堂"])
    assert FOODS.hits(batch).text.tolist() == [1]


def test_nothing_is_met_in_an_empty_text() -> None:
    assert _found("") == []


@pytest.mark.parametrize("row", ["{matter: a, terms: b c, weight: 2}", "{matter: a}", "{mark: a, terms: b}"])
def test_a_row_with_unknown_or_missing_keys_is_refused(tmp_path: Path, row: str) -> None:
    path = tmp_path / "matters.yaml"
    path.write_text(f"- {{matter: fine, label: 好, terms: 一二}}\n- {row}\n", encoding="utf-8")
    with pytest.raises(BadWordList, match=r"matters\.yaml, row 2"):
        read_lexicon(path, "matter")


def test_every_matter_has_a_name_a_label_and_forty_terms_or_more() -> None:
    assert len(set(matters().names)) == len(set(matters().labels)) == len(matters().names) >= 110
    assert {
        n for n, terms in zip(matters().names, matters().terms, strict=True) if not 40 <= len(terms) <= 140
    } == set()


def test_a_term_stands_once_in_a_matter_and_in_three_matters_at_most() -> None:
    rows = yaml.safe_load((WORDS / "matters.yaml").read_text(encoding="utf-8"))
    groups = [row["terms"].split() for row in rows]
    assert [terms for terms in groups if len(terms) != len(set(terms))] == []
    assert [term for term, count in Counter(t for terms in groups for t in terms).items() if count > 3] == []


def test_a_term_has_two_to_eight_characters_as_the_models_read_them() -> None:
    wrong = [t for terms in matters().terms for t in terms if not 2 <= len(t) <= 8 or analysed(None, t) != t]
    assert wrong == []


def test_words_that_fit_every_matter_are_in_no_list() -> None:
    everywhere = set((WORDS / "everywhere.txt").read_text(encoding="utf-8").split())
    assert everywhere & {t for terms in matters().terms for t in terms} == set()
    assert not {"领导", "群众", "解决", "问题", "老百姓", "政府"} & {t for terms in matters().terms for t in terms}


def test_the_marks_are_read() -> None:
    assert {"other_place", "chatter"} <= set(marks().names)
