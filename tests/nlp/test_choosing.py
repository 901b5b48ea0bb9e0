"""What is learned of choosing: weights for what a sum can tell, bends for what it cannot."""

from __future__ import annotations

import numpy as np
import pytest

from nlp.bends import Bends
from nlp.choosing import Choices, bends_learned, weights_learned

PAIR, POST = np.array([0, 1]), np.array([2])
COUNT = 3000


def _choices() -> Choices:
    """Posts beside two records: the record that is alike is meant, but in a post of the second kind it is the other."""
    rows, linked = [], []
    for post in range(COUNT):
        kind, noise = post % 2, (post * 7 % 11) / 50
        alike = [1.0 + noise, 0.0 - noise]
        rows += [[alike[n], 1 - alike[n] + noise, kind, 1.0] for n in range(2)]
        linked += [n == kind for n in range(2)]
    return Choices(np.array(rows), np.array(linked), np.arange(0, 2 * COUNT, 2))


def _hit(score: np.ndarray, choices: Choices) -> float:
    return float((score.reshape(-1, 2).argmax(axis=1) == choices.linked.reshape(-1, 2).argmax(axis=1)).mean())


def test_weights_tell_the_record_that_is_alike_from_the_other() -> None:
    choices = _choices()
    alike = Choices(choices.rows[:, :2], choices.rows[:, 0] > 0.5, choices.first)
    assert _hit(alike.rows @ weights_learned(alike), alike) == 1


def test_bends_tell_what_no_sum_can() -> None:
    choices = _choices()
    weights = weights_learned(choices)
    bends = bends_learned(choices, weights, PAIR, POST)
    pair, post = choices.rows[:, :2].reshape(-1, 2, 2), choices.rows[::2, 2:3]
    straight = (choices.rows @ weights).reshape(-1, 2)
    assert _hit(straight, choices) <= 0.6
    assert _hit(straight + bends.corrections(pair, post), choices) == 1


def test_the_same_choices_teach_the_same_bends() -> None:
    choices = _choices()
    weights = weights_learned(choices)
    one, two = (bends_learned(choices, weights, PAIR, POST) for _ in range(2))
    assert np.array_equal(one.pair, two.pair)
    assert np.array_equal(one.worth, two.worth)


def test_no_bends_correct_nothing() -> None:
    assert not Bends.none(2, 1).corrections(np.ones((3, 4, 2)), np.ones((3, 1))).any()


def test_surprise_falls_as_the_chosen_record_stands_out() -> None:
    choices = _choices()
    score = np.where(choices.linked, 3.0, -3.0)
    surprise, slope = choices.surprise(score, choices.post)
    assert surprise < choices.surprise(np.zeros(2 * COUNT), choices.post)[0]
    assert slope[choices.linked].max() < 0 < slope[~choices.linked].min()
    assert surprise == pytest.approx(COUNT * (np.log(np.exp(3) + np.exp(-3) + 1) - 3))
