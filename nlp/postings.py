"""Finds which remembered texts hold a span: chains of entries through a ring, walked for a whole batch at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from nlp.sorting import in_order

Ints = NDArray[np.int64]
Spans = NDArray[np.uint32]

_BITS = 21
_SHIFT = np.uint32(32 - _BITS)


class Postings:
    """(span, text number) entries in the order they came; the oldest are overwritten when `room` is used up."""

    def __init__(self, room: int) -> None:
        self._room = room
        # One more than the place of each chain's newest entry, its last 32 bits; 0 where there is none. Zeros cost
        # nothing until used. A place that is long gone may read as a later one: whoever goes there finds other spans.
        self._head = np.zeros(1 << _BITS, dtype=np.uint32)
        self._held = np.zeros(1 << _BITS, dtype=np.int32)
        self._span = np.zeros(room, dtype=np.uint32)
        self._text = np.zeros(room, dtype=np.int32)
        # How many entries back the next one of the same chain is; 0 at its end.
        self._back = np.zeros(room, dtype=np.int32)
        self.end = 0
        """How many entries there have ever been: the place that the next one gets."""

    @property
    def oldest(self) -> int:
        """The place of the oldest entry that is still here."""
        return max(self.end - self._room, 0)

    def _newest(self, chains: Ints | Spans) -> Ints:
        """The place of each chain's newest entry; one before the oldest entry, or less, where there is none."""
        return np.asarray(self.end - ((self.end + 1 - self._head[chains].astype(np.int64)) & 0xFFFFFFFF))

    def add(self, spans: Spans, texts: Ints) -> None:
        """Enter each span with the number of the text that holds it. Only the last `room` of them stay."""
        if not len(spans):
            return
        order = in_order((spans >> _SHIFT).astype(np.int64))
        chain = (spans[order] >> _SHIFT).astype(np.int64)
        place = self.end + order
        first = np.concatenate(([True], chain[1:] != chain[:-1]))
        before = np.concatenate(([-1], place[:-1]))
        before[first] = self._newest(chain[first])
        back = np.where(before < 0, 0, place - before)
        slot = place % self._room
        self._back[slot] = np.where(back < self._room, back, 0)
        self._span[slot], self._text[slot] = spans[order], texts[order]
        begins = np.flatnonzero(first)
        ends = np.append(begins[1:], len(chain))
        self._head[chain[begins]] = (place[ends - 1] + 1).astype(np.uint32)
        self._held[chain[begins]] += ends - begins
        laps = (self.end + len(spans)) // self._room - self.end // self._room
        self._held >>= min(laps, 31)
        self.end += len(spans)

    def crowd(self, spans: Spans) -> Ints:
        """About how many entries each span shares its chain with."""
        return np.asarray(self._held[spans >> _SHIFT], dtype=np.int64)

    def walk(self, spans: Spans, owners: Ints) -> tuple[Ints, Ints]:
        """(owner, text number) for every entry of every owner's span; a pair may come repeatedly."""
        oldest = self.oldest
        at = self._newest(spans >> _SHIFT)
        alive = np.flatnonzero(at >= oldest)
        at, span, owner = at[alive], spans[alive], owners[alive]
        found: list[tuple[Ints, Ints]] = [(owner[:0], owner[:0])]
        while len(at):
            slot = at % self._room
            same = np.flatnonzero(self._span[slot] == span)
            found.append((owner[same], self._text[slot[same]].astype(np.int64)))
            back = self._back[slot]
            further = np.flatnonzero((back > 0) & (at - back >= oldest))
            at, span, owner = at[further] - back[further], span[further], owner[further]
        return np.concatenate([pair[0] for pair in found]), np.concatenate([pair[1] for pair in found])

    def spans_at(self, places: Ints) -> Spans:
        """The spans that were entered at those places."""
        return self._span[places % self._room]
