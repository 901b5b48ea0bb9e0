"""What is read of a text beside its spans: marks that stand together, and names for every column."""

from __future__ import annotations

import pytest

from nlp.features import TOGETHER, dense_names, read
from nlp.lexicon import marks
from nlp.tokens import plain


def _column(name: str, text: str) -> float:
    return float(read([text], plain()).dense[0, dense_names().index(name)])


def test_every_column_has_a_name_of_its_own() -> None:
    assert read(["好"], plain()).dense.shape == (1, len(dense_names()))
    assert len(set(dense_names())) == len(dense_names())


def test_marks_that_count_together_are_marks() -> None:
    assert {mark for sides in TOGETHER.values() for side in sides for mark in side} <= set(marks().names)


@pytest.mark.parametrize(
    ("name", "together", "alone"),
    [
        ("praise_beside_hurt", "真好，又要多交三百块钱", "真好，花开了"),
        ("mockery_beside_hurt", "恭喜我们，又要排队三小时", "恭喜你们拿了冠军"),
        ("question_beside_delay", "请问多次反映无果该找谁", "请问几点开门"),
    ],
)
def test_words_that_mean_something_else_together_are_seen_together_alone(name: str, together: str, alone: str) -> None:
    assert _column(name, together) > 0
    assert _column(name, alone) == 0
