"""Says in words of the post why it was read as it was."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nlp import senses
from nlp.features import EXTRA, TOGETHER, Floats, Read
from nlp.lexicon import marks
from nlp.model import Linear

MOST_REASONS = 6
LEAST_WEIGHT = 0.05
# Length, quotation marks and digits weigh in, but tell a reader nothing.
EXTRA_LABELS = {
    "exclaims": "感叹",
    "question_marks": "问句",
    "ends_asking": "以问结尾",
    "calls_in": "热线转述",
    "praise_beside_hurt": "夸奖与受损并提",
    "mockery_beside_hurt": "反话与受损并提",
    "mockery_beside_praise": "反话夹着夸奖",
    "question_beside_delay": "询问久拖未决的事",
}

Reason = tuple[str, float]
_MARK = -1


@dataclass(frozen=True, slots=True)
class Telling:
    """What each span and each dense column says for a class rather than for the others."""

    spans: Floats
    dense: Floats

    @classmethod
    def of(cls, linear: Linear) -> Telling:
        """Worked out once for all posts."""
        whole = (weights.astype(np.float64) for weights in (linear.spans, linear.dense))
        centred = (weights - weights.mean(axis=1, keepdims=True) for weights in whole)
        return cls(*(np.asarray(weights / linear.temperature) for weights in centred))


def reasons(
    texts: Sequence[str],
    batch: Read,
    weight: Floats,
    rows: NDArray[np.int64],
    telling: Telling,
    chosen: NDArray[np.int64],
) -> list[list[Reason]]:
    """For each text the words and marks that speak for its chosen class, strongest first.

    `weight` and `rows` are those of Vocabulary.matrix; a span's share is spread over its characters, then gathered
    by word.
    """
    known = np.flatnonzero(rows >= 0)
    owner = batch.text[known]
    share = weight[known] * telling.spans[rows[known], chosen[owner]] / (batch.end[known] - batch.start[known])
    size = len(batch.batch.codes)
    change = np.bincount(batch.start[known], weights=share, minlength=size + 1)
    change -= np.bincount(batch.end[known], weights=share, minlength=size + 1)[: size + 1]
    running = np.concatenate(([0.0], np.cumsum(np.cumsum(change)[:size])))
    starts, ends = batch.words
    by_word = running[ends] - running[starts]
    marked = batch.dense * telling.dense[:, chosen].T
    return _strongest(texts, batch, by_word, marked)


def _strongest(texts: Sequence[str], batch: Read, by_word: Floats, marked: Floats) -> list[list[Reason]]:
    """For each text its strongest words and marks; a term that comes again counts once."""
    starts, ends = batch.words
    bounds = batch.batch.bounds
    words = np.flatnonzero((by_word > LEAST_WEIGHT) & (ends - starts > 1))
    of_mark, mark = np.nonzero(marked > LEAST_WEIGHT)
    owner = np.concatenate((batch.batch.owner[starts[words]], of_mark))
    weight = np.concatenate((by_word[words], marked[of_mark, mark]))
    order = np.lexsort((-weight, owner))
    first = np.searchsorted(owner[order], np.arange(len(texts) + 1)).tolist()
    begin = np.concatenate((starts[words] - bounds[owner[: len(words)]], np.full(len(mark), _MARK)))[order].tolist()
    end = np.concatenate((ends[words] - bounds[owner[: len(words)]], mark))[order].tolist()
    weights, shown = weight[order].tolist(), np.round(weight[order], 3).tolist()
    labels = (*marks().labels, *(EXTRA_LABELS.get(name) for name in (*EXTRA, *TOGETHER)), *senses.labels())
    found: list[list[Reason]] = []
    for n, text in enumerate(texts):
        best: dict[str, int] = {}
        least, tied = 0.0, False
        for at in range(first[n], first[n + 1]):
            if len(best) >= MOST_REASONS and weights[at] < least:
                break
            term = labels[end[at]] if begin[at] == _MARK else text[begin[at] : end[at]]
            # Figures and blanks tell a reader nothing.
            if term is None or term in best or term.isdigit() or term.isspace():
                continue
            tied |= weights[at] == least
            best[term], least = at, weights[at]
        told = [(term, shown[at]) for term, at in best.items()]
        if tied:
            # Equally strong ones by the alphabet.
            told = [told[n] for _, _, n in sorted((-weights[at], term, n) for n, (term, at) in enumerate(best.items()))]
        found.append(told[:MOST_REASONS])
    return found
