"""Why an incident can be dismissed are rows; those where something was read wrongly name it and the button for it."""

from __future__ import annotations

import pytest

from records.corrections import Part
from regulation.clauses import clause
from regulation.dismissals import BadDismissals, UnknownDismissal, dismissal, dismissals, table_from

ROW = {"name": "a", "label": "甲", "hint": "说明", "wrong": "sentiment", "press": "都不是", "clause": "H-38"}


@pytest.mark.clause("H-38", "H-42")
def test_the_first_two_say_what_was_read_wrongly_and_no_need_to_act_says_nothing_of_it():
    assert [one.wrong for one in dismissals()] == [Part.SENTIMENT, Part.DISCLOSURE, None]
    assert [one.label for one in dismissals()] == ["帖子判错了", "说的是别的事", "不需处置"]


def test_every_article_exists():
    assert all(clause(one.clause).text for one in dismissals())


def test_an_unknown_reason_is_an_error_that_names_the_known_ones():
    with pytest.raises(UnknownDismissal, match="不需处置"):
        dismissal("boredom")


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ({}, "a list of rows"),
        ([ROW, ROW], "row 2: a stands twice"),
        ([{**ROW, "more": 1}], "row 1: exactly these keys"),
        ([{**ROW, "label": None}], "row 1: `name`, `label`"),
        ([{**ROW, "wrong": None}], "row 1: `wrong`"),
        ([{**ROW, "wrong": "place"}], "row 1: `wrong`"),
    ],
)
def test_a_row_that_cannot_be_read_is_named_with_its_fault(rows: object, told: str):
    with pytest.raises(BadDismissals, match=told):
        table_from(rows, "dismissals.yaml")
