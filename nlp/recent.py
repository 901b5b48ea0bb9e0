"""Remembers the posts of the last days by record: what people have just been saying about it, in their own words."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from math import log1p
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse import _sparsetools

from nlp.features import Read, Vocabulary
from nlp.sorting import begins, in_order

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

KEPT = 3000
DAYS = 3.0
LEAST_LIKENESS = 0.08
COPY = 0.75
"""A post this much alike to one of no record says nothing new: the one is no witness for the other."""

BURST_DAYS = 0.25
"""An emergency is taken to go on for six hours after the last post on it that was read as one."""

BURST_POSTS = 400
"""Posts before these are not counted, however many come in."""

_COLUMNS = 1 << 18
_YOUNG = 1024
_UNIT = 1 << 52

LEAST_CHANCE = 0.1
"""Posts that may be about a record count for it by their chance, linked or not; a smaller chance is none."""

TALK_POSTS = 150
"""What is being spoken of is told by this many posts at most, and by those of the last days."""

RUSH_DAYS, RUSH_LEAST = 1 / 48, 0.5
"""Which of several emergencies the posts of the last half hour are about, once there is at least half a post."""

TALK_FULL, BURST_FULL = 2.4, 3.0
"""Logarithms: ten posts on a record are as much talk as can be, twenty on an emergency as much of one."""

_NO_RECORD = ""
_LEAST_AMOUNT = 0.02

LATELY = ("talk", "burst", "rush")
"""What is known of each record from the posts of the last days, hours, and minutes."""

CONTEXT = ("said_like", "said_lead", "talk", "idle", "going_on", "burst", "burst_lead", "rush")


class Found(NamedTuple):
    """The likeliest record of a post, its chance, and whether the post was linked to it."""

    likeliest: str | None
    chance: float
    linked: bool

    @property
    def record(self) -> str | None:
        """The record that the post was linked to."""
        return self.likeliest if self.linked else None


NOT_LINKED = Found(None, 0.0, linked=False)


class Said(NamedTuple):
    """What a post's neighbours in time say of it, and the chance that it is about an emergency.

    `like` is the likeness to the most similar recent post of each record by its row, -1 for posts of no record; rows
    that do not come have 0. `idle` is how much no record at all is spoken of. `lately` (LATELY × records) is valid until
    the next post; `rushing` makes shares of its last row.
    """

    like: Mapping[int, float]
    lately: Floats
    idle: float
    rushing: float
    urgent: float

    @property
    def talk(self) -> Floats:
        """How much each record is spoken of."""
        return np.asarray(self.lately[0])

    @property
    def burst(self) -> Floats:
        """How strongly each record has an emergency going on, 0 to 1."""
        return np.asarray(self.lately[1])

    @property
    def rush(self) -> Floats:
        """The share that each has in the emergencies of the last minutes."""
        return np.asarray(self.lately[2] * self.rushing)

    def of(self, row: int) -> tuple[float, float]:
        """How much of an emergency a record has going on, and how much it is spoken of."""
        return self.lately.item(1, row), self.lately.item(0, row)

    def at(self, row: int, weights: Mapping[str, float], urgent: float) -> float:
        """`setting` of the one record that has the strongest emergency going on, all told."""
        talk, burst, rush = self.lately[:, row].tolist()
        gained = talk * weights.get("talk", 0.0) + burst * (weights.get("going_on", 0.0) + weights["burst"] * urgent)
        gained += rush * weights.get("rush", 0.0) * urgent * self.rushing
        return float(gained) + self.idle * weights.get("idle", 0.0)

    def kept(self) -> Said:
        """The same for good, but for what the post is like."""
        return self._replace(like={}, lately=self.lately.copy())

    def setting(self, weights: Mapping[str, float], urgent: float) -> tuple[Floats, float]:
        """What the scores of a post of that urgency gain by what is spoken of and going on: each, and all beside it."""
        lead = weights["burst_lead"] * urgent
        pull = (
            weights.get("talk", 0.0),
            weights.get("going_on", 0.0) + weights["burst"] * urgent + lead,
            weights.get("rush", 0.0) * urgent * self.rushing,
        )
        gained: Floats = np.array(pull) @ self.lately
        of_all = self.idle * weights.get("idle", 0.0)
        if lead:
            of_all -= lead * float(np.maximum.reduce(self.lately[1], initial=0.0))
        return gained, of_all

    def added(self, weights: Mapping[str, float]) -> tuple[Floats, float]:
        """What each record's score gains, and what all of them gain beside it."""
        gained, of_all = self.setting(weights, self.urgent)
        if self.like:
            best, second = _two_best(self.like.values())
            like, lead = weights["said_like"], weights["said_lead"]
            of_all -= lead * best
            for row, value in self.like.items():
                if row >= 0:
                    gained[row] += (like + lead) * value + (lead * (best - second) if value >= best else 0.0)
        return gained, of_all

    def features(self) -> Floats:
        """Records × CONTEXT."""
        like = np.zeros(len(self.talk))
        best, second = _two_best(self.like.values())
        for row, value in self.like.items():
            if row >= 0:
                like[row] = value
        lead = like - np.where(like >= best, second, best)
        idle = np.full(len(self.talk), self.idle)
        pressing = self.burst * self.urgent
        most = pressing.max(initial=0.0)
        return np.column_stack(
            (like, lead, self.talk, idle, self.burst, pressing, pressing - most, self.rush * self.urgent)
        )


