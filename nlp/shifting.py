"""Learns from labelled streams how far its setting shifts the reading of a post."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import optimize

from nlp.context import JOINS, SETTING, Shift
from nlp.features import Floats

PENALTY = 1.0
_DECIMALS = 5


def shift_learned(setting: Floats, others: Floats, scores: Floats, classes: NDArray[np.int64]) -> Shift:
    """The shift that makes the true classes of posts likelier; a row a post, -1 for a post of no class.

    `setting` is SETTING, `others` how those around the post lean (posts × JOINS × classes), `scores` are those that
    left-out words give.
    """
    used = np.flatnonzero((classes >= 0) & setting.any(axis=1))
    setting, others, scores = setting[used], others[used], scores[used]
    true = np.eye(scores.shape[1])[classes[used]]
    size = len(JOINS)

    def loss(flat: Floats) -> tuple[float, Floats]:
        joins, by_setting = flat[:size], flat[size:].reshape(len(SETTING), -1)
        shifted = scores + setting @ by_setting + np.einsum("j,njc->nc", joins, others)
        top = shifted.max(axis=1, keepdims=True)
        grown = np.exp(shifted - top)
        total = grown.sum(axis=1, keepdims=True)
        surprise = float((np.log(total) + top).sum() - shifted[true > 0].sum())
        wrong = grown / total - true
        slope = np.concatenate((np.einsum("nc,njc->j", wrong, others), (setting.T @ wrong).ravel()))
        return surprise + PENALTY / 2 * float(flat @ flat), slope + PENALTY * flat

    found = optimize.minimize(loss, np.zeros(len(SETTING) * scores.shape[1] + size), jac=True, method="L-BFGS-B")
    learned = np.round(found.x, _DECIMALS)
    return Shift(learned[size:].reshape(len(SETTING), -1).tolist(), learned[:size].tolist())
