"""Counts what kinds of words a text uses: where they are said, where they are denied, and in its last clause."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from nlp.lexicon import Hits, senses
from nlp.spans import Batch

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

DENIED, CLOSING = "denied_", "closing_"
OPENINGS = ("opens_about_speech", "tells_of_speech", "opens_on_whoever", "opens_with_speech", "opens_on_someone")
REACH = 4
"""So many characters before a word something denies it; never over the end of a clause."""

SHORT = 80
"""In a text of more characters each counts less, so that the words of a letter do not outweigh its turns."""


def _codes(characters: str) -> NDArray[np.uint32]:
    return np.frombuffer(characters.encode("utf-32-le"), dtype=np.uint32)


_ENDS = _codes("，。！？；,!?;…\n~～:：")
_DENYING = _codes("不没无别未甭勿")
_SPEAKING = _codes("说喊骂嫌嚷怪笑劝哭闹吵叫恨酸喷")
_WHOSE = ord("的")
_END_MARKS = 3


def names() -> tuple[str, ...]:
    """What the columns of `counted` are, in their order."""
    kinds = senses().names
    return (*kinds, *(DENIED + kind for kind in kinds), *(CLOSING + kind for kind in kinds), *OPENINGS)


def labels() -> tuple[str | None, ...]:
    """What people read for each of `names`; None for what would tell them nothing."""
    kinds = senses().labels
    speech = ("说到别人怎么讲",) * 3 + (None,) * (len(OPENINGS) - 3)
    return (*kinds, *(f"否定了“{kind}”" for kind in kinds), *kinds, *speech)


def counted(batch: Batch) -> Floats:
    """One column for each of `names`, as log(1 + how often), less in long texts; a word denied twice is said."""
    kinds = len(senses().names)
    if not len(batch.codes):
        return np.zeros((batch.count, len(names())))
    ends = np.isin(batch.codes, _ENDS)
    begins = _clauses(batch, ends)
    hits = senses().hits(batch)
    denied = _denied(batch, hits, begins)
    closing = hits.start >= begins[np.maximum(batch.bounds[1:] - 1, 0)][hits.text]
    column = hits.group + denied * kinds
    count = _by_text(
        batch, np.append(hits.text, hits.text[closing]), np.append(column, hits.group[closing] + 2 * kinds)
    )
    fading = np.minimum(1, SHORT / np.maximum(np.diff(batch.bounds), 1))
    return np.asarray(np.hstack((np.log1p(count), _openings(batch, ends, begins))) * fading[:, None])


def _clauses(batch: Batch, ends: NDArray[np.bool_]) -> Ints:
    """Where the clause of each character begins."""
    first = np.zeros(len(batch.codes), dtype=bool)
    first[1:] = ends[:-1] & ~ends[1:]
    first[batch.bounds[:-1][np.diff(batch.bounds) > 0]] = True
    return np.asarray(np.maximum.accumulate(np.where(first, np.arange(len(first)), 0)))


def _denied(batch: Batch, hits: Hits, begins: Ints) -> NDArray[np.bool_]:
    """Which words have an odd number of denials within reach before them."""
    met = np.concatenate(([0], np.cumsum(np.isin(batch.codes, _DENYING))))
    return np.asarray((met[hits.start] - met[np.maximum(begins[hits.start], hits.start - REACH)]) % 2 == 1)


def _by_text(batch: Batch, text: Ints, column: Ints) -> Floats:
    width = 3 * len(senses().names)
    return np.bincount(text * width + column, minlength=batch.count * width).reshape(batch.count, width).astype(float)


def _openings(batch: Batch, ends: NDArray[np.bool_], begins: Ints) -> Floats:
    """One column for each of OPENINGS: clauses such as "说劳民伤财的" and "嫌远的人", which speak of those who speak."""
    start = np.flatnonzero(begins == np.arange(len(begins)))
    last = np.append(start[1:], len(begins)) - 1
    for _ in range(_END_MARKS):
        last = np.where(ends[last] & (last > start), last - 1, last)
    whose = batch.codes == _WHOSE
    met = np.concatenate(([0], np.cumsum(whose)))
    owner = batch.owner[start]
    opens, speaks = start == batch.bounds[owner], np.isin(batch.codes[start], _SPEAKING)
    closed, holds = whose[last], met[last + 1] > met[start]
    seen = (speaks & closed & opens, speaks & closed, speaks & holds & opens, speaks & opens, closed & opens)
    return np.column_stack([np.minimum(np.bincount(owner[each], minlength=batch.count), 2.0) for each in seen])