def _two_best(values: Iterable[float]) -> tuple[float, float]:
    *_, second, best = sorted((0.0, 0.0, *values))
    return best, second


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
        self._found: list[Found] = []
        self._position: Mapping[str, int] = {}
        self._lately = np.zeros((len(LATELY), 0))
        self._talk = _Lately(TALK_POSTS, DAYS, TALK_FULL)
        self._bursts = _Lately(BURST_POSTS, BURST_DAYS, BURST_FULL)
        self._rush = _Lately(BURST_POSTS, RUSH_DAYS)

    def linked(
        self,
        rows: sparse.csr_matrix,
        days: Floats,
        urgent: Floats,
        ids: list[str],
        choose: Callable[[int, Said], Found],
    ) -> None:
        """Link each post in turn: `choose(n, said)` finds its record, and later posts are compared with it too.

        `rows` are unit-length text vectors, `urgent` the chance that a post is about an emergency.
        """
        self._seat({record_id: n for n, record_id in enumerate(ids)})
        near = self._window.near(rows, days)
        del self._found[: len(self._found) - near.held]
        for n, (now, chance) in enumerate(zip(days.tolist(), urgent.tolist(), strict=True)):
            for each in (self._talk, self._bursts, self._rush):
                each.move_to(now)
            rushing = 1.0 / (RUSH_LEAST + self._rush.whole)
            said = Said(self._like(near.of(n)), self._lately, self._talk.of(_NO_RECORD), rushing, chance)
            found = choose(n, said)
            self._found.append(found)
            likeliest = found.likeliest if found.chance >= LEAST_CHANCE else None
            self._talk.add(now, ((likeliest, found.chance), (_NO_RECORD, 1.0 - found.chance)))
            pressing = ((likeliest, chance * found.chance),)
            self._bursts.add(now, pressing)
            self._rush.add(now, pressing)

    def _seat(self, position: Mapping[str, int]) -> None:
        """The records that are watched now, and the row of each."""
        if position != self._position:
            self._position = position
            self._lately = np.zeros((len(LATELY), len(position)))
            for each, strength in zip((self._talk, self._bursts, self._rush), self._lately, strict=True):
                each.seat(position, strength)

    def _like(self, near: Iterable[tuple[int, float]]) -> dict[int, float]:
        """Said.like by the neighbours of a post."""
        like: dict[int, float] = {}
        for other, alike in near:
            likeliest, chance, linked = self._found[other]
            if alike >= COPY and not linked:
                continue
            if chance >= LEAST_CHANCE:
                row = self._position.get(likeliest or _NO_RECORD, -1)
                if alike * chance > like.get(row, 0.0):
                    like[row] = alike * chance
            against = alike * (1.0 - chance)
            if against > like.get(-1, 0.0):
                like[-1] = against
        return like


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
        found = [_alike(rows, self._old_turned, 0), _alike(rows, self._young.T.tocsr(), old)]
        post, other, alike = (np.concatenate(column) for column in zip(*found, strict=True))
        here = held + post
        kept = (other < here) & (other >= here - KEPT)
        kept[kept] = days[post[kept]] - self._day[other[kept]] <= DAYS
        post, other, alike = post[kept], other[kept], alike[kept]
        order = in_order(post)
        bounds = np.searchsorted(post[order], np.arange(len(days) + 1))
        return _Near(held, bounds.tolist(), other[order].tolist(), alike[order].tolist())


