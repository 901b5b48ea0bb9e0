"""Counts what kinds of words a text uses: where they are said, where they are denied, and in its last clause."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from nlp.lexicon import Hits, senses
from nlp.spans import Batch, Membership

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

DENIED, CLOSING = "denied_", "closing_"
OPENINGS = ("opens_about_speech", "tells_of_speech", "opens_on_whoever", "opens_with_speech", "opens_on_someone")
REACH, FAR = 4, 10
"""So many characters before a word something denies it; never over the end of a clause. A denial such as 没什么 and
谈不上 reaches far."""

REACHES_FAR = "denies"
"""The kind of such denials."""

SHORT = 80
"""In a text of more characters each counts less, so that the words of a letter do not outweigh its turns."""


_ENDS = Membership("，。！？；,!?;…\n~～:：")
_DENYING = Membership("不没无别未甭勿")
_SPEAKING = Membership("说喊骂嫌嚷怪笑劝哭闹吵叫恨酸喷")
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


def counted(batch: Batch) -> tuple[Floats, NDArray[np.bool_]]:
    """One column for each of `names`, as log(1 + how often), less in long texts; and which characters are denied.

    A word denied twice is said.
    """
    kinds = len(senses().names)
    if not len(batch.codes):
        return np.zeros((batch.count, len(names()))), np.zeros(0, dtype=bool)
    ends = _ENDS.has(batch.codes)
    begins = _clauses(batch, ends)
    hits = senses().hits(batch)
    under = _denied(batch, hits, begins)
    denied = under[hits.start]
    closing = hits.start >= begins[np.maximum(batch.bounds[1:] - 1, 0)][hits.text]
    column = hits.group + denied * kinds
    count = _by_text(
        batch, np.append(hits.text, hits.text[closing]), np.append(column, hits.group[closing] + 2 * kinds)
    )
    fading = np.minimum(1, SHORT / np.maximum(np.diff(batch.bounds), 1))
    return np.asarray(np.hstack((np.log1p(count), _openings(batch, ends, begins))) * fading[:, None]), under


def _clauses(batch: Batch, ends: NDArray[np.bool_]) -> Ints:
    """Where the clause of each character begins."""
    first = np.zeros(len(batch.codes), dtype=bool)
    first[1:] = ends[:-1] & ~ends[1:]
    first[batch.bounds[:-1][np.diff(batch.bounds) > 0]] = True
    return np.asarray(np.maximum.accumulate(np.where(first, np.arange(len(first)), 0)))


def _denied(batch: Batch, hits: Hits, begins: Ints) -> NDArray[np.bool_]:
    """Which characters have an odd number of denials within reach before them, none over the end of its clause."""
    count = len(batch.codes)
    denying = np.flatnonzero(_DENYING.has(batch.codes))
    reach = np.zeros(count, dtype=np.int64)
    reach[denying] = REACH
    reach[_far(hits, denying, count)] = FAR
    first = np.append(np.flatnonzero(begins == np.arange(count)), count)
    start = np.flatnonzero(reach)
    stop = np.minimum(start + 1 + reach[start], first[np.searchsorted(first, start, side="right")])
    depth = np.bincount(start + 1, minlength=count + 1) - np.bincount(stop, minlength=count + 1)
    return np.asarray(np.cumsum(depth)[:count] % 2 == 1)


def _far(hits: Hits, denying: Ints, count: int) -> Ints:
    """Where the denials stand that reach far: in 谈不上 it is 不, in 哪有 the term itself. Two terms may share one."""
    wide = hits.group == senses().names.index(REACHES_FAR)
    start, size = hits.start[wide], hits.size[wide]
    within = np.append(denying, count)[np.searchsorted(denying, start)]
    return np.asarray(np.where(within < start + size, within, start))


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
    opens, speaks = start == batch.bounds[owner], _SPEAKING.has(batch.codes[start])
    closed, holds = whose[last], met[last + 1] > met[start]
    seen = (speaks & closed & opens, speaks & closed, speaks & holds & opens, speaks & opens, closed & opens)
    return np.column_stack([np.minimum(np.bincount(owner[each], minlength=batch.count), 2.0) for each in seen])
