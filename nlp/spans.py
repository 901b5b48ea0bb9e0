"""Hashes every character n-gram and word of a batch of texts at once, with arrays instead of loops."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

Hashes = NDArray[np.uint64]
Places = NDArray[np.int64]

_BASE = np.uint64(0x9E3779B97F4A7C15)
_BASE_INVERSE = np.uint64(pow(0x9E3779B97F4A7C15, -1, 2**64))
_MIX = np.uint64(0xD6E8FEB86659FD93)
_SHIFT = np.uint64(32)


@dataclass(frozen=True, slots=True)
class Batch:
    """Texts laid end to end. `owner[i]` is the text that character i belongs to; `bounds[t]:bounds[t + 1]` is text t."""

    codes: NDArray[np.uint32]
    owner: NDArray[np.int64]
    bounds: NDArray[np.int64]
    prefix: Hashes
    inverse: Hashes

    @property
    def count(self) -> int:
        """Number of texts."""
        return len(self.bounds) - 1


def batch_of(texts: Sequence[str], digits_alike: bool = False) -> Batch:
    """Lay the texts out for hashing; with `digits_alike` every digit reads as 0."""
    codes = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    if digits_alike:
        codes = np.where((codes >= 48) & (codes <= 57), np.uint32(48), codes)
    lengths = np.fromiter(map(len, texts), dtype=np.int64, count=len(texts))
    bounds = np.concatenate(([0], np.cumsum(lengths)))
    powers = np.cumprod(np.full(len(codes), _BASE, dtype=np.uint64)) if len(codes) else np.empty(0, np.uint64)
    prefix = np.concatenate((np.zeros(1, np.uint64), np.cumsum((codes.astype(np.uint64) + np.uint64(1)) * powers)))
    inverse: Hashes = np.cumprod(np.full(len(codes) + 1, _BASE_INVERSE, dtype=np.uint64), dtype=np.uint64)
    return Batch(codes, np.repeat(np.arange(len(texts)), lengths), bounds, prefix, inverse)


def span_hashes(batch: Batch, starts: Places, ends: Places, salt: int) -> Hashes:
    """One hash for each span [start, end): equal characters and salt give equal hashes, wherever they stand."""
    value = (batch.prefix[ends] - batch.prefix[starts]) * batch.inverse[starts] + np.uint64(salt)
    value = (value ^ (value >> _SHIFT)) * _MIX
    return np.asarray(value ^ (value >> _SHIFT))


def grams(batch: Batch, size: int, among: Places | None = None) -> tuple[Places, Places]:
    """(start, text) of every character n-gram of `size` that lies inside one text, or of those starting `among` some."""
    if len(batch.codes) < size:
        return np.empty(0, np.int64), np.empty(0, np.int64)
    if among is not None:
        starts = among[: np.searchsorted(among, len(batch.codes) - size, side="right")]
        inside = starts[batch.owner[starts] == batch.owner[starts + size - 1]]
        return inside, batch.owner[inside]
    starts = np.arange(len(batch.codes) - size + 1)
    inside = starts[batch.owner[: len(starts)] == batch.owner[size - 1 :]]
    return inside, batch.owner[inside]


def word_spans(batch: Batch, words: Sequence[Sequence[str]]) -> tuple[Places, Places]:
    """(start, end) of every word, given the words of each text (which joined give the text)."""
    count = sum(map(len, words))
    lengths = np.fromiter(map(len, chain.from_iterable(words)), dtype=np.int64, count=count)
    ends = np.cumsum(lengths)
    return ends - lengths, ends


class Table:
    """Finds the row of each hash in a fixed set of hashes, a batch at a time."""

    def __init__(self, hashes: Hashes) -> None:
        self.hashes = hashes
        bits = max(8, int(len(hashes) * 4).bit_length())
        self._shift = np.uint64(64 - bits)
        # One hash stands in each slot, found by its leading bits; the few others of the same slot in a sorted list.
        # An empty slot holds a hash that belongs to another one.
        self._slot = ~(np.arange(1 << bits, dtype=np.uint64) << self._shift)
        self._row = np.full(1 << bits, -1, dtype=np.int32)
        self._shared = np.zeros(1 << bits, dtype=bool)
        order = np.argsort(hashes, kind="stable")
        slots = (hashes[order] >> self._shift).astype(np.int64)
        first = np.ones(len(order), dtype=bool)
        np.not_equal(slots[1:], slots[:-1], out=first[1:])
        self._slot[slots[first]], self._row[slots[first]] = hashes[order[first]], order[first]
        self._shared[slots[~first]] = True
        self._more, self._more_rows = hashes[order[~first]], order[~first]

    def rows(self, wanted: Hashes) -> NDArray[np.int64]:
        """The row of each hash, -1 where it is not in the set."""
        slot = (wanted >> self._shift).astype(np.int64)
        met = self._slot[slot] == wanted
        found = np.where(met, self._row[slot], np.int32(-1)).astype(np.int64)
        left = np.flatnonzero(self._shared[slot] & ~met)
        place = np.searchsorted(self._more, wanted[left])
        place[place == len(self._more)] = 0
        again = np.flatnonzero(self._more[place] == wanted[left]) if len(left) else left
        found[left[again]] = self._more_rows[place[again]]
        return found