def _alike(rows: sparse.csr_matrix, turned: sparse.csr_matrix, first: int) -> tuple[Ints, Ints, Floats]:
    """(row, column counted from `first`, value) of what counts as alike in `rows @ turned`.

    The operator itself would go through all products twice, the first time only to see how much room they need.
    """
    room = int((turned.indptr.take(rows.indices + 1) - turned.indptr.take(rows.indices)).sum())
    bounds, column, value = np.empty(rows.shape[0] + 1, np.int32), np.empty(room, np.int32), np.empty(room)
    given = (part for matrix in (rows, turned) for part in (matrix.indptr, matrix.indices, matrix.data))
    _sparsetools.csr_matmat(rows.shape[0], turned.shape[1], *given, bounds, column, value)
    kept = np.flatnonzero(value[: bounds[-1]] > LEAST_LIKENESS)
    row = np.searchsorted(bounds, kept, side="right") - 1
    return row.astype(np.int64), column[kept].astype(np.int64) + first, value[kept]


class _Lately:
    """How much each record had of something among the last posts and days.

    As it was added up, or, with `full`, 0 to 1: its logarithm, 1 where that reaches `full`.
    """

    def __init__(self, posts: int, days: float, full: float | None = None) -> None:
        self._posts, self._days, self._full = posts, days, full
        self._end = 0
        # (number of the post, its day, record, amount) of all that counts or may count again.
        self._added: deque[tuple[int, float, str, int]] = deque()
        # How many of them, from the left, are older than `days`.
        self._past = 0
        self._total: dict[str, int] = {}
        self._watched = 0
        self._position: Mapping[str, int] = {}
        self._strength = np.zeros(0)
        self._day = float("-inf")
        self._in_order_from = -1

    def seat(self, position: Mapping[str, int], strength: Floats) -> None:
        """The row of each record that is watched now, and where its value is to be written."""
        self._position, self._strength = position, strength
        self._watched = 0
        for record, total in self._total.items():
            self._show(record, total, total)

    @property
    def whole(self) -> float:
        """What all watched records have together, as it was added up."""
        return self._watched / _UNIT

    def of(self, record: str) -> float:
        """The value of one, watched or not, without an upper limit."""
        return self._value(self._total.get(record, 0))

    def move_to(self, now: float) -> None:
        """What is too old by now counts no longer."""
        if now < self._day:
            self._in_order_from = self._end + self._posts
        self._day = now
        if self._end <= self._in_order_from:
            self._count_again(now)
        else:
            self._move_on(now)

    def add(self, now: float, amounts: Iterable[tuple[str | None, float]]) -> None:
        """The next post, the records that it may be about, and how much of it counts for each, 0 to 1."""
        for record, amount in amounts:
            if amount >= _LEAST_AMOUNT and record is not None:
                # Whole numbers: what is added and taken away again leaves nothing behind.
                units = int(amount * _UNIT)
                self._added.append((self._end, now, record, units))
                self._change(record, units)
        self._end += 1

    def _move_on(self, now: float) -> None:
        added, first = self._added, self._end - self._posts
        while added and added[0][0] < first:
            _, _, record, units = added.popleft()
            if self._past:
                self._past -= 1
            else:
                self._change(record, -units)
        while self._past < len(added) and now - added[self._past][1] > self._days:
            _, _, record, units = added[self._past]
            self._past += 1
            self._change(record, -units)

    def _count_again(self, now: float) -> None:
        """Times that did not rise: those that are past need not stand together."""
        while self._added and self._added[0][0] < self._end - self._posts:
            self._added.popleft()
        self._total.clear()
        self._strength[:] = 0.0
        self._past = self._watched = 0
        for _, day, record, units in self._added:
            if now - day <= self._days:
                self._change(record, units)
            else:
                self._past += 1

    def _change(self, record: str, units: int) -> None:
        total = self._total.get(record, 0) + units
        if total:
            self._total[record] = total
        else:
            del self._total[record]
        self._show(record, total, units)

    def _show(self, record: str, total: int, units: int) -> None:
        row = self._position.get(record)
        if row is not None:
            self._watched += units
            value = self._value(total)
            self._strength[row] = value if self._full is None else min(value, 1.0)

    def _value(self, total: int) -> float:
        return total / _UNIT if self._full is None else log1p(total / _UNIT) / self._full
