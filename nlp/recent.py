"""Remembers the posts of the last days by record: what people have just been saying about it, in their own words."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from math import log1p

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from nlp.features import Read, Vocabulary
from nlp.sorting import begins, in_order

Floats = NDArray[np.float64]

KEPT = 3000
DAYS = 3.0
LEAST_LIKENESS = 0.08
BURST_DAYS = 0.25
"""An emergency is taken to go on for six hours after the last post on it that was read as one."""

BURST_POSTS = 400
"""Posts before these are not counted, however many come in."""

_COLUMNS = 1 << 18
_YOUNG = 1024
_UNIT = 1 << 52

CONTEXT = ("said_like", "said_lead", "burst", "burst_lead")


@dataclass(frozen=True, slots=True)
class Said:
    """What a post's neighbours in time say of it, and the chance that it is about an emergency.

    `like` is the likeness to the most similar recent post of each record by its row, -1 for posts of no record;
    `burst` how strongly each record has an emergency going on, 0 to 1. Rows that do not come have 0.
    """

    records: int
    like: Mapping[int, float]
    burst: Mapping[int, float]
    urgent: float

    def added(self, weights: Mapping[str, float]) -> tuple[float, list[tuple[int, float]]]:
        """What every record's score gains, and what those of some rows gain beside that."""
        everywhere, some = 0.0, []
        if self.like:
            best, second = _two_best(self.like.values())
            like, lead = weights["said_like"], weights["said_lead"]
            everywhere -= lead * best
            for row, value in self.like.items():
                if row >= 0:
                    some.append((row, (like + lead) * value + (lead * (best - second) if value >= best else 0.0)))
        if self.burst:
            burst, lead = weights["burst"], weights["burst_lead"]
            everywhere -= lead * self.urgent * max(self.burst.values())
            some += ((row, (burst + lead) * self.urgent * value) for row, value in self.burst.items())
        return everywhere, some

    def features(self) -> Floats:
        """Records × CONTEXT."""
        like, pressing = np.zeros(self.records), np.zeros(self.records)
        best, second = _two_best(self.like.values())
        for row, value in self.like.items():
            if row >= 0:
                like[row] = value
        for row, value in self.burst.items():
            pressing[row] = value * self.urgent
        lead = like - np.where(like >= best, second, best)
        return np.column_stack((like, lead, pressing, pressing - pressing.max(initial=0.0)))


def _two_best(values: Iterable[float]) -> tuple[float, float]:
    return tuple(sorted((0.0, 0.0, *values))[:-3:-1])  # type: ignore[return-value]


def neighbour_rows(batch: Read, vocabulary: Vocabulary, rows: NDArray[np.int64] | None = None) -> sparse.csr_matrix:
    """Unit-length vectors of the texts' two- and three-character spans, words new to the model included.

    `rows` are those of Vocabulary.matrix, where it was asked already.
    """
    size = batch.end - batch.start
    here = np.flatnonzero((batch.block == 0) & (size > 1) & (size < 4))
    known = vocabulary.table.rows(batch.hashes[here]) if rows is None else rows[here]
    highest = float(vocabulary.rarity.max())
    weight = np.where(known >= 0, vocabulary.rarity[np.maximum(known, 0)], highest) - 1.0
    column = (batch.hashes[here] & np.uint64(_COLUMNS - 1)).astype(np.int64)
    cell = batch.text[here] * _COLUMNS + column
    order = in_order(cell)
    first = order[begins(cell[order])]
    cells = cell[first]
    text, value = cells // _COLUMNS, np.maximum(weight[first], 0.1)
    norm = np.sqrt(np.bincount(text, weights=value**2, minlength=batch.batch.count))
    shape = (batch.batch.count, _COLUMNS)
    return sparse.csr_matrix(
        (value / norm[text], cells % _COLUMNS, np.searchsorted(text, np.arange(shape[0] + 1))), shape=shape
    )


class Recent:
    """The last KEPT posts with the record that each was linked to. Reading one by one or in batches gives the same."""

    def __init__(self) -> None:
        self._window = _Window()
        self._record: list[str | None] = []
        self._bursts = _Bursts()

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
        position = {record_id: n for n, record_id in enumerate(ids)}
        near = self._window.near(rows, days)
        del self._record[: len(self._record) - near.held]
        record = self._record
        for n, (now, chance) in enumerate(zip(days.tolist(), urgent.tolist(), strict=True)):
            like: dict[int, float] = {}
            for other, alike in near.of(n):
                named = record[other]
                row = -1 if named is None else position.get(named, -1)
                if alike > like.get(row, 0.0):
                    like[row] = alike
            going_on = self._bursts.at(now)
            burst = {position[name]: strength for name, strength in going_on.items() if name in position}
            record.append(choose(n, Said(len(ids), like, burst, chance)))
            self._bursts.add(record[-1], now, chance)
        return record[near.held :]


