"""Corrects how a post's likeliest records stand where a weighted sum misleads: much likeness in a long post, say."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nlp.features import Floats

CANDIDATES = 8
"""The records with the highest sums are looked at again: among all of 24 the right one is hardly found more often."""


@dataclass(frozen=True, slots=True)
class Bends:
    """A few smooth steps, each set off by features of a pair and of its post, each worth a part of the score."""

    pair: Floats
    post: Floats
    start: Floats
    worth: Floats

    @classmethod
    def none(cls, pair: int, post: int) -> Bends:
        """No correction, for that many features."""
        return cls(np.zeros((pair, 0)), np.zeros((post, 0)), np.zeros(0), np.zeros(0))

    def __len__(self) -> int:
        return len(self.worth)

    def corrections(self, pair: Floats, post: Floats) -> Floats:
        """What each score gains (posts × records), from posts × records × features and posts × features."""
        reached = np.tanh(pair @ self.pair + (post @ self.post + self.start)[:, None, :])
        return np.asarray(reached @ self.worth)
