"""Hashes every character n-gram and word of a batch of texts at once, with arrays instead of loops."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from nlp.sorting import begins

Hashes = NDArray[np.uint64]
Places = NDArray[np.int64]

_BASE = np.uint64(0x9E3779B97F4A7C15)
_BASE_INVERSE = np.uint64(pow(0x9E3779B97F4A7C15, -1, 2**64))
_MIX = np.uint64(0xD6E8FEB86659FD93)
_SHIFT = np.uint64(32)
_SPREAD = 0xD1B54A32D192ED03


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
    # The salt is spread: characters are small numbers, and a small salt would be like another character.
    spread = np.uint64(salt * _SPREAD % 2**64)
    return _mixed((batch.prefix[ends] - batch.prefix[starts]) * batch.inverse[starts] + spread)


def _mixed(values: Hashes) -> Hashes:
    """Other numbers for these, each its own, in which every bit depends on many."""
    values = (values ^ (values >> _SHIFT)) * _MIX
    return np.asarray(values ^ (values >> _SHIFT))


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
        # One hash stands in each slot, found by its leading bits; the few others of the same slot, mixed anew, in a
        # table of their own. A slot is one number, so that one look at memory will do: the bits of its hash that do
        # not tell the slot, whether others had to give way, and the row, counted from 1; 0 where there is none.
        bits = max(8, int(len(hashes) * 4).bit_length())
        row_bits = len(hashes).bit_length()
        self._slots, self._rest = np.uint64(64 - bits), np.uint64(row_bits + 1)
        self._crowded, self._rows = np.uint64(1 << row_bits), np.uint64((1 << row_bits) - 1)
        self._slot = np.zeros(1 << bits, dtype=np.uint64)
        order = np.argsort(hashes, kind="stable")
        slots = (hashes[order] >> self._slots).view(np.int64)
        first, more = begins(slots), ~begins(slots) & begins(hashes[order])
        self._slot[slots[first]] = (hashes[order[first]] << self._rest) | (order[first] + 1).astype(np.uint64)
        self._slot[slots[more]] |= self._crowded
        self._more_rows = order[more]
        self._more = Table(_mixed(hashes[self._more_rows])) if len(self._more_rows) else None

    def rows(self, wanted: Hashes) -> Places:
        """The row of each hash, -1 where it is not in the set."""
        slot = self._slot.take((wanted >> self._slots).view(np.int64))
        met = (slot ^ (wanted << self._rest)) <= (self._crowded | self._rows)
        found = (slot & self._rows).view(np.int64) * met - 1
        if self._more is not None:
            left = np.flatnonzero((slot & self._crowded).astype(bool) > met)
            row = self._more.rows(_mixed(wanted[left]))
            found[left] = np.where(row < 0, row, self._more_rows[row])
        return np.asarray(found)