@dataclass(frozen=True, slots=True)
class _Near:
    """The neighbours of each post of a batch: their places among those held and the batch, and how alike they are."""

    held: int
    bounds: list[int]
    others: list[int]
    alike: list[float]

    def of(self, n: int) -> Iterator[tuple[int, float]]:
        """The neighbours of the batch's post n."""
        begin, end = self.bounds[n], self.bounds[n + 1]
        return zip(self.others[begin:end], self.alike[begin:end], strict=True)


class _Window:
    """The vectors of the last posts. Those that have been here for a while lie ready to be compared."""

    def __init__(self) -> None:
        self._old = self._young = sparse.csr_matrix((0, _COLUMNS))
        self._old_turned = self._old.T.tocsr()
        self._day = np.empty(0)

    def near(self, rows: sparse.csr_matrix, days: Floats) -> _Near:
        """The earlier neighbours of each of these posts, which are then kept too."""
        if self._young.shape[0] >= _YOUNG:
            self._old = sparse.vstack((self._old, self._young)).tocsr()[-KEPT:]
            self._old_turned = self._old.T.tocsr()
            self._young = self._young[:0]
            self._day = self._day[-self._old.shape[0] :]
        old, held = self._old.shape[0], len(self._day)
        self._young = sparse.vstack((self._young, rows)).tocsr()
        self._day = np.concatenate((self._day, days))
        found = [_above(rows @ self._old_turned, 0), _above(rows @ self._young.T.tocsr(), old)]
        post, other, alike = (np.concatenate(column) for column in zip(*found, strict=True))
        here = held + post
        kept = (other < here) & (other >= here - KEPT)
        kept[kept] = days[post[kept]] - self._day[other[kept]] <= DAYS
        post, other, alike = post[kept], other[kept], alike[kept]
        order = in_order(post)
        bounds = np.searchsorted(post[order], np.arange(len(days) + 1))
        return _Near(held, bounds.tolist(), other[order].tolist(), alike[order].tolist())


def _above(likeness: sparse.csr_matrix, first: int) -> tuple[NDArray[np.int64], NDArray[np.int64], Floats]:
    """(row, column counted from `first`, value) of all that count as alike."""
    kept = np.flatnonzero(likeness.data > LEAST_LIKENESS)
    row = np.searchsorted(likeness.indptr, kept, side="right") - 1
    return row, likeness.indices[kept] + first, likeness.data[kept]


class _Bursts:
    """Which records an emergency is going on at: the chances of their posts among the last few and six hours, added."""

    def __init__(self) -> None:
        self._end = 0
        self._linked: deque[tuple[int, float, str, int]] = deque()
        # How many of them, from the left, are older than six hours.
        self._past = 0
        self._total: dict[str, int] = {}
        self._strength: dict[str, float] = {}
        self._day = float("-inf")
        self._in_order_from = -1

    def at(self, now: float) -> Mapping[str, float]:
        """How strongly each record has an emergency going on, 0 to 1, where it has one at all."""
        if now < self._day:
            self._in_order_from = self._end + BURST_POSTS
        self._day = now
        if self._end <= self._in_order_from:
            self._count_again(now)
        else:
            self._move_on(now)
        return self._strength

    def add(self, record: str | None, now: float, urgent: float) -> None:
        """The next post, and the record that it was linked to."""
        if record is not None:
            # Whole numbers: what is added and taken away again leaves nothing behind.
            amount = int(urgent * _UNIT)
            self._linked.append((self._end, now, record, amount))
            self._add(record, amount)
        self._end += 1

    def _move_on(self, now: float) -> None:
        while self._linked and self._linked[0][0] < self._end - BURST_POSTS:
            _, _, record, amount = self._linked.popleft()
            if self._past:
                self._past -= 1
            else:
                self._add(record, -amount)
        while self._past < len(self._linked) and now - self._linked[self._past][1] > BURST_DAYS:
            _, _, record, amount = self._linked[self._past]
            self._past += 1
            self._add(record, -amount)

    def _count_again(self, now: float) -> None:
        """Times that did not rise: those that are past need not stand together."""
        while self._linked and self._linked[0][0] < self._end - BURST_POSTS:
            self._linked.popleft()
        self._total.clear()
        self._strength.clear()
        self._past = 0
        for _, day, record, amount in self._linked:
            if now - day <= BURST_DAYS:
                self._add(record, amount)
            else:
                self._past += 1

    def _add(self, record: str, amount: int) -> None:
        total = self._total.get(record, 0) + amount
        if total:
            self._total[record] = total
            self._strength[record] = min(log1p(total / _UNIT) / 3.0, 1.0)
        else:
            self._total.pop(record, None)
            self._strength.pop(record, None)
