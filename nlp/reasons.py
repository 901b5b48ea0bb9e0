"""Says in words of the post why it was read as it was."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from nlp.features import EXTRA, Floats, Read
from nlp.lexicon import marks
from nlp.model import Linear

MOST_REASONS = 6
LEAST_WEIGHT = 0.05
# Length, quotation marks and digits weigh in, but tell a reader nothing.
_EXTRA_LABELS = {"exclaims": "感叹", "asks": "问句", "ends_asking": "以问结尾", "calls_in": "热线转述"}

Reason = tuple[str, float]


def reasons(
    texts: Sequence[str],
    batch: Read,
    weight: Floats,
    rows: NDArray[np.int64],
    linear: Linear,
    chosen: NDArray[np.int64],
) -> list[list[Reason]]:
    """For each text the words and marks that speak for its chosen class, strongest first.

    `weight` and `rows` are those of Vocabulary.matrix; a span's share is spread over its characters, then gathered
    by word.
    """
    contrast = linear.spans - linear.spans.mean(axis=1, keepdims=True)
    known = np.flatnonzero(rows >= 0)
    owner = batch.text[known]
    share = weight[known] * contrast[rows[known], chosen[owner]] / (batch.end[known] - batch.start[known])
    size = len(batch.batch.codes)
    change = np.bincount(batch.start[known], weights=share, minlength=size + 1)
    change -= np.bincount(batch.end[known], weights=share, minlength=size + 1)[: size + 1]
    running = np.concatenate(([0.0], np.cumsum(np.cumsum(change)[:size])))
    starts, ends = batch.words
    by_word = (running[ends] - running[starts]) / linear.temperature
    marked = batch.dense * (linear.dense - linear.dense.mean(axis=1, keepdims=True))[:, chosen].T / linear.temperature
    found: list[list[Reason]] = [[] for _ in texts]
    _add_words(found, texts, batch, by_word)
    _add_marks(found, marked)
    return [_strongest(each) for each in found]


def _add_words(found: list[list[Reason]], texts: Sequence[str], batch: Read, by_word: Floats) -> None:
    starts, ends = batch.words
    bounds = batch.batch.bounds
    for n in np.flatnonzero((by_word > LEAST_WEIGHT) & (ends - starts > 1)):
        text = int(batch.batch.owner[starts[n]])
        word = texts[text][starts[n] - bounds[text] : ends[n] - bounds[text]]
        if word.strip() and not word.isdigit():
            found[text].append((word, float(by_word[n])))


def _add_marks(found: list[list[Reason]], marked: Floats) -> None:
    labels = (*marks().labels, *(_EXTRA_LABELS.get(name) for name in EXTRA))
    for text, column in np.argwhere(marked > LEAST_WEIGHT):
        label = labels[column]
        if label is not None:
            found[text].append((label, float(marked[text, column])))


def _strongest(found: list[Reason]) -> list[Reason]:
    best: dict[str, float] = {}
    for term, weight in found:
        best[term] = max(weight, best.get(term, 0.0))
    return [(t, round(w, 3)) for t, w in sorted(best.items(), key=lambda item: (-item[1], item[0]))[:MOST_REASONS]]
