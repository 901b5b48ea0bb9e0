"""Learns from labelled posts how a post chooses its record among all, or none, which scores 0."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import optimize

from nlp.bends import Bends
from nlp.features import Floats, Ints

PENALTY = 1.0
BENDS, BENDS_PENALTY = 16, 30.0
_MOST_STEPS, _MOST_BEND_STEPS = 500, 300
_START = 0.2
_DECIMALS = 5


@dataclass(frozen=True, slots=True)
class Choices:
    """Features of every (post, record) pair, whether the post is linked to that record, and each post's first row."""

    rows: Floats
    linked: NDArray[np.bool_]
    first: Ints

    @property
    def post(self) -> Ints:
        """The post of each row."""
        return np.repeat(np.arange(len(self.first)), np.diff(np.append(self.first, len(self.rows))))

    def surprise(self, score: Floats, post: Ints) -> tuple[float, Floats]:
        """How little these scores lead one to expect what was chosen, and how that changes with each score."""
        top = np.maximum(np.maximum.reduceat(score, self.first), 0.0)
        grown = np.exp(score - top[post])
        total = np.add.reduceat(grown, self.first) + np.exp(-top)
        surprise = float((np.log(total) + top).sum() - score[self.linked].sum())
        return surprise, grown / total[post] - self.linked


def weights_learned(choices: Choices, given: Floats | float = 0.0) -> Floats:
    """The weight of each column, added to the scores that are `given`."""
    spread = choices.rows.std(axis=0)
    scale = np.where(spread > 0, spread, 1.0)
    scaled, post = choices.rows / scale, choices.post

    def loss(weights: Floats) -> tuple[float, Floats]:
        surprise, slope = choices.surprise(given + scaled @ weights, post)
        return surprise + PENALTY / 2 * float(weights @ weights), scaled.T @ slope + PENALTY * weights

    return np.asarray(_least(loss, np.zeros(len(scale)), _MOST_STEPS) / scale)


def bends_learned(choices: Choices, weights: Floats, pair: Ints, of_post: Ints) -> Bends:
    """Bends over the columns `pair` and `of_post` that correct what the weighted sum gets wrong; it stays as it is."""
    columns = np.concatenate((pair, of_post))
    middle, spread = choices.rows[:, columns].mean(axis=0), choices.rows[:, columns].std(axis=0)
    scale = np.where(spread > 0, spread, 1.0)
    scaled, post = (choices.rows[:, columns] - middle) / scale, choices.post
    straight = choices.rows @ weights
    ends = np.cumsum([len(columns) * BENDS, BENDS])

    def loss(flat: Floats) -> tuple[float, Floats]:
        towards, start, worth = np.split(flat, ends)
        towards = towards.reshape(len(columns), BENDS)
        reached = np.tanh(scaled @ towards + start)
        surprise, slope = choices.surprise(straight + reached @ worth, post)
        inward = slope[:, None] * worth * (1 - reached**2)
        slopes = (
            (scaled.T @ inward + BENDS_PENALTY * towards).ravel(),
            inward.sum(axis=0),
            reached.T @ slope + BENDS_PENALTY * worth,
        )
        size = float((towards**2).sum() + worth @ worth)
        return surprise + BENDS_PENALTY / 2 * size, np.concatenate(slopes)

    # Bends that begin alike stay alike: they begin in as many fixed directions.
    begin = _START * np.random.default_rng(0).normal(size=len(columns) * BENDS + 2 * BENDS)
    begin[ends[0] : ends[1]] = 0.0
    towards, start, worth = np.split(_least(loss, begin, _MOST_BEND_STEPS), ends)
    towards = towards.reshape(len(columns), BENDS) / scale[:, None]
    return Bends(
        np.round(towards[: len(pair)], _DECIMALS),
        np.round(towards[len(pair) :], _DECIMALS),
        np.round(start - middle @ towards, _DECIMALS),
        np.round(worth, _DECIMALS),
    )


def _least(loss: Callable[[Floats], tuple[float, Floats]], begin: Floats, most_steps: int) -> Floats:
    found = optimize.minimize(loss, begin, jac=True, method="L-BFGS-B", options={"maxiter": most_steps})
    return np.asarray(found.x)
