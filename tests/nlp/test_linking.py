"""How a record is chosen among all and none."""

from __future__ import annotations

import numpy as np
import pytest

from nlp.linking import chosen, weights_of


def test_the_likeliest_record_is_chosen() -> None:
    best, chance = chosen(np.array([-2.0, 3.0, 0.0]), 0.5)
    assert best == 1
    assert chance == pytest.approx(np.exp(3) / (np.exp(-2) + np.exp(3) + 2))


def test_two_records_that_are_as_likely_leave_the_choice_open() -> None:
    assert chosen(np.array([2.0, 2.0]), 0.5)[0] is None


def test_none_is_the_choice_where_no_record_speaks_for_itself() -> None:
    best, chance = chosen(np.array([-30.0, -30.0]), 0.5)
    assert best is None
    assert chance == pytest.approx(0, abs=1e-9)


def test_a_feature_that_a_model_never_met_weighs_nothing() -> None:
    assert weights_of({"matter": 2.0}, ("matter", "hint")).tolist() == [2.0, 0.0]
