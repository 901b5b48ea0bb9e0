"""Remembers the posts of the last days by record: what people have just been saying about it, in their own words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from nlp.features import Read, Vocabulary

Floats = NDArray[np.float64]

KEPT = 3000
DAYS = 3.0
LEAST_LIKENESS = 0.08
BURST_DAYS = 0.25
"""An emergency is taken to go on for six hours after the last post on it that was read as one."""

_COLUMNS = 1 << 18

CONTEXT = ("said_like", "said_lead", "burst", "burst_lead")


@dataclass(frozen=True, slots=True)
class Said:
    """What a post's neighbours in time say of it, one value a record, and the chance that it is about an emergency."""

    like: Floats
    lead: Floats
    burst: Floats
    urgent: float

    def features(self) -> Floats:
        """Records × CONTEXT."""
        pressing = self.burst * self.urgent
        return np.column_stack((self.like, self.lead, pressing, pressing - pressing.max(initial=0.0)))


def neighbour_rows(batch: Read, vocabulary: Vocabulary) -> sparse.csr_matrix:
    """Unit-length vectors of the texts' two- and three-character spans, words new to the model included."""
    size = batch.end - batch.start
    here = np.flatnonzero((batch.block == 0) & (size > 1) & (size < 4))
    known = vocabulary.table.rows(batch.hashes[here])
    highest = float(vocabulary.rarity.max())
    weight = np.where(known >= 0, vocabulary.rarity[np.maximum(known, 0)], highest) - 1.0
    column = (batch.hashes[here] & np.uint64(_COLUMNS - 1)).astype(np.int64)
    cells, first = np.unique(batch.text[here] * _COLUMNS + column, return_index=True)
    text, value = cells // _COLUMNS, np.maximum(weight[first], 0.1)
    norm = np.sqrt(np.bincount(text, weights=value**2, minlength=batch.batch.count))
    shape = (batch.batch.count, _COLUMNS)
    return sparse.csr_matrix(
        (value / norm[text], cells % _COLUMNS, np.searchsorted(text, np.arange(shape[0] + 1))), shape=shape
    )


class Recent:
    """The last KEPT posts with the record that each was linked to. Reading one by one or in batches gives the same."""

    def __init__(self) -> None:
        self._rows: sparse.csr_matrix | None = None
        self._record = np.empty(0, dtype=object)
        self._day = np.empty(0)
        self._urgent = np.empty(0)

    def linked(
        self,
        rows: sparse.csr_matrix,
        days: Floats,
        urgent: Floats,
        ids: list[str],
        choose: Callable[[int, Said], str | None],
    ) -> list[str | None]:
        """Link each post in turn: `choose(n, said)` names its record, and later posts are compared with it too.

        `rows` are unit-length text vectors, `urgent` the chance that a post is about an emergency.
        """
        count = rows.shape[0]
        held = len(self._record)
        everything = rows if self._rows is None else sparse.vstack((self._rows, rows)).tocsr()
        likeness = (rows @ everything.T).tocsr()
        record = np.concatenate((self._record, np.full(count, None, dtype=object)))
        day, pressing = np.concatenate((self._day, days)), np.concatenate((self._urgent, urgent))
        position = {record_id: n for n, record_id in enumerate(ids)}
        column = np.array([position.get(each, -1) if each is not None else -1 for each in record], dtype=np.int64)
        for n in range(count):
            at = slice(likeness.indptr[n], likeness.indptr[n + 1])
            others, alike = likeness.indices[at], likeness.data[at]
            near = (others < held + n) & (alike > LEAST_LIKENESS)
            near[near] = days[n] - day[others[near]] <= DAYS
            said = _said(
                column[others[near]],
                alike[near],
                len(ids),
                _bursts(column, day, pressing, held + n, days[n], len(ids)),
                float(urgent[n]),
            )
            record[held + n] = choose(n, said)
            column[held + n] = position.get(record[held + n], -1) if record[held + n] is not None else -1
        self._rows = everything[-KEPT:]
        self._record, self._day, self._urgent = record[-KEPT:], day[-KEPT:], pressing[-KEPT:]
        return list(record[held:])


def _said(column: NDArray[np.int64], alike: Floats, count: int, burst: Floats, urgent: float) -> Said:
    """Likeness to the most similar recent post of each record, and how far it leads the others, no record included."""
    best = np.zeros(count + 1)
    np.maximum.at(best, column, alike)
    like = best[:count]
    top = np.partition(best, -2)[-2:] if count else np.zeros(2)
    return Said(like, like - np.where(like >= top[1], top[0], top[1]), burst, urgent)


def _bursts(column: NDArray[np.int64], day: Floats, urgent: Floats, end: int, now: float, count: int) -> Floats:
    """How strongly each record has an emergency going on, 0 to 1."""
    begin = max(0, end - 400)
    part = slice(begin, end)
    live = (column[part] >= 0) & (now - day[part] <= BURST_DAYS)
    total = np.bincount(column[part][live], weights=urgent[part][live], minlength=count)[:count]
    return np.minimum(np.log1p(total) / 3.0, 1.0)
